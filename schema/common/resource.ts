import { Field, InterfaceType } from "type-graphql";
import type { Api, Ref } from "../../src/ids.js";
import { ApiEnum } from "./api.js";
import { Node, typeName } from "./node.js";
import type { Raw } from "./raw.js";

@InterfaceType({
  implements: Node,
  description: "Anything that lives in a connected service.",
  resolveType: (value: Resource) => typeName(value),
})
export abstract class Resource extends Node {
  declare id: Ref;
  @Field(() => ApiEnum)
  api!: Api;
  @Field(() => String, { description: "What it is within its API: file, folder, contact, event, message …" })
  type!: string;
  /** Undefined where it was not asked for with the object: `raw` reads it then. */
  raw?: Raw | null;
}
