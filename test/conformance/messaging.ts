import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import type { Conversation } from "../../schema/messaging/conversation.js";
import type { ChatMessage } from "../../schema/messaging/message.js";
import type {
  ChatMessageDraft,
  ChatQuery,
  ConversationDraft,
  MessagingOperations,
} from "../../src/connectors/connector.js";
import { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Unified } from "../../src/unified/category.js";
import { fails } from "../support/fails.js";
import { casesOf, collectionCases, type OpenedCategory } from "./collection.js";
import { everyItem } from "./storage/bench.js";
import { assertTime } from "./storage/shape.js";

export interface OpenedMessaging extends OpenedCategory {
  /** Native id of a conversation with at least three messages, more than one of its authors among them. */
  conversation: string;
  /** The account seen by another user of its organisation, where it may act as one; and that user's native id. */
  colleague?: { account: ConnectedAccount; id: string };
  /** Somebody outside the organisation who speaks in it: the e-mail address. */
  guest?: string;
  /** Characters of a message at most, where the service says. */
  longestText?: number;
}

/** What breaks where a text is escaped once too often, trimmed, or cut in the middle of a character. */
const TEXTS: Readonly<Record<string, string>> = {
  "emoji of several code points": "👩‍👩‍👧 🇪🇺 👍🏽",
  "right to left": "\u202eabc שלום עולם مرحبا",
  markup: `<b>R&D</b> &amp; *bold* _it_ ~no~ \`code\` <@U123> [x](http://y.example/?a=1&b=2#c)`,
  "quotes and backslashes": `it's "so" \\n C:\\temp \\u0000`,
  "per cent signs": "100% %20 %zz %s {0} {{x}}",
  "line breaks and tabs": "first\n\nthird\tcolumn",
  "é composed and decomposed": "caf\u00e9 cafe\u0301",
  "spaces within": "two  spaces",
  "letters of many scripts": "Ελληνικά русский 日本語 한국어 ไทย हिन्दी",
};

