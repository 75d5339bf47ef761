import { ApiObject } from "../common/apiObject.js";

/** Every field of it crosses into the service: see `resolvers/messaging/messaging.ts`. */
@ApiObject({ description: "The chat of an account." })
export class Messaging {}
