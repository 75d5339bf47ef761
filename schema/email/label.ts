import { Field } from "type-graphql";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";

@ApiObject({ implements: Resource, description: "A label that mails may carry, several at once." })
export class Label extends Resource {
  declare api: "email";
  declare type: "label";
  @Field(() => String)
  name!: string;
}
registerType("email.label", "Label");

export const LabelConnection = connectionOf<Label>("Label", () => Label);
