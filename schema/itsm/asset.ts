import { Field, Float } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { ItsmResource } from "./itsmResource.js";

@ApiObject({ implements: ItsmResource, description: "A thing that the organisation owns." })
export class Asset extends ItsmResource {
  declare api: "itsm";
  declare type: "asset";
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => String, { nullable: true })
  assetTag!: string | null;
  @Field(() => String, { nullable: true })
  serialNumber!: string | null;
  @Field(() => String, { nullable: true })
  model!: string | null;
  @Field(() => String, { nullable: true })
  category!: string | null;
  @Field(() => String, { nullable: true })
  location!: string | null;
  @Field(() => String, { nullable: true })
  status!: string | null;
  @Field(() => Float, { nullable: true })
  cost!: number | null;
  @Field(() => DateTime, { nullable: true })
  purchaseDate!: string | null;
  @Field(() => DateTime, { nullable: true })
  warrantyExpiration!: string | null;
  /** Not exposed: `assignee` follows it. */
  assigneeId!: Ref | null;
  /** Not exposed: `owner` follows it. */
  ownerId!: Ref | null;
}
registerType("itsm.asset", "Asset");

export const AssetConnection = connectionOf<Asset>("Asset", () => Asset);
