import { z } from "zod";
import { ApiError } from "../../../errors.js";
import type { Endpoint } from "../endpoint.js";
import { moment, optionalText, rawFields, text } from "../parameters.js";
import { collectionEndpoints, type Naming } from "./collection.js";

/** Of both lists. Source: the unified API, "Chat API". */
const PAGE_SIZE = 10;

/** Throws `not_found` for one of another account. */
const conversationOf = (call: Naming): string =>
  call.ref(call.param("conversation"), "messaging", "conversation").native;

/** `conversation` is what the first clients write. Source: the unified API, "Chat API". */
export const messaging: readonly Endpoint[] = [
  ...collectionEndpoints({
    api: "messaging",
    type: "conversation",
    path: "messaging/conversations",
    also: ["messaging/conversation"],
    title: "a conversation",
    titles: "conversations",
    collection: (apis) => apis.messaging.conversations,
    pageSize: PAGE_SIZE,
    references: { members: "team.user" },
    draft: z.object({
      name: text.nullable(),
      topic: text.nullable(),
      private: z.boolean(),
      members: z.array(text).max(1000),
      ...rawFields,
    }),
  }),
  ...collectionEndpoints({
    api: "messaging",
    type: "message",
    path: "messaging/conversations/:conversation/messages",
    also: ["messaging/conversation/:conversation/messages"],
    title: "a message of a conversation",
    titles: "messages of a conversation, newest first; with `thread_id` the answers to one of them, oldest first",
    collection: (apis) => apis.messaging.messages,
    pageSize: PAGE_SIZE,
    query: z.object({
      after: moment.optional().describe("At or after it."),
      before: moment.optional().describe("Before it."),
      thread_id: text.optional().describe("The message that began the thread."),
    }),
    async page(call, { after, before, thread_id }, paging) {
      const conversation = conversationOf(call);
      const { messaging } = call.apis;
      if (thread_id === undefined)
        return messaging.messages.list({ conversation, since: after, until: before, ...paging });
      if (after !== undefined || before !== undefined)
        throw new ApiError("invalid_parameters", "With `thread_id` goes neither `after` nor `before`.");
      return messaging.replies(call.ref(thread_id, "messaging", "message").native, paging);
    },
    nativeOf(call) {
      conversationOf(call);
      return call.ref(call.param("id"), "messaging", "message").native;
    },
    needs: ["text"],
    names: { thread_id: "thread" },
    references: { thread_id: "messaging.message" },
    once: ["thread_id"],
    complete: (_, call) => ({ conversation: conversationOf(call) }),
    draft: z.object({ text, thread_id: optionalText, ...rawFields }),
  }),
];
