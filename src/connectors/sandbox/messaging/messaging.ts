import type { ChatMessageDraft, ChatQuery, ConversationDraft, MessagingOperations } from "../../connector.js";
import { collection, paging, toPage } from "../collection.js";
import { checkId } from "../requests.js";
import type { WireListing } from "../wire.js";
import { toChatMessage, toConversation } from "./map.js";
import type { WireChatMessage } from "./wire.js";

export const messaging: MessagingOperations = {
  conversations: collection({
    path: "/chat/conversations",
    toItem: toConversation,
    toQuery: () => ({}),
    toBody: ({ members, raw, ...named }: ConversationDraft) => ({ ...named, member_ids: members, ...raw }),
  }),
  messages: collection({
    path: "/chat/messages",
    toItem: toChatMessage,
    toQuery: ({ conversation, since, until }: ChatQuery) => ({ conversation_id: conversation, since, until }),
    toBody: ({ conversation, thread, text, raw }: ChatMessageDraft) => ({
      conversation_id: conversation,
      thread_id: thread,
      text,
      ...raw,
    }),
  }),

  async replies(context, message, page) {
    const request = { path: `/chat/messages/${checkId(message)}/replies`, query: paging(page) };
    return toPage(context, await context.upstream.json<WireListing<WireChatMessage>>(request), toChatMessage);
  },

  async search(context, { query, participant, since, until, ...page }) {
    const request = { path: "/chat/search", query: { q: query, participant, since, until, ...paging(page) } };
    return toPage(context, await context.upstream.json<WireListing<WireChatMessage>>(request), toChatMessage);
  },
};
