import { lookup } from "mime-types";
import { z } from "zod";
import type { EmailMessage } from "../../../../schema/email/message.js";
import { type EmailChange, type EmailQuery, ofAttachmentId } from "../../../connectors/connector.js";
import { ApiError } from "../../../errors.js";
import { MOST_BODIES, withBodies } from "../../../unified/email/bodies.js";
import { type Letter, sendEmail } from "../../../unified/email/send.js";
import { send } from "../../content/download.js";
import { created, noContent, ok } from "../answers.js";
import type { Call } from "../call.js";
import { toDraft } from "../draft.js";
import { type Answer, type Endpoint, endpoint } from "../endpoint.js";
import { cursorList, pagingOf } from "../lists.js";
import { cursorPaging, flag, moment, optionalText, rawFields, text } from "../parameters.js";
import { collectionEndpoints } from "./collection.js";

const MESSAGES = "/accounts/:account/email/messages";
const MESSAGE = `${MESSAGES}/:id`;

/** Bytes of a mail's JSON: attachments are in it, a third longer than they are. */
const LARGEST = 32 * 2 ** 20;

const person = z
  .object({ name: text.nullable().default(null), email: text })
  .transform((given) => ({ id: null, ...given }));
const persons = z.array(person).nullish();

/** Of either alphabet, in one line or several. No pattern may repeat anything: the text is megabytes long. */
const base64 = text
  .transform((written) => written.replace(/\s/g, "").replace(/={1,2}$/, ""))
  .refine((letters) => letters.length % 4 !== 1 && !/[^\w+/-]/.test(letters), "must be base64")
  .transform((letters) => Buffer.from(letters, "base64"))
  .meta({ type: "string", contentEncoding: "base64" });

const newMessage = z.object({
  from: person.nullish().describe("Another of the account's own addresses."),
  to: z.array(person).min(1, "must name somebody"),
  cc: persons,
  bcc: persons,
  reply_to: persons,
  subject: optionalText.describe("Absent in an answer: `Re:` and the subject it had."),
  text_body: optionalText,
  body: optionalText.describe("HTML."),
  in_reply_to: optionalText.describe("The message that it answers."),
  thread_id: optionalText.describe("The thread that goes on; its newest message is answered."),
  attachments: z
    .array(
      z.object({
        name: text.min(1, "must not be empty").max(255, "may have 255 characters at most"),
        mime_type: text.regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[ -~]*$/, "must be a type such as text/plain").nullish(),
        content: base64,
      }),
    )
    .nullish(),
  ...rawFields,
});

/** An object as clients had it stands for its id. */
const labelId = z.union([text, z.object({ id: text }).transform(({ id }) => id)]);

const places = {
  folder_id: text.optional(),
  label_id: text.optional(),
  q: text.min(1, "must not be empty").optional().describe("Words, as the service's own search reads them."),
};
const messageQuery = z.object({
  ...cursorPaging(),
  ...places,
  thread_id: text.optional(),
  participant: text.optional().describe("Only those from or to this e-mail address."),
  after: moment.optional().describe("At or after it."),
  before: moment.optional().describe("Before it."),
  unread: flag.optional(),
});

/** What was not said is not asked. */
const placeOf = (
  call: Pick<Call, "ref">,
  { folder_id, label_id, q }: { folder_id?: string | undefined; label_id?: string | undefined; q?: string | undefined },
): Pick<EmailQuery, "folder" | "label" | "query"> => {
  if (q?.trim() === "") throw new ApiError("invalid_parameters", "`q` must not be empty.");
  return {
    ...(folder_id === undefined ? {} : { folder: call.ref(folder_id, "email", "folder").native }),
    ...(label_id === undefined ? {} : { label: call.ref(label_id, "email", "label").native }),
    ...(q === undefined ? {} : { query: q }),
  };
};

type Asked = Pick<Call<z.output<typeof messageQuery>>, "query" | "ref" | "account" | "apis" | "render">;

const list = async (call: Asked): Promise<Answer> => {
  const { thread_id, participant, after, before, unread, page_size, page: position, ...place } = call.query;
  const page = await call.apis.email.messages.list({
    ...placeOf(call, place),
    ...(thread_id === undefined ? {} : { thread: call.ref(thread_id, "email", "thread").native }),
    ...(participant === undefined ? {} : { participant }),
    ...(after === undefined ? {} : { since: after }),
    ...(before === undefined ? {} : { until: before }),
    ...(unread === undefined ? {} : { unread }),
    ...pagingOf({ page: position, page_size: Math.min(page_size, MOST_BODIES) }),
  });
  const messages = await withBodies(call.account, page.items);
  return ok(
    cursorList(
      "email",
      call.query,
      page,
      messages.map((message) => call.render(message)),
    ),
  );
};

const messageOf = (call: Pick<Call, "ref" | "param">): string => call.ref(call.param("id"), "email", "message").native;

const whole = async (call: Pick<Call, "account" | "render">, message: EmailMessage) => {
  const [withTexts] = await withBodies(call.account, [message]);
  return call.render(withTexts as EmailMessage);
};

const LISTED = { 200: { list: ["email.message"], style: "cursor" } } as const;

