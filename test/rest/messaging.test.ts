import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everyObject, type RestServing, restForTest } from "./support.js";

const CONVERSATIONS = "/accounts/1/messaging/conversations";

describe("REST: chat", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
  });
  after(() => api.closeCore());

  const conversation = (body: object = { name: "Launch", private: false }) =>
    api.expect(201, "POST", CONVERSATIONS, { body });

  test("conversations: made, read, changed, listed and deleted, in both spellings", async () => {
    const made = await conversation();
    assert.equal(made.href, `${api.url}/v1${CONVERSATIONS}/${made.id}`);
    assert.equal(made.api, "messaging");
    assert.equal(made.private, false);
    assert.ok(made.members.every((id: unknown) => typeof id === "string"));
    assert.deepEqual(await api.expect(200, "GET", `/accounts/1/messaging/conversation/${made.id}`), made);
    const changed = await api.expect(200, "PATCH", `${CONVERSATIONS}/${made.id}`, {
      body: { name: "Landing", members: made.members },
    });
    assert.equal(changed.name, "Landing");
    assert.deepEqual(changed.members, made.members);
    assert.ok(
      (await everyObject(api, "/accounts/1/messaging/conversation?page_size=2")).some(({ id }) => id === made.id),
    );
    await api.expect(204, "DELETE", `${CONVERSATIONS}/${made.id}`);
    await api.expect(404, "GET", `${CONVERSATIONS}/${made.id}`);
  });

  test("members are users of the team", async () => {
    const [, user] = (await everyObject(api, "/accounts/1/messaging/conversations")).flatMap(
      ({ members }) => members as string[],
    );
    const made = await conversation({ name: "Two of us", private: true, members: [user] });
    assert.ok(made.members.includes(user));
    await api.expect(404, "POST", CONVERSATIONS, { body: { name: "Nobody", members: ["nobody"] } });
    await api.expect(400, "POST", CONVERSATIONS, { body: { name: "Wrong", members: "nobody" } });
  });

  test("ten to a page unless asked otherwise, to the end without loss or doubles", async () => {
    const { id } = await conversation();
    const path = `${CONVERSATIONS}/${id}/messages`;
    for (let number = 1; number <= 23; number++) await api.expect(201, "POST", path, { body: { text: `${number}` } });
    assert.equal((await api.expect(200, "GET", path)).count, 10);
    const all = await everyObject(api, path);
    assert.deepEqual(
      new Set(all.map(({ text }) => text)),
      new Set(Array.from({ length: 23 }, (_, index) => `${index + 1}`)),
    );
    assert.equal(all.length, 23);
    const seven = await everyObject(api, `${path}?page_size=7`);
    assert.deepEqual(
      seven.map((one) => one.id),
      all.map((one) => one.id),
    );
  });

  test("a message: said, read, changed, deleted", async () => {
    const { id } = await conversation();
    const path = `${CONVERSATIONS}/${id}/messages`;
    const said = await api.expect(201, "POST", path, { body: { text: "Shipped!", thread_id: null } });
    assert.equal(said.conversation_id, id);
    assert.equal(said.href, `${api.url}/v1${path}/${said.id}`);
    assert.equal(typeof said.user_id, "string");
    const attributes = [
      "attachments",
      "conversation_id",
      "created",
      "href",
      "id",
      "modified",
      "text",
      "thread_id",
      "user_id",
    ];
    for (const name of attributes) assert.ok(name in said, name);
    assert.equal("author" in said, false);
    assert.deepEqual([said.thread_id, said.attachments, said.modified], [null, [], null]);
    assert.deepEqual(await api.expect(200, "GET", `${path}/${said.id}`), said);
    assert.deepEqual(
      await api.expect(200, "GET", `/accounts/1/messaging/conversation/${id}/messages/${said.id}`),
      said,
    );
    const changed = await api.expect(200, "PATCH", `${path}/${said.id}`, { body: { ...said, text: "Sunk!" } });
    assert.equal(changed.text, "Sunk!");
    await api.expect(204, "DELETE", `${path}/${said.id}`);
    await api.expect(404, "GET", `${path}/${said.id}`);
    await api.expect(400, "POST", path, { body: {} });
  });

  test("an answer in a thread is found there, and not among the conversation's messages", async () => {
    const { id } = await conversation();
    const path = `${CONVERSATIONS}/${id}/messages`;
    const root = await api.expect(201, "POST", path, { body: { text: "Who comes?" } });
    const answers = [];
    for (const text of ["I", "And I", "Me too"])
      answers.push(await api.expect(201, "POST", path, { body: { text, thread_id: root.id } }));
    assert.deepEqual(
      answers.map(({ thread_id }) => thread_id),
      [root.id, root.id, root.id],
    );
    assert.deepEqual(
      (await everyObject(api, path)).map((one) => one.id),
      [root.id],
    );
    assert.deepEqual(
      (await everyObject(api, `${path}?thread_id=${root.id}&page_size=2`)).map(({ text }) => text),
      ["I", "And I", "Me too"],
    );
    await api.expect(400, "GET", `${path}?thread_id=${root.id}&after=2026-01-01T00:00:00Z`);
    await api.expect(404, "POST", path, { body: { text: "Who?", thread_id: "nothing" } });
  });

  test("messages after a time and before it", async () => {
    const general = (await everyObject(api, CONVERSATIONS)).find(({ name }) => name === "general");
    const path = `${CONVERSATIONS}/${general?.id}/messages`;
    const all = await everyObject(api, `${path}?page_size=100`);
    const middle = String(all[Math.floor(all.length / 2)]?.created);
    const ids = async (query: string) => (await everyObject(api, `${path}?${query}&page_size=100`)).map(({ id }) => id);
    const having = (test: (created: string) => boolean) =>
      all.filter(({ created }) => test(String(created))).map(({ id }) => id);
    assert.deepEqual(
      await ids(`after=${middle}`),
      having((created) => created >= middle),
    );
    const inTokyo = new Date(Date.parse(middle) + 9 * 3_600_000).toISOString().replace("Z", "%2B09:00");
    assert.deepEqual(await ids(`after=${inTokyo}`), await ids(`after=${middle}`));
    assert.deepEqual(
      await ids(`before=${middle}`),
      having((created) => created < middle),
    );
  });

  test("raw data", async () => {
    const headers = { "x-kloudless-raw-data": "true" };
    const { objects } = await api.expect(200, "GET", CONVERSATIONS, { headers });
    assert.equal(objects[0].raw.object.id, objects[0].raw.id);
    const { id } = await conversation();
    const said = await api.expect(201, "POST", `${CONVERSATIONS}/${id}/messages`, {
      headers,
      body: { text: "Mine", raw: { object: { text: "The service's" } } },
    });
    assert.equal(said.text, "The service's");
    assert.equal(said.raw.object.text, "The service's");
  });

  test("ids that name nothing here are not found, and what a service lacks is not implemented", async () => {
    const { id } = await conversation();
    await api.expect(404, "GET", `${CONVERSATIONS}/nothing`);
    await api.expect(404, "GET", `${CONVERSATIONS}/nothing/messages`);
    await api.expect(404, "GET", `${CONVERSATIONS}/${id}/messages/nothing`);
    const said = await api.expect(201, "POST", `${CONVERSATIONS}/${id}/messages`, { body: { text: "Hello" } });
    await api.expect(404, "GET", `${CONVERSATIONS}/nothing/messages/${said.id}`);
    await api.expect(400, "GET", `${CONVERSATIONS}/${said.id}`);
    const lacking = await api.expect(501, "GET", "/accounts/2/messaging/conversations");
    assert.equal(lacking.error_code, "not_implemented");
    for (const page_size of [0, 1001]) await api.expect(400, "GET", `${CONVERSATIONS}?page_size=${page_size}`);
  });
});
