import { Field, InterfaceType } from "type-graphql";
import { typeName } from "../common/node.js";
import { Resource } from "../common/resource.js";
import { DateTime } from "../common/scalars.js";

@InterfaceType({
  implements: Resource,
  description: "Anything that a service desk keeps.",
  resolveType: (value: Resource) => typeName(value),
})
export abstract class ItsmResource extends Resource {
  declare api: "itsm";
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => DateTime, { nullable: true })
  created!: string | null;
  @Field(() => DateTime, { nullable: true })
  modified!: string | null;
}
