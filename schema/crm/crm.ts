import { ApiObject } from "../common/apiObject.js";

/** Every field of it crosses into the service: see `resolvers/crm/crm.ts`. */
@ApiObject({ description: "The customers of an account's organisation, and what is done with them." })
export class Crm {}
