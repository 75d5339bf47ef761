import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { JsonObject } from "../common/scalars.js";
import { ItsmResource } from "./itsmResource.js";

@ApiObject({ implements: ItsmResource, description: "A record of any table of the service, custom ones included." })
export class ItsmRecord extends ItsmResource {
  declare api: "itsm";
  declare type: "object";
  @Field(() => String, { description: "The service's own table." })
  rawType!: string;
  @Field(() => String, { nullable: true })
  name!: string | null;
  @Field(() => JsonObject, { description: "The service's own fields." })
  values!: Record<string, unknown>;
}
registerType("itsm.object", "ItsmRecord");

export const ItsmRecordConnection = connectionOf<ItsmRecord>("ItsmRecord", () => ItsmRecord);
