import { ApiObject } from "../common/apiObject.js";

/** Every field of it crosses into the service: see `resolvers/team/team.ts`. */
@ApiObject({ description: "The organisation of an administrator's account." })
export class Team {}
