import { Field } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { CrmResource } from "./crmResource.js";

@ApiObject({ implements: CrmResource, description: "A person at a company." })
export class Contact extends CrmResource {
  declare api: "crm";
  declare type: "contact";
  @Field(() => String, { nullable: true, description: "In full." })
  name!: string | null;
  @Field(() => String, { nullable: true })
  firstName!: string | null;
  @Field(() => String, { nullable: true })
  middleName!: string | null;
  @Field(() => String, { nullable: true })
  lastName!: string | null;
  @Field(() => String, { nullable: true })
  title!: string | null;
  @Field(() => String, { nullable: true })
  department!: string | null;
  @Field(() => String, { nullable: true })
  email!: string | null;
  @Field(() => String, { nullable: true })
  phone!: string | null;
  @Field(() => String, { nullable: true })
  fax!: string | null;
  @Field(() => String, { nullable: true })
  mailingAddress!: string | null;
  /** Not exposed: `company` follows it. */
  companyId!: Ref | null;
  /** Not exposed: `lead` follows it. */
  leadId!: Ref | null;
}
registerType("crm.contact", "Contact");

export const ContactConnection = connectionOf<Contact>("Contact", () => Contact);
