import { Field, InterfaceType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { typeName } from "../common/node.js";
import { Person } from "../common/person.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@InterfaceType({
  implements: Resource,
  description: "A file or a folder.",
  resolveType: (value: Resource) => typeName(value),
})
export abstract class StorageResource extends Resource {
  declare api: "storage";
  declare type: "file" | "folder";
  @Field(() => String)
  name!: string;
  @Field(() => String, { nullable: true, description: "As a person writes it: /Reports/2024/budget.xlsx" })
  path!: string | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
  @Field(() => Person, { nullable: true })
  owner!: Person | null;
  /** Not exposed: `parent` follows it. Null for the root folder, and where the service does not say. */
  parentId!: Ref | null;
}
