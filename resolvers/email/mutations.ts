import { Arg, Authorized, type ClassType, Ctx, Mutation, Resolver } from "type-graphql";
import type { Person } from "../../schema/common/person.js";
import type { MailFolder } from "../../schema/email/folder.js";
import {
  CreateLabelInput,
  CreateMailFolderInput,
  type EmailAttachmentInput,
  type PersonInput,
  SendEmailInput,
  UpdateEmailInput,
  UpdateLabelInput,
  UpdateMailFolderInput,
} from "../../schema/email/inputs.js";
import { EmailMessagePayload, LabelPayload, MailFolderPayload } from "../../schema/email/payloads.js";
import type { EmailChange } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { type Enclosure, sendEmail } from "../../src/unified/email/send.js";
import { openAccount } from "../common/account.js";
import { type Context, forgetReads } from "../context.js";
import { toDraft, writing } from "../write.js";

@Resolver()
export class EmailMutations {
  @Authorized("write")
  @Mutation(() => EmailMessagePayload, {
    description:
      "Sends a mail, or an answer to one. It is never sent twice: an error may mean that it has left all the same.",
  })
  async sendEmail(@Arg("input", () => SendEmailInput) input: SendEmailInput, @Ctx() context: Context): Promise<object> {
    const account = await openAccount(context, input.account);
    const { from, to, cc, bcc, replyTo, subject, text, html, answers, how, quote, attachments, raw } = input;
    const emailMessage = await sendEmail(account, {
      from: from ? toPerson(from) : undefined,
      to: to?.map(toPerson),
      cc: cc?.map(toPerson),
      bcc: bcc?.map(toPerson) ?? [],
      replyTo: replyTo?.map(toPerson) ?? [],
      subject,
      text: text ?? null,
      html: html ?? null,
      answers: answers == null ? undefined : { id: account.own(answers, "email", ["message"]).native, how, quote },
      attachments: await Promise.all((attachments ?? []).map((one) => toEnclosure(context, one))),
      raw: raw ?? undefined,
    });
    forgetReads(context);
    return { emailMessage };
  }

  @Authorized("write")
  @Mutation(() => EmailMessagePayload, { description: "Marks, labels or moves a mail: what is absent stays." })
  async updateEmail(
    @Arg("input", () => UpdateEmailInput) { id, ...given }: UpdateEmailInput,
    @Ctx() context: Context,
  ): Promise<object> {
    const { scope, native } = await context.session.resolveAs(id, "email", ["message"]);
    const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
    const change = toDraft<EmailChange>(scope, said, { labels: "email.label", folder: "email.folder" });
    const emailMessage = await scope.apis(false).email.messages.update(native, change);
    forgetReads(context);
    return { emailMessage };
  }
}

export const EmailWritings: ClassType<object>[] = [
  writing<MailFolder, object>({
    name: "MailFolder",
    title: "a folder of mail",
    field: "mailFolder",
    api: "email",
    type: "folder",
    collection: (account) => account.apis(false).email.folders,
    payload: MailFolderPayload,
    createInput: CreateMailFolderInput,
    updateInput: UpdateMailFolderInput,
    references: { parent: "email.folder" },
  }),
  writing({
    name: "Label",
    title: "a label",
    field: "label",
    api: "email",
    type: "label",
    collection: (account) => account.apis(false).email.labels,
    payload: LabelPayload,
    createInput: CreateLabelInput,
    updateInput: UpdateLabelInput,
    references: {},
  }),
];

const toPerson = ({ name, email }: PersonInput): Person => ({ id: null, name: name ?? null, email });

const toEnclosure = async ({ session }: Context, input: EmailAttachmentInput): Promise<Enclosure> => {
  const { upload, file, name, mimeType, contentId } = input;
  if ((upload == null) === (file == null))
    throw new ApiError("invalid_parameters", "An attachment is either an `upload` or a `file`.");
  const source =
    file == null ? { upload: upload as string } : { file: await session.resolveAs(file, "storage", ["file"]) };
  return { source, name: name ?? undefined, mimeType: mimeType ?? undefined, contentId: contentId ?? undefined };
};
