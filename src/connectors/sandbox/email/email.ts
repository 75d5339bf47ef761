import type { EmailMessage } from "../../../../schema/email/message.js";
import type { EmailThread } from "../../../../schema/email/thread.js";
import type {
  Collection,
  Context,
  EmailAttachment,
  EmailChange,
  EmailDraft,
  EmailOperations,
  EmailQuery,
  LabelDraft,
  MailFolderDraft,
} from "../../connector.js";
import { collection } from "../collection.js";
import { checkId, orError } from "../requests.js";
import { receive } from "../storage.js";
import type { WireResults } from "../wire.js";
import { toFolder, toLabel, toMessage, toThread } from "./map.js";
import type { WireBody, WireMail, WireThread } from "./wire.js";

const BODIES = 100; // of one request

const messages: Collection<EmailMessage, EmailQuery, EmailChange> = {
  ...collection<WireMail, EmailMessage, EmailQuery>({
    path: "/email/messages",
    toItem: toMessage,
    toQuery: ({ folder, label, thread, query, ...rest }) => ({
      folder_id: folder,
      label_id: label,
      thread_id: thread,
      q: query,
      participant: rest.participant,
      since: rest.since,
      until: rest.until,
      unread: rest.unread,
    }),
  }),
  async update(context, id, { folder, raw, ...change }) {
    const body = { ...change, folder_id: folder, ...raw };
    const request = { method: "PATCH", path: `/email/messages/${checkId(id)}`, body };
    return toMessage(context, await context.upstream.json<WireMail>(request));
  },
  async delete(context, id, { permanent }) {
    await context.upstream.text({ method: "DELETE", path: `/email/messages/${checkId(id)}`, query: { permanent } });
  },
};

export const email: EmailOperations = {
  messages,
  folders: collection({
    path: "/email/folders",
    toItem: toFolder,
    toQuery: () => ({}),
    toBody: ({ parent, raw, ...draft }: MailFolderDraft) => ({ ...draft, parent_id: parent, ...raw }),
  }) as NonNullable<EmailOperations["folders"]>,
  labels: collection({
    path: "/email/labels",
    toItem: toLabel,
    toQuery: () => ({}),
    toBody: ({ raw, ...draft }: LabelDraft) => ({ ...draft, ...raw }),
  }),
  threads: collection<WireThread, EmailThread, Pick<EmailQuery, "folder" | "label" | "query">>({
    path: "/email/threads",
    toItem: toThread,
    toQuery: ({ folder, label, query }) => ({ folder_id: folder, label_id: label, q: query }),
  }),

  async bodies(context, ids) {
    const bodies: (WireBody | Error)[] = [];
    for (let start = 0; start < ids.length; start += BODIES) {
      const batch = ids.slice(start, start + BODIES);
      const request = { method: "POST", path: "/email/bodies", body: { ids: batch }, repeatable: true };
      const { results } = await context.upstream.json<WireResults<WireBody>>(request);
      bodies.push(...batch.map((_, index) => orError(results[index], ({ text, html }) => ({ text, html }))));
    }
    return bodies;
  },

  /** Attachments go ahead, each as it streams; the mail that names them follows when all of them are there. */
  async send(context, draft) {
    const staged: string[] = [];
    try {
      for (const attachment of draft.attachments) staged.push(await stage(context, attachment));
      const request = { method: "POST", path: "/email/messages", body: toBody(draft, staged) };
      return toMessage(context, await context.upstream.json<WireMail>(request));
    } catch (error) {
      for (const id of staged) await takeBack(context, id);
      throw error;
    }
  },

  attachment: (context, message, part) =>
    receive(context, { path: `/email/messages/${checkId(message)}/attachments/${checkId(part)}` }),
};

const stage = async (context: Context, { size, open }: EmailAttachment): Promise<string> => {
  const body = await open();
  const headers = { "content-type": "application/octet-stream" };
  const request = { method: "POST", path: "/email/uploads", query: { size: size ?? undefined }, headers, body };
  try {
    return (await context.upstream.json<{ id: string }>(request)).id;
  } finally {
    body.destroy();
  }
};

/** A courtesy: the service forgets what no mail names after a day. */
const takeBack = (context: Context, id: string): Promise<unknown> =>
  context.upstream
    .text({ method: "DELETE", path: `/email/uploads/${id}`, outlivesCaller: true })
    .catch(() => undefined);

const toBody = (
  { answers, replyTo, attachments, raw, from, ...said }: EmailDraft,
  staged: readonly string[],
): object => {
  const addresses = (persons: EmailDraft["to"]) => persons.map(({ name, email }) => ({ name, email }));
  return {
    from: from && { name: from.name, email: from.email },
    to: addresses(said.to),
    cc: addresses(said.cc),
    bcc: addresses(said.bcc),
    reply_to: addresses(replyTo),
    subject: said.subject,
    text: said.text,
    html: said.html,
    answers: answers && { id: answers.id, how: answers.how },
    attachments: attachments.map(({ name, mimeType, contentId }, index) => ({
      upload_id: staged[index],
      name,
      mime_type: mimeType,
      content_id: contentId,
    })),
    ...raw,
  };
};
