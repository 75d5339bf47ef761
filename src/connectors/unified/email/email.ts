import type { EmailMessage } from "../../../../schema/email/message.js";
import type { EmailOperations, EmailQuery } from "../../connector.js";
import { collection, reading } from "../collection.js";
import { receive } from "../download.js";
import { ask, at } from "../requests.js";
import { toFolder, toLabel, toMessage, toThread } from "./map.js";
import { toBody } from "./send.js";
import * as wire from "./wire.js";

const toQuery = ({ folder, label, thread, query, since, until, unread, participant }: EmailQuery) => ({
  folder_id: folder,
  label_id: label,
  thread_id: thread,
  q: query,
  after: since,
  before: until,
  unread,
  participant,
});

const { create: _, ...messages } = collection({
  path: ["email", "messages"],
  wire: wire.message,
  toItem: toMessage,
  toQuery,
  names: { folder: "folder_id" },
});

const isWith =
  (address: string) =>
  ({ author, to, cc, bcc }: EmailMessage): boolean =>
    [author, ...to, ...cc, ...bcc].some((person) => person?.email?.toLowerCase() === address.toLowerCase());

/** Source: the unified API, "Email API". */
export const email: EmailOperations = {
  messages: {
    ...messages,
    /** The reference cannot be asked who takes part; servers that cannot either give all, of which some remain. */
    async list(context, query) {
      const page = await messages.list(context, query);
      const { participant } = query;
      return participant === undefined ? page : { ...page, items: page.items.filter(isWith(participant)) };
    },
  },
  folders: collection({
    path: ["email", "folders"],
    wire: wire.folder,
    toItem: toFolder,
    names: { parent: "parent_id" },
  }),
  labels: collection({
    path: ["email", "labels"],
    wire: wire.label,
    toItem: toLabel,
  }),
  threads: reading({
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
