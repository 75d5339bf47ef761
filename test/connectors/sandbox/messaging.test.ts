import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sowMessaging } from "../../../src/connectors/sandbox/service/messaging/seed.js";
import { worldOf } from "../../../src/connectors/sandbox/service/world.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { messagingConformance } from "../../conformance/messaging.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";

messagingConformance("sandbox", async () => {
  const core = await testCore();
  const account = await core.connect("sandbox");
  const { colleagues, contacts } = worldOf({ seed: "sandbox", size: "small" });
  const id = colleagues[1]?.id as string;
  return {
    account,
    conversation: "cnv_000003",
    colleague: { account: account.session.open(account.record, { user: id }), id },
    guest: contacts[0]?.email as string,
    longestText: 40_000,
    close: () => core.close(),
  };
});

describe("the sandbox's chat", () => {
  const world = worldOf({ seed: "sandbox", size: "small" });
  let core: TestCore;
  let account: ConnectedAccount;
  before(async () => {
    core = await testCore();
    account = await core.connect("sandbox");
  });
  after(() => core.close());
  const chat = () => account.apis(false).messaging;
  const search = (query: object) => everyItem(1000, (paging) => chat().search({ ...query, ...paging }));

  for (const [size, conversations, messages] of [
    ["small", 8, 88],
    ["large", 200, 20_000],
  ] as const)
    test(`a ${size} account has ${conversations} conversations and ${messages} messages, threads among them`, () => {
      const seeds = [...sowMessaging(worldOf({ seed: "sandbox", size }), [])];
      const bodies = seeds.filter(({ kind }) => kind.name === "messaging.message").map(({ thing }) => thing.body);
      assert.deepEqual([seeds.length - bodies.length, bodies.length], [conversations, messages]);
      const answers = bodies.filter(({ thread_id }) => thread_id !== null);
      assert.ok(answers.length > messages / 10 && answers.length < messages / 2, `${answers.length} answers`);
      assert.equal(new Set(seeds.map(({ thing }) => thing.id)).size, seeds.length);
    });

  test("two accounts of one seed hold the same, and another seed something else", async () => {
    const told = async (seed: string) => {
      const { messaging } = (await core.connect("sandbox", { seed })).apis(false);
      const { items } = await messaging.search({ cursor: null, limit: 1000 });
      return items.map(({ id, text, author, created }) => [id.native, text, author?.email, created]);
    };
    const [one, same, other] = await Promise.all(["a", "a", "b"].map(told));
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
  });

  test("a contact of the CRM speaks in a direct chat, by the contact's own address", async () => {
    const [contact] = world.contacts;
    assert.ok(contact);
    const found = await search({ participant: contact.email });
    const own = found.filter(({ author }) => author?.email === contact.email);
    assert.ok(own.length > 0 && own.length < found.length, "nobody answers");
    assert.ok(own.every(({ author }) => author?.id === null && author.name === `${contact.first} ${contact.last}`));
    const known = await account.apis(false).crm.contactsByEmail([contact.email]);
    assert.equal(known[0]?.name, `${contact.first} ${contact.last}`);
    const direct = (await everyItem(50, (paging) => chat().conversations.list(paging))).find(
      ({ name, guests }) => name === null && guests?.some(({ email }) => email === contact.email),
    );
    assert.deepEqual(
      direct?.memberIds.map(({ native }) => native),
      [world.colleagues[0]?.id],
    );
  });

  test("what is attached is a file of the account, and its link gives the bytes", async () => {
    const [attachment] = (await search({})).flatMap(({ attachments }) => attachments);
    assert.ok(attachment?.id && attachment.url);
    const file = await account.storage.get({ type: "file", id: attachment.id.native });
    assert.equal(file.name, attachment.name);
    const { text } = await account.upstream.text({ path: new URL(attachment.url).pathname });
    assert.equal(text.length > 0, (attachment.size as number) > 0);
  });

  test("of a direct chat only the topic changes", async () => {
    const all = await everyItem(50, (paging) => chat().conversations.list(paging));
    const direct = all.find(({ name }) => name === null)?.id.native as string;
    for (const change of [{ name: "ours" }, { private: false }, { members: [] }])
      await assert.rejects(chat().conversations.update(direct, change), fails("invalid_parameters"));
    const changed = await chat().conversations.update(direct, { topic: "Lunch" });
    assert.deepEqual([changed.name, changed.private, changed.topic], [null, true, "Lunch"]);
  });

  test("a message that began a thread takes its answers with it", async () => {
    const { id } = await chat().conversations.create({ name: "threads" });
    const conversation = id.native;
    const root = (await chat().messages.create({ conversation, text: "root" })).id.native;
    const answer = (await chat().messages.create({ conversation, text: "answer", thread: root })).id.native;
    await chat().messages.delete(root);
    await assert.rejects(chat().messages.get(answer), fails("not_found"));
  });

  test("a message cannot be carried into another conversation", async () => {
    const { id } = await chat().conversations.create({ name: "here" });
    const made = await chat().messages.create({ conversation: id.native, text: "here" });
    for (const change of [{ conversation: "cnv_000001" }, { thread: "msg_000001" }])
      await assert.rejects(chat().messages.update(made.id.native, change), fails("invalid_parameters"));
    assert.equal((await chat().messages.get(made.id.native)).conversationId.native, id.native);
  });

  test("what is made and said is told in the feed", async () => {
    const events = account.apis(false).events;
    const { next } = await events.changes(null);
    const conversation = (await chat().conversations.create({ name: "fed" })).id.native;
    const message = (await chat().messages.create({ conversation, text: "fed" })).id.native;
    await chat().messages.update(message, { text: "fed twice" });
    await chat().messages.delete(message);
    const { changes } = await events.changes(next);
    assert.deepEqual(
      changes.map(({ kind, api, type, id }) => [kind, api, type, id]),
      [
        ["ADD", "messaging", "conversation", conversation],
        ["ADD", "messaging", "message", message],
        ["UPDATE", "messaging", "message", message],
        ["DELETE", "messaging", "message", message],
      ],
    );
  });
});