/** Source: the unified API, "Email API". */
export const email: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: MESSAGES,
    title: "Lists messages, newest first.",
    right: "read",
    query: messageQuery,
    answers: LISTED,
    handle: list,
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/email/search",
    title: "Searches messages, newest first.",
    right: "read",
    query: messageQuery.required({ q: true }),
    answers: LISTED,
    handle: list,
  }),
  endpoint({
    method: "POST",
    path: MESSAGES,
    title: "Sends a message, or an answer to one.",
    right: "write",
    body: newMessage,
    largest: LARGEST,
    answers: { 201: "email.message" },
    async handle(call) {
      const { account, body, raw } = call;
      const letter: Letter = {
        from: body.from ?? undefined,
        to: body.to,
        cc: body.cc ?? undefined,
        bcc: body.bcc ?? [],
        replyTo: body.reply_to ?? [],
        subject: body.subject,
        text: body.text_body ?? null,
        html: body.body ?? null,
        answers: await answeredBy(call),
        attachments: (body.attachments ?? []).map(({ name, mime_type, content }) => ({
          source: { bytes: content },
          name,
          mimeType: mime_type ?? (lookup(name) || undefined),
        })),
        raw: body.raw?.object,
      };
      const sent = await sendEmail(account, letter, raw);
      // It has left: nothing that could still fail is asked of the service, and what was said is known.
      const message: EmailMessage = { ...sent, text: sent.text ?? letter.text, html: sent.html ?? letter.html };
      return created(call.render(message));
    },
  }),
  endpoint({
    method: "GET",
    path: MESSAGE,
    title: "Reads a message.",
    right: "read",
    answers: { 200: "email.message" },
    handle: async (call) => ok(await whole(call, await call.apis.email.messages.get(messageOf(call)))),
  }),
  endpoint({
    method: "PATCH",
    path: MESSAGE,
    title: "Marks, labels or moves a message: what is absent stays.",
    right: "write",
    body: z.object({
      labels: z.array(labelId).nullish().describe("All that it carries afterwards."),
      folder_id: optionalText,
      read: z.boolean().nullish(),
      starred: z.boolean().nullish(),
      ...rawFields,
    }),
    answers: { 200: "email.message" },
    async handle(call) {
      // What a service does not have was told as null, and comes back so.
      const said = Object.fromEntries(Object.entries(call.body).filter(([, value]) => value !== null));
      const change = toDraft<EmailChange>(call.account, said, {
        names: { folder_id: "folder" },
        references: { labels: "email.label", folder_id: "email.folder" },
      });
      return ok(await whole(call, await call.apis.email.messages.update(messageOf(call), change)));
    },
  }),
  endpoint({
    method: "DELETE",
    path: MESSAGE,
    title: "Moves a message to the trash.",
    right: "write",
    query: z.object({ permanent: flag.default(false).describe("Deletes it for good.") }),
    answers: { 204: null },
    async handle(call) {
      await call.apis.email.messages.delete(messageOf(call), { permanent: call.query.permanent });
      return noContent;
    },
  }),
  endpoint({
    method: "GET",
    path: `${MESSAGE}/attachments/:attachment`,
    title: "The bytes of an attachment.",
    right: "read",
    answers: { 200: "bytes" },
    async handle(call) {
      const message = messageOf(call);
      const { native } = call.ref(call.param("attachment"), "email", "attachment");
      const { attachments } = await call.account.apis(false).email.messages.get(message);
      const attachment = attachments.find(({ id }) => id?.native === native);
      if (!attachment) throw new ApiError("not_found", "The message has no such attachment.");
      const download = await call.account.apis(false).email.attachment(message, ofAttachmentId(native).part);
      // Some services say of every attachment that it is bytes; the message knows better.
      const mimeType = attachment.mimeType ?? download.mimeType;
      const look = { name: attachment.name || "attachment", mimeType, inline: false, whole: true };
      return send(call.request, call.reply, { ...download, mimeType }, look);
    },
  }),
  ...collectionEndpoints({
    api: "email",
    type: "label",
    path: "email/labels",
    title: "a label",
    titles: "labels",
    collection: (apis) => apis.email.labels,
    needs: ["name"],
    draft: z.object({ name: text, ...rawFields }),
  }),
  ...collectionEndpoints({
    api: "email",
    type: "folder",
    path: "email/folders",
    title: "a folder of mail",
    titles: "folders of mail",
    collection: (apis) => apis.email.folders,
    needs: ["name"],
    names: { parent_id: "parent" },
    references: { parent_id: "email.folder" },
    draft: z.object({ name: text, parent_id: text.nullable().describe("Null: the top."), ...rawFields }),
  }),
  ...collectionEndpoints({
    api: "email",
    type: "thread",
    path: "email/threads",
    title: "a thread",
    titles: "threads, those with the newest messages first",
    collection: (apis) => apis.email.threads,
    query: z.object(places),
    queryOf: (query, call) => placeOf(call, query),
  }),
];

/** What a new message answers: the one that it names, or the newest of its thread. */
const answeredBy = async ({
  account,
  body: { in_reply_to, thread_id },
}: Pick<Call<unknown, z.output<typeof newMessage>>, "account" | "body">): Promise<Letter["answers"]> => {
  if (in_reply_to != null)
    return { id: account.own(in_reply_to, "email", ["message"]).native, how: "reply", quote: false };
  if (thread_id == null) return undefined;
  const thread = account.own(thread_id, "email", ["thread"]).native;
  const { items } = await account.apis(false).email.messages.list({ thread, cursor: null, limit: 1 });
  const [newest] = items;
  if (!newest) throw new ApiError("not_found", "There is nothing in this thread.");
  return { id: newest.id.native, how: "reply", quote: false };
};
