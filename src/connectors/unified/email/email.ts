import { ApiError } from "../../../errors.js";
import type { EmailChange, EmailOperations, EmailQuery, LabelDraft, MailFolderDraft } from "../../connector.js";
import { collection, reading } from "../collection.js";
import { receive } from "../download.js";
import { ask, at } from "../requests.js";
import { toFolder, toLabel, toMessage, toThread } from "./map.js";
import { toBody } from "./send.js";
import * as wire from "./wire.js";

const toQuery = ({ participant, ...query }: EmailQuery) => {
  if (participant !== undefined)
    throw new ApiError("not_implemented", "The REST API v1 does not list mails by who takes part.");
  return {
    folder_id: query.folder,
    label_id: query.label,
    thread_id: query.thread,
    q: query.query,
    after: query.since,
    before: query.until,
    unread: query.unread,
  };
};

const { create: _, ...messages } = collection<
  typeof wire.message,
  ReturnType<typeof toMessage>,
  EmailQuery,
  EmailChange
>({
  path: ["email", "messages"],
  wire: wire.message,
  toItem: toMessage,
  toQuery,
  names: { folder: "folder_id" },
});

/** Source: the unified API, "Email API". */
export const email: EmailOperations = {
  messages,
  folders: collection<typeof wire.folder, ReturnType<typeof toFolder>, object, MailFolderDraft>({
    path: ["email", "folders"],
    wire: wire.folder,
    toItem: toFolder,
    names: { parent: "parent_id" },
  }),
  labels: collection<typeof wire.label, ReturnType<typeof toLabel>, object, LabelDraft>({
    path: ["email", "labels"],
    wire: wire.label,
    toItem: toLabel,
  }),
  threads: reading<typeof wire.thread, ReturnType<typeof toThread>, Pick<EmailQuery, "folder" | "label" | "query">>({
    path: ["email", "threads"],
    wire: wire.thread,
    toItem: toThread,
    toQuery,
  }),

  async send(context, draft) {
    const request = { method: "POST", path: at(context, "email", "messages"), body: await toBody(context, draft) };
    return toMessage(context, await ask(context, wire.message, request));
  },

  attachment: async (context, message, part) =>
    receive(context, { path: at(context, "email", "messages", message, "attachments", part) }),
};
