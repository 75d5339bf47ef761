import { Field, Int } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { Resource } from "../common/resource.js";

@ApiObject({ implements: Resource, description: "A folder of mail." })
export class MailFolder extends Resource {
  declare api: "email";
  declare type: "folder";
  @Field(() => String)
  name!: string;
  @Field(() => String, {
    nullable: true,
    description: "inbox, sent, drafts, trash, spam or archive; null for a folder of the user's own.",
  })
  role!: string | null;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
  @Field(() => Int, { nullable: true })
  unreadCount!: number | null;
  /** Not exposed: `parent` follows it. */
  parentId!: Ref | null;
}
registerType("email.folder", "MailFolder");

export const MailFolderConnection = connectionOf<MailFolder>("MailFolder", () => MailFolder);
