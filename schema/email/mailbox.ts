import { ApiObject } from "../common/apiObject.js";

/** Every field of it crosses into the service: see `resolvers/email/mailbox.ts`. */
@ApiObject({ description: "The mail of an account." })
export class Mailbox {}
