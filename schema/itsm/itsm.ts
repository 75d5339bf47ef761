import { ApiObject } from "../common/apiObject.js";

/** Every field of it crosses into the service: see `resolvers/itsm/itsm.ts`. */
@ApiObject({ description: "The service desk of an account." })
export class Itsm {}
