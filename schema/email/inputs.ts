import { Field, ID, InputType, registerEnumType } from "type-graphql";
import { JsonObject } from "../common/scalars.js";

export const ReplyMode = { REPLY: "reply", REPLY_ALL: "replyAll", FORWARD: "forward" } as const;
registerEnumType(ReplyMode, { name: "ReplyMode", description: "How a mail answers another." });

@InputType({ description: "Somebody, by an address." })
export class PersonInput {
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => String)
  email!: string;
}

@InputType({ description: "Either `upload` or `file` says where the bytes come from." })
export class EmailAttachmentInput {
  @Field(() => ID, { nullable: true, description: "A finished `createUpload` that named this `account`." })
  upload?: string | null;
  @Field(() => ID, { nullable: true, description: "A file of any account that the caller may read." })
  file?: string | null;
  @Field(() => String, { nullable: true, description: "Absent: the name it has." })
  name?: string | null;
  @Field(() => String, { nullable: true, description: "Absent: the type it has." })
  mimeType?: string | null;
  @Field(() => String, { nullable: true, description: "Shown within `html`, which names it as `cid:` and this." })
  contentId?: string | null;
}

@InputType({ description: "A mail to send." })
export class SendEmailInput {
  @Field(() => ID, { description: "The connected account to send from." })
  account!: string;
  @Field(() => PersonInput, { nullable: true, description: "Another of the account's own addresses." })
  from?: PersonInput | null;
  @Field(() => [PersonInput], { nullable: true, description: "Absent in an answer: whom it goes to." })
  to?: PersonInput[] | null;
  @Field(() => [PersonInput], { nullable: true, description: "Absent in an answer to all: whom else it goes to." })
  cc?: PersonInput[] | null;
  @Field(() => [PersonInput], { nullable: true })
  bcc?: PersonInput[] | null;
  @Field(() => [PersonInput], { nullable: true })
  replyTo?: PersonInput[] | null;
  @Field(() => String, { nullable: true, description: "Absent in an answer: `Re:` or `Fwd:` and the subject it had." })
  subject?: string | null;
  @Field(() => String, { nullable: true })
  text?: string | null;
  @Field(() => String, { nullable: true })
  html?: string | null;
  @Field(() => ID, { nullable: true, description: "The mail that it answers or passes on; the thread goes on." })
  answers?: string | null;
  @Field(() => ReplyMode, { defaultValue: "reply", description: "Only with `answers`." })
  how!: (typeof ReplyMode)[keyof typeof ReplyMode];
  @Field(() => Boolean, { defaultValue: false, description: "Put the answered mail's text below the own words." })
  quote!: boolean;
  @Field(() => [EmailAttachmentInput], { nullable: true })
  attachments?: EmailAttachmentInput[] | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}

@InputType({ description: "Absent fields stay as they are." })
export class UpdateEmailInput {
  @Field(() => ID)
  id!: string;
  @Field(() => [ID], { nullable: true, description: "All the labels that it carries afterwards." })
  labels?: string[] | null;
  @Field(() => ID, { nullable: true, description: "The folder to move it to. Its id may change." })
  folder?: string | null;
  @Field(() => Boolean, { nullable: true })
  read?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  starred?: boolean | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}

@InputType()
abstract class MailFolderFields {
  @Field(() => ID, { nullable: true, description: "The folder it lies in, a MailFolder." })
  parent?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Makes a folder of mail." })
export class CreateMailFolderInput extends MailFolderFields {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  name!: string;
}
@InputType({ description: "Absent fields stay as they are; a null `parent` means the top." })
export class UpdateMailFolderInput extends MailFolderFields {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
}

@InputType({ description: "Makes a label." })
export class CreateLabelInput {
  @Field(() => ID, { description: "The connected account to make it in." })
  account!: string;
  @Field(() => String)
  name!: string;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
@InputType({ description: "Absent fields stay as they are." })
export class UpdateLabelInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name?: string | null;
  @Field(() => JsonObject, { nullable: true, description: "Fields of the service's own, laid over the others." })
  raw?: Record<string, unknown> | null;
}
