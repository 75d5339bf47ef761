import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { ByteCount } from "../common/scalars.js";

@ApiObject({ description: "The space of an account." })
export class Quota {
  @Field(() => String, { nullable: true, description: "personal, shared …" })
  kind!: string | null;
  @Field(() => ByteCount, { nullable: true, description: "Null where it is unlimited or unknown." })
  total!: number | null;
  @Field(() => ByteCount, { nullable: true })
  used!: number | null;
}
