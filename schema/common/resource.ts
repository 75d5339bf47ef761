import { Field, InterfaceType } from "type-graphql";
import type { Api, Ref } from "../../src/ids.js";
import { ApiEnum } from "./api.js";
import { Node, typeName } from "./node.js";
import { Raw } from "./raw.js";

@InterfaceType({
  implements: Node,
  description: "Anything that lives in a connected service.",
  resolveType: (value: { type: string }) => typeName(value.type),
})
export abstract class Resource extends Node {
  declare id: Ref;
  @Field(() => ApiEnum)
  api!: Api;
  @Field(() => String, { description: "What it is within its API: file, folder, contact, event, message …" })
  type!: string;
  @Field(() => Raw, {
    nullable: true,
    description: "The service's own object, fetched with the unified one only when selected.",
  })
  raw?: Raw | null;
}