/** What every chat connector owes. */
export const messagingConformance = (
  name: string,
  open: () => Promise<OpenedMessaging>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: messaging`, () => {
    let opened: OpenedMessaging;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const check = casesOf(name, deviations);
    const account = (): ConnectedAccount => opened.account;
    const chatOf = (one: ConnectedAccount): Unified<MessagingOperations> => one.apis(false).messaging;
    const chat = () => chatOf(account());
    const conversations = (operation: string) =>
      [`messaging.conversations.${operation}`, chat().conversations.can(operation)] as const;
    const messages = (operation: string) =>
      [`messaging.messages.${operation}`, chat().messages.can(operation)] as const;
    const writing = () => [conversations("create"), messages("list"), messages("create")] as const;
    const alone = (operation: string) => [`messaging.${operation}`, chat().can(operation)] as const;
    const colleague = () => ["a colleague to act as", opened.colleague !== undefined] as const;

    const fresh = async (draft: ConversationDraft = {}): Promise<string> =>
      (await chat().conversations.create({ name: "suite", ...draft })).id.native;
    const post = async (conversation: string, text: string, thread?: string): Promise<string> =>
      (await chat().messages.create({ conversation, text, ...(thread === undefined ? {} : { thread }) })).id.native;
    const listed = (query: ChatQuery, limit = 100): Promise<ChatMessage[]> =>
      everyItem(limit, (paging) => chat().messages.list({ ...query, ...paging }));
    const texts = async (query: ChatQuery, limit?: number) => (await listed(query, limit)).map(({ text }) => text);
    const answers = async (message: string, limit = 100) =>
      (await everyItem(limit, (paging) => chat().replies(message, paging))).map(({ text }) => text);

    describe("messaging.conversations", () =>
      collectionCases<Conversation, object, ConversationDraft>(check, account, {
        name: "messaging.conversations",
        of: (one, raw) => one.apis(raw).messaging.conversations,
        query: async () => ({}),
        draft: async () => ({ name: "suite & söhne", topic: "What it is about" }),
        changes: [
          { change: { name: "renamed" }, after: { name: "renamed" } },
          { change: { topic: null }, after: { topic: null } },
        ],
        stay: ["name", "topic", "private", "memberIds", "created"],
        shape({ memberIds }) {
          for (const id of memberIds) assert.deepEqual([id.api, id.type], ["team", "user"]);
        },
      }));

    describe("messaging.messages", () =>
      collectionCases<ChatMessage, ChatQuery, ChatMessageDraft>(check, account, {
        name: "messaging.messages",
        of: (one, raw) => one.apis(raw).messaging.messages,
        query: async () => ({ conversation: opened.conversation }),
        draft: async () => ({ conversation: opened.conversation, text: "Said by a suite." }),
        changes: [{ change: { text: "Said otherwise." }, after: { text: "Said otherwise." } }],
        stay: ["author", "conversationId", "threadId", "created", "attachments", "replyCount"],
        shape({ author, conversationId, text, attachments, threadId }) {
          assert.deepEqual([conversationId.api, conversationId.type], ["messaging", "conversation"]);
          assert.ok(author === null || author.id !== null || author.email !== null || author.name !== null);
          assert.ok(author === null || author.id === null || author.id.api === "team");
          assert.equal(typeof text, "string");
          assert.ok(threadId === null || threadId instanceof Ref);
          for (const { url } of attachments) assert.ok(url === null || URL.canParse(url), String(url));
        },
      }));

    check(
      "messages come newest first, by their time and then by their id",
      async () => {
        const order = (await listed({ conversation: opened.conversation }, 2)).map(
          ({ created, id }) => `${created} ${id.native}`,
        );
        assert.deepEqual(order, order.toSorted().reverse());
      },
      () => [messages("list")],
    );

    check(
      "while messages arrive and go, a reader of pages misses none of the others and meets none twice",
      async () => {
        const conversation = await fresh();
        const first: string[] = [];
        for (let count = 1; count <= 9; count++) first.push(await post(conversation, `${count}`));
        const read: (string | null | undefined)[] = [];
        let cursor: string | null = null;
        for (let page = 0; ; page++) {
          const { items, next }: Awaited<ReturnType<ReturnType<typeof chat>["messages"]["list"]>> =
            await chat().messages.list({ conversation, cursor, limit: 2 });
          read.push(...items.map(({ text }) => text));
          if (next === null) break;
          cursor = next;
          await post(conversation, `late ${page}`);
          // The sixth of them has not been read yet, the ninth has.
          if (page === 0) for (const place of [3, 8]) await chat().messages.delete(first[place] as string);
        }
        assert.deepEqual(read, ["9", "8", "7", "6", "5", "3", "2", "1"]);
        const all = await texts({ conversation }, 3);
        assert.deepEqual(all.slice(-7), ["8", "7", "6", "5", "3", "2", "1"]);
        assert.ok(all.slice(0, -7).every((text) => text?.startsWith("late ")) && all.length > 9);
        await chat().conversations.delete(conversation);
      },
      () => [...writing(), messages("delete"), conversations("delete")],
    );

    check(
      "messages since a moment, and until one",
      async () => {
        const { conversation } = opened;
        const all = await listed({ conversation });
        const middle = all[1]?.created as string;
        const ids = (some: readonly ChatMessage[]) => some.map(({ id }) => id.native);
        assert.deepEqual(
          ids(await listed({ conversation, since: middle }, 1)),
          ids(all.filter(({ created }) => (created as string) >= middle)),
        );
        assert.deepEqual(
          ids(await listed({ conversation, until: middle }, 1)),
          ids(all.filter(({ created }) => (created as string) < middle)),
        );
        assert.deepEqual(await listed({ conversation, since: middle, until: middle }), []);
      },
      () => [messages("list")],
    );

    check(
      "answers make a thread: oldest first, beside the conversation's list, counted",
      async () => {
        const conversation = await fresh();
        const root = await post(conversation, "question");
        await post(conversation, "something else");
        const first = await post(conversation, "first answer", root);
        await post(conversation, "second answer", root);
        await post(conversation, "answer to an answer", first);
        assert.deepEqual(await texts({ conversation }), ["something else", "question"]);
        for (const limit of [1, 2, 100])
          assert.deepEqual(await answers(root, limit), ["first answer", "second answer", "answer to an answer"]);
        const [asked, answer] = await chat().messages.getMany([root, first]);
        assert.ok(asked && answer && !(asked instanceof Error) && !(answer instanceof Error));
        assert.deepEqual([asked.replyCount, asked.threadId], [3, null]);
        assert.equal(answer.threadId?.native, root);
        await chat().messages.delete(first);
        assert.deepEqual(await answers(root), ["second answer", "answer to an answer"]);
        assert.equal((await chat().messages.get(root)).replyCount, 2);
        await chat().conversations.delete(conversation);
      },
      () => [...writing(), messages("delete"), conversations("delete"), alone("replies")],
    );

    check(
      "a thread of another conversation, or of nothing, is refused and nothing is said",
      async () => {
        const [here, there] = [await fresh(), await fresh()];
        const root = await post(there, "there");
        for (const thread of [root, "0000000000nowhere"])
          await assert.rejects(post(here, "lost", thread), fails("invalid_parameters", "not_found", "request_failed"));
        assert.deepEqual(await texts({ conversation: here }), []);
        assert.deepEqual(await texts({ conversation: there }), ["there"]);
        for (const conversation of [here, there]) await chat().conversations.delete(conversation);
      },
      () => [...writing(), conversations("delete")],
    );

    check(
      "an edited message says so, and stays where it was",
      async () => {
        const conversation = await fresh();
        const [old] = [await post(conversation, "before"), await post(conversation, "later")];
        const before = await chat().messages.get(old);
        assert.equal(before.modified, null);
        const after = await chat().messages.update(old, { text: "after" });
        assert.deepEqual([after.text, after.created], ["after", before.created]);
        assert.ok(after.modified !== null);
        assertTime(after.modified);
        assert.ok((after.modified as string) >= (after.created as string));
        assert.deepEqual(await texts({ conversation }), ["later", "after"]);
        await assert.rejects(chat().messages.update(old, { text: "" }), fails("invalid_parameters", "request_failed"));
        await chat().conversations.delete(conversation);
      },
      () => [...writing(), messages("update"), conversations("delete")],
    );

    for (const [what, text] of Object.entries(TEXTS))
      check(
        `a text with ${what} goes in and comes out`,
        async () => {
          const conversation = await fresh({ topic: text.replaceAll(/[\n\t]/g, " ") });
          const made = await chat().messages.create({ conversation, text });
          assert.equal(made.text, text);
          assert.deepEqual(await texts({ conversation }), [text]);
          assert.equal((await chat().messages.get(made.id.native)).text, text);
          await chat().conversations.delete(conversation);
        },
        () => [...writing(), conversations("delete")],
      );

    check(
      "the longest text that the service takes comes out whole, a longer one is refused",
      async () => {
        const longest = opened.longestText as number;
        const conversation = await fresh();
        // Characters of four bytes: the limit is one of characters.
        const text = "🦄".repeat(longest);
        await post(conversation, text);
        await assert.rejects(
          post(conversation, `${text}x`),
          fails("invalid_parameters", "entity_too_large", "request_failed"),
        );
        const [only, ...others] = await texts({ conversation });
        assert.ok(only === text && others.length === 0);
        await chat().conversations.delete(conversation);
      },
      () => [...writing(), conversations("delete"), ["a limit of texts", opened.longestText !== undefined]],
    );

    check(
      "an empty message is refused",
      async () => {
        const before = await texts({ conversation: opened.conversation });
        for (const text of ["", " \n "])
          await assert.rejects(post(opened.conversation, text), fails("invalid_parameters", "request_failed"));
        assert.deepEqual(await texts({ conversation: opened.conversation }), before);
      },
      () => [messages("list"), messages("create")],
    );

    check(
      "members are said when a conversation is made, and changed; one who is nobody is refused",
      async () => {
        const other = opened.colleague?.id as string;
        const made = await chat().conversations.create({ name: "members", members: [other, other] });
        const ids = ({ memberIds }: Conversation) => memberIds.map(({ native }) => native);
        assert.equal(ids(made).length, 2);
        assert.ok(ids(made).includes(other));
        const own = ids(made).find((id) => id !== other) as string;
        const changed = await chat().conversations.update(made.id.native, { members: [own] });
        assert.deepEqual(ids(changed), [own]);
        for (const members of [["nobody_here"], [own, "nobody_here"]])
          await assert.rejects(
            chat().conversations.update(made.id.native, { members }),
            fails("invalid_parameters", "not_found", "request_failed"),
          );
        assert.deepEqual(ids(await chat().conversations.get(made.id.native)), [own]);
        await chat().conversations.delete(made.id.native);
      },
      () => [conversations("create"), conversations("update"), conversations("delete"), colleague()],
    );

    check(
      "a private conversation is not there for those who are no members of it",
      async () => {
        const theirs = chatOf((opened.colleague as { account: ConnectedAccount }).account);
        const made = await theirs.conversations.create({ name: "between us", private: true });
        const conversation = made.id.native;
        assert.equal(made.private, true);
        const said = await theirs.messages.create({ conversation, text: "nobodyelse sees this" });
        const message = said.id.native;
        const refusals = [
          () => chat().conversations.get(conversation),
          () => chat().conversations.update(conversation, { name: "ours" }),
          () => chat().conversations.delete(conversation),
          () => chat().messages.list({ conversation, cursor: null, limit: 10 }),
          () => chat().messages.get(message),
          () => chat().messages.update(message, { text: "ours" }),
          () => chat().messages.delete(message),
          () => chat().replies(message, { cursor: null, limit: 10 }),
        ];
        for (const refused of refusals) await assert.rejects(refused(), fails("not_found"), String(refused));
        await assert.rejects(post(conversation, "hello?"), fails("not_found", "invalid_parameters"));
        const [one, many] = await chat().conversations.getMany([conversation, opened.conversation]);
        fails("not_found")(one);
        assert.ok(!(many instanceof Error));
        const listing = await everyItem(50, (paging) => chat().conversations.list(paging));
        assert.ok(!listing.some(({ id }) => id.native === conversation));
        const search = { query: "nobodyelse", cursor: null, limit: 10 };
        assert.deepEqual((await chat().search(search)).items, []);
        assert.deepEqual(
          (await theirs.search(search)).items.map(({ id }) => id.native),
          [message],
        );
        const own = (await chat().conversations.get(await fresh())).memberIds[0] as Ref;
        await theirs.conversations.update(conversation, {
          members: [...made.memberIds.map(({ native }) => native), own.native],
        });
        assert.equal((await chat().messages.get(message)).text, "nobodyelse sees this");
        assert.equal((await chat().search(search)).items.length, 1);
        await theirs.conversations.delete(conversation);
      },
      () => [...writing(), conversations("delete"), alone("search"), alone("replies"), colleague()],
    );

    check(
      "a message is changed and deleted by its author alone",
      async () => {
        const theirs = chatOf((opened.colleague as { account: ConnectedAccount }).account);
        const conversation = await fresh();
        const made = await theirs.messages.create({ conversation, text: "mine" });
        assert.equal(made.author?.id?.native, opened.colleague?.id);
        const id = made.id.native;
        await assert.rejects(chat().messages.update(id, { text: "yours" }), fails("permission_denied"));
        await assert.rejects(chat().messages.delete(id), fails("permission_denied"));
        const read = await chat().messages.get(id);
        assert.deepEqual([read.text, read.modified], ["mine", null]);
        await theirs.messages.delete(id);
        await chat().conversations.delete(conversation);
      },
      () => [...writing(), messages("update"), messages("delete"), conversations("delete"), colleague()],
    );

    check(
      "what goes with a conversation goes with it",
      async () => {
        const conversation = await fresh();
        const root = await post(conversation, "gone-with-it");
        const answer = await post(conversation, "gone-with-it too", root);
        await chat().conversations.delete(conversation);
        for (const id of [root, answer]) await assert.rejects(chat().messages.get(id), fails("not_found"));
        await assert.rejects(texts({ conversation }), fails("not_found"));
        assert.deepEqual((await chat().search({ query: "gone-with-it", cursor: null, limit: 10 })).items, []);
      },
      () => [...writing(), conversations("delete"), alone("search")],
    );

    check(
      "a search finds words in any case, in threads too, newest first",
      async () => {
        const conversation = await fresh();
        const root = await post(conversation, "The Zyzzyva report");
        await post(conversation, "nothing of the kind");
        await post(conversation, "report on ZYZZYVA, once more", root);
        const find = async (query: string) =>
          (await everyItem(1, (paging) => chat().search({ query, ...paging }))).map(({ text }) => text);
        assert.deepEqual(await find("zyzzyva REPORT"), ["report on ZYZZYVA, once more", "The Zyzzyva report"]);
        assert.deepEqual(await find("zyzzyva xyzzy"), []);
        await chat().conversations.delete(conversation);
      },
      () => [...writing(), conversations("delete"), alone("search")],
    );

    check(
      "a search by an address finds what is by it or to it alone, in any case, within its times",
      async () => {
        const guest = opened.guest as string;
        const find = (participant: string, more: object = {}) =>
          everyItem(3, (paging) => chat().search({ participant, ...more, ...paging }));
        const found = await find(guest.toUpperCase());
        assert.ok(found.some(({ author }) => author?.email === guest));
        const rooms = await chat().conversations.getMany([
          ...new Set(found.map(({ conversationId }) => conversationId.native)),
        ]);
        for (const { author, conversationId } of found) {
          if (author?.email === guest) continue;
          const room = rooms.find((one) => !(one instanceof Error) && one.id.native === conversationId.native);
          assert.ok(room && !(room instanceof Error));
          assert.equal(room.memberIds.length + (room.guests?.length ?? 0), 2, "it is to others as well");
        }
        const middle = found[Math.floor(found.length / 2)]?.created as string;
        const ids = (some: readonly ChatMessage[]) => some.map(({ id }) => id.native);
        assert.deepEqual(
          [...ids(await find(guest, { since: middle })), ...ids(await find(guest, { until: middle }))],
          ids(found),
        );
        assert.deepEqual(await find("nobody@nowhere.invalid"), []);
      },
      () => [alone("search"), ["a guest who speaks", opened.guest !== undefined]],
    );
  });
};
