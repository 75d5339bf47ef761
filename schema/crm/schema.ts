import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import type { Raw } from "../common/raw.js";

@ApiObject({ description: "A field of a type of objects." })
export class CrmField {
  @Field(() => String)
  name!: string;
  @Field(() => String)
  label!: string;
  @Field(() => String, { description: "As the service calls it: string, picklist, reference …" })
  dataType!: string;
  @Field(() => Boolean)
  required!: boolean;
  @Field(() => Boolean)
  readOnly!: boolean;
  @Field(() => [String], { nullable: true, description: "The values of a choice." })
  options!: string[] | null;
  @Field(() => [String], { nullable: true, description: "Types that a reference may name." })
  referenceTo!: string[] | null;
}

@ApiObject({ description: "A type of objects that the service knows, custom ones included." })
export class CrmSchema {
  @Field(() => String, { description: "Give it as `rawType`." })
  name!: string;
  @Field(() => String)
  label!: string;
  @Field(() => Boolean)
  custom!: boolean;
  @Field(() => [CrmField])
  fields!: CrmField[];
  /** Undefined where it was not asked for with the type. */
  raw?: Raw | undefined;
}
