import { ApiObject } from "../common/apiObject.js";

/** Every field of it crosses into the service: see `resolvers/storage/storage.ts`. */
@ApiObject({ description: "The files and folders of an account." })
export class Storage {}
