import { registerEnumType } from "type-graphql";
import { APIS } from "../../src/ids.js";

/** GraphQL says STORAGE, everything else `storage`. */
export const ApiEnum = Object.fromEntries(APIS.map((api) => [api.toUpperCase(), api]));

registerEnumType(ApiEnum, {
  name: "Api",
  description: "Which unified API an object belongs to. The REST spelling is the lower-case name.",
});
