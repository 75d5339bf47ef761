import type { Context, MessagingOperations, Paging } from "../../connector.js";
import { collection } from "../collection.js";
import { toBody } from "../map.js";
import { ask, askPage, at, PAGE, type Query } from "../requests.js";
import { ofWithin } from "../within.js";
import { toConversation, toMessage } from "./map.js";
import * as wire from "./wire.js";

const pathOf = (context: Context, conversation: string, ...rest: string[]): string =>
  at(context, "messaging", "conversations", conversation, "messages", ...rest);

const list = (context: Context, conversation: string, query: Query, paging: Paging) =>
  askPage(
    context,
    wire.message,
    (_, one) => toMessage(context, one, conversation),
    { path: pathOf(context, conversation), query },
    paging,
  );

const messages: NonNullable<MessagingOperations["messages"]> = {
  traits: { pageSize: PAGE },

  list: async (context, { conversation, since, until, ...paging }) =>
    list(context, conversation, { after: since, before: until }, paging),

  async get(context, native) {
    const { outer, inner } = ofWithin(native);
    return toMessage(context, await ask(context, wire.message, { path: pathOf(context, outer, inner) }), outer);
  },

  async create(context, { conversation = "", thread, ...draft }) {
    const body = { ...toBody(draft), thread_id: thread == null ? thread : ofWithin(thread).inner };
    const request = { method: "POST", path: pathOf(context, conversation), body };
    return toMessage(context, await ask(context, wire.message, request), conversation);
  },

  async update(context, native, { conversation: _, thread: __, ...change }) {
    const { outer, inner } = ofWithin(native);
    const request = { method: "PATCH", path: pathOf(context, outer, inner), body: toBody(change) };
    return toMessage(context, await ask(context, wire.message, request), outer);
  },

  async delete(context, native, { permanent }) {
    const { outer, inner } = ofWithin(native);
    await context.upstream.text({ method: "DELETE", path: pathOf(context, outer, inner), query: { permanent } });
  },
};

/** Source: the unified API, "Chat API". */
export const messaging: MessagingOperations = {
  conversations: collection({
    path: ["messaging", "conversations"],
    wire: wire.conversation,
    toItem: toConversation,
  }),
  messages,

  /** The reference has no answers of a thread; servers that know `thread_id` in the list give them. */
  async replies(context, native, paging) {
    const { outer, inner } = ofWithin(native);
    return list(context, outer, { thread_id: inner }, paging);
  },
};
