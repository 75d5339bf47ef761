import { z } from "zod";
import { type Call, parse, type Reply, type Route, route, type Service } from "./http.js";
import {
  type AttachmentBody,
  CONVERSATION,
  type ConversationBody,
  EVERYONE,
  MESSAGE,
  type MessageBody,
  otherParty,
} from "./messaging/kinds.js";
import { sowMessaging } from "./messaging/seed.js";
import { type Person, peopleOf } from "./people.js";
import { invalid, notFound, Refusal } from "./refusal.js";
import { collectionRoutes, paging, toldPage } from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import { type Question, Shelf, type Thing } from "./shelf/shelf.js";

const LONGEST_TEXT = 40_000; // characters
const MOST_MEMBERS = 1_000;
/** Files of the account that its first messages may show. */
const SHOWN = 50;

const short = z.string().trim().min(1).max(250).nullable();
const conversationBody = z
  .strictObject({ name: short, topic: short, private: z.boolean(), member_ids: z.array(z.string()).max(MOST_MEMBERS) })
  .partial();
const messageBody = z
  .strictObject({
    conversation_id: z.string(),
    thread_id: z.string().nullable(),
    text: z.string().refine((text) => [...text].length <= LONGEST_TEXT, `at most ${LONGEST_TEXT} characters`),
  })
  .partial();

/** `?since=…&until=…` */
const span = { since: z.string().optional(), until: z.string().optional() };
const messagesAsked = z.strictObject({ conversation_id: z.string(), ...span }).transform(
  ({ conversation_id, since, until }): Question => ({
    keys: [["conversation", conversation_id]],
    from: since,
    until,
  }),
);
const searchQuery = paging.extend({
  q: z.string().trim().min(1).max(500).optional(),
  participant: z.string().toLowerCase().optional(),
  ...span,
});

