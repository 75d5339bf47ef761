import { Field, InterfaceType } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { typeName } from "../common/node.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@InterfaceType({
  implements: Resource,
  description: "Anything that a CRM keeps.",
  resolveType: (value: Resource) => typeName(value),
})
export abstract class CrmResource extends Resource {
  declare api: "crm";
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
  /** Not exposed: `owner` follows it. */
  ownerId!: Ref | null;
}