/** Conversations and what is said in them. A private one is not there for those who are no members of it. */
export const messagingRoutes = (service: Service): Route[] => {
  const conversations = (call: Call) => new Shelf(service, call, CONVERSATION);
  const messages = (call: Call) => new Shelf(service, call, MESSAGE);

  const seen = (call: Call) => ({ key: "audience", values: [EVERYONE, actorOf(call).id] });
  const findConversation = (call: Call, id: string): ConversationBody | null => {
    const conversation = conversations(call).find(id)?.body;
    return conversation && isSeen(call, conversation) ? conversation : null;
  };
  const isInSight = (call: Call, { body }: Thing<MessageBody>) => findConversation(call, body.conversation_id) !== null;

  const describe = (call: Call, { id, body, created_at, modified_at }: Thing<MessageBody>): object => ({
    id,
    conversation_id: body.conversation_id,
    thread_id: body.thread_id,
    author: body.author,
    text: body.text,
    attachments: body.attachments.map((file) => ({ ...file, url: `http://sandbox.invalid/files/${file.id}/content` })),
    reply_count: body.thread_id === null ? messages(call).count({ keys: [["thread", id]] }) : 0,
    created_at,
    edited_at: body.edited ? modified_at : null,
  });

  const ofConversations = collectionRoutes<ConversationBody>(service, {
    path: "/chat/conversations",
    kind: CONVERSATION,
    writable: conversationBody,
    asked: z.strictObject({}).transform((): Question => ({})),
    narrow: (call, question) => ({ ...question, anyOf: seen(call) }),
    visible: (call, { body }) => isSeen(call, body),
    /** Whoever makes a channel is in it. */
    complete: (call, { name = null, topic = null, private: isPrivate = false, member_ids = [] }) => ({
      kind: "channel",
      name,
      topic,
      private: isPrivate,
      member_ids: [...new Set([actorOf(call).id, ...member_ids])],
      guests: [],
    }),
    revise(_, { topic: __, ...given }, { body }) {
      if (body.kind === "direct" && Object.keys(given).length > 0)
        throw invalid("Of a direct chat only the topic changes.");
      return given.member_ids ? { member_ids: [...new Set(given.member_ids)] } : {};
    },
    check({ account }, { member_ids }) {
      const people = new Set(peopleOf(account).map(({ id }) => id));
      if (!member_ids.every((id) => people.has(id))) throw invalid("member_ids: names nobody.");
    },
    removed: (call, { id }) => messages(call).removeAll(["within", id]),
  });

  const ofMessages = collectionRoutes<MessageBody>(service, {
    path: "/chat/messages",
    kind: MESSAGE,
    writable: messageBody,
    asked: messagesAsked,
    narrow(call, question) {
      const [[, id] = ["", ""]] = question.keys ?? [];
      if (!findConversation(call, id)) throw notFound("conversation");
      return question;
    },
    visible: isInSight,
    /** An answer to an answer belongs to the same thread. */
    complete(call, { conversation_id = "", thread_id = null, text = "" }, shelf) {
      const conversation = findConversation(call, conversation_id);
      if (!conversation) throw invalid("conversation_id: names nothing.");
      const answered = thread_id === null ? null : shelf.find(thread_id);
      if (thread_id !== null && answered?.body.conversation_id !== conversation_id)
        throw invalid("thread_id: names no message of the conversation.");
      const { id, name, email } = actorOf(call);
      const members = peopleOf(call.account).filter((person) => conversation.member_ids.includes(person.id));
      return {
        conversation_id,
        thread_id: answered && (answered.body.thread_id ?? answered.id),
        author: { id, name, email },
        to: otherParty(conversation.kind, [...members, ...conversation.guests], { name, email }),
        text,
        edited: false,
        attachments: [],
      };
    },
    revise(call, { conversation_id, thread_id }, message) {
      if (conversation_id !== undefined || thread_id !== undefined) throw invalid("A message stays where it is.");
      checkAuthor(call, message);
      return { edited: true };
    },
    check(_, { text }) {
      if (text.trim() === "") throw invalid("text: must not be empty.");
    },
    removable: checkAuthor,
    removed(call, { id, body }) {
      if (body.thread_id === null) messages(call).removeAll(["thread", id]);
    },
    describe,
  });

  const replies = (call: Call): Reply => {
    const message = messages(call).get(call.parameters.id as string);
    if (!isInSight(call, message)) throw notFound("message");
    const question: Question = { keys: [["thread", message.id]], order: { by: "at", descending: false } };
    const page = messages(call).page(question, parse(paging, call.query));
    return { json: toldPage(page, (thing) => describe(call, thing)) };
  };

  const search = (call: Call): Reply => {
    const { q, participant, since, until, ...page } = parse(searchQuery, call.query);
    const question: Question = {
      ...(participant === undefined ? {} : { keys: [["participant", participant]] }),
      anyOf: { ...seen(call), by: { field: "conversation_id", kind: CONVERSATION.name } },
      words: q,
      from: since,
      until,
    };
    return { json: toldPage(messages(call).page(question, page), (thing) => describe(call, thing)) };
  };

  const files = "SELECT id, name, mime_type, size FROM items WHERE account = ? AND kind = 'file' ORDER BY id LIMIT ?";
  const sow: Parameters<typeof sown>[2] = (world, { account }) =>
    sowMessaging(world, service.database.all<AttachmentBody>(files, account.number, SHOWN));
  return sown(service, "messaging", sow, [
    ...ofConversations,
    ...ofMessages,
    route("GET /chat/messages/:id/replies", replies),
    route("GET /chat/search", search),
  ]);
};

/** In whose name it is asked. */
const actorOf = ({ account, actor }: Call): Person => peopleOf(account)[actor] as Person;

const isSeen = (call: Call, conversation: ConversationBody): boolean =>
  !conversation.private || conversation.member_ids.includes(actorOf(call).id);

const checkAuthor = (call: Call, { body }: Thing<MessageBody>): void => {
  if (body.author.id !== actorOf(call).id)
    throw new Refusal(403, "not_author", "A message is changed and deleted by its author alone.");
};
