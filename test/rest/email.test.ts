import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmailMessage } from "../../schema/email/message.js";
import { withBodies } from "../../src/unified/email/bodies.js";
import { API_KEY, connectSandbox, everyObject, type RestAnswer, type RestServing, restForTest } from "./support.js";

const EMAIL = "/accounts/1/email";
const MESSAGES = `${EMAIL}/messages`;
const ATTRIBUTES = [
  ...[
    "id",
    "created",
    "modified",
    "thread_id",
    "folder_id",
    "labels",
    "subject",
    "from",
    "to",
    "cc",
    "bcc",
    "reply_to",
  ],
  ...["snippet", "text_body", "body", "attachments", "read", "starred", "draft", "in_reply_to", "message_id"],
  ...["type", "api", "href"],
];

describe("REST: email", () => {
  let api: RestServing;
  let other: number;
  before(async () => {
    api = await restForTest();
    other = await connectSandbox(api);
  });
  after(() => api.closeCore());

  const send = (body: object) => api.expect(201, "POST", MESSAGES, { body });
  const letter = { to: [{ name: "Lee", email: "lee@example.com" }], subject: "Quote", text_body: "Here it is." };
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, as a client without types does.
  const someWithAttachment = async (): Promise<any> =>
    (await everyObject(api, `${MESSAGES}?page_size=100`)).find(({ attachments }) => (attachments as []).length > 0);

  test("messages: listed to the end without loss or doubles, each with its texts", async () => {
    const all = await everyObject(api, `${MESSAGES}?page_size=7`);
    assert.ok(all.length > 14);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.deepEqual(
      all.map(({ id }) => id),
      (await everyObject(api, `${MESSAGES}?page_size=1000`)).map(({ id }) => id),
    );
    for (const message of all) {
      assert.deepEqual(new Set(Object.keys(message)), new Set(ATTRIBUTES));
      assert.ok(typeof message.text_body === "string" || typeof message.body === "string");
    }
    const [newest] = all;
    assert.deepEqual(await api.expect(200, "GET", `${MESSAGES}/${newest?.id}`), newest);
  });

  test("messages by folder, thread, words, time and whether they were read", async () => {
    const all = await everyObject(api, `${MESSAGES}?page_size=100`);
    const [newest] = all;
    const ids = async (query: string) => (await everyObject(api, `${MESSAGES}?${query}`)).map(({ id }) => id);
    const having = (test: (message: Record<string, unknown>) => boolean) => all.filter(test).map(({ id }) => id);
    assert.deepEqual(
      await ids(`folder_id=${newest?.folder_id}`),
      having(({ folder_id }) => folder_id === newest?.folder_id),
    );
    assert.deepEqual(
      await ids(`thread_id=${newest?.thread_id}`),
      having(({ thread_id }) => thread_id === newest?.thread_id),
    );
    assert.deepEqual(
      await ids("unread=true"),
      having(({ read }) => read === false),
    );
    const [{ from }] = all as [{ from: { email: string } }];
    const people = ({ from, to, cc, bcc }: Record<string, unknown>) =>
      [from, to, cc, bcc].flat().map((one) => (one as { email: string } | null)?.email);
    assert.deepEqual(
      await ids(`participant=${from.email}`),
      having((message) => people(message).includes(from.email)),
    );
    const middle = String(all[Math.floor(all.length / 2)]?.created);
    assert.deepEqual(
      await ids(`after=${middle}`),
      having(({ created }) => String(created) >= middle),
    );
    assert.deepEqual(
      await ids(`before=${middle}`),
      having(({ created }) => String(created) < middle),
    );
    const labelled = all.find(({ labels }) => (labels as []).length > 0) as { labels: { id: string }[] };
    const [label] = labelled.labels as [{ id: string }];
    assert.deepEqual(
      await ids(`label_id=${label.id}`),
      having(({ labels }) => (labels as { id: string }[]).some(({ id }) => id === label.id)),
    );
  });

  test("search finds by words, and needs some", async () => {
    const sent = await send({ ...letter, subject: "Xylophone" });
    const found = await everyObject(api, `${EMAIL}/search?q=xylophone`);
    assert.deepEqual(
      found.map(({ id }) => id),
      [sent.id],
    );
    assert.deepEqual(await everyObject(api, `${EMAIL}/search?q=zzyzx`), []);
    for (const query of ["", "?q=", "?q=%20"])
      assert.equal((await api.expect(400, "GET", `${EMAIL}/search${query}`)).error_code, "invalid_parameters");
  });

  test("a message is sent with both texts, and read back", async () => {
    const sent = await send({
      ...letter,
      cc: [{ email: "cc@example.com" }],
      bcc: [{ email: "bcc@example.com" }],
      reply_to: [{ email: "office@example.com" }],
      body: "<p>Here it is.</p>",
    });
    assert.equal(sent.body, "<p>Here it is.</p>");
    assert.equal(sent.text_body, "Here it is.");
    assert.equal(sent.to[0].email, "lee@example.com");
    assert.equal(sent.reply_to[0].email, "office@example.com");
    assert.deepEqual(await api.expect(200, "GET", `${MESSAGES}/${sent.id}`), sent);
  });

  test("plain text alone stands in `body` as well", async () => {
    const sent = await send(letter);
    assert.equal(sent.body, "Here it is.");
    assert.equal((await api.expect(200, "GET", `${MESSAGES}/${sent.id}`)).body, "Here it is.");
  });

  test("an attachment is sent as base64, larger than other bodies may be, and its bytes come back", async () => {
    const bytes = Buffer.alloc(2 * 2 ** 20, "unigraph ");
    const sent = await send({
      ...letter,
      attachments: [
        { name: "quote.pdf", mime_type: "application/pdf", content: bytes.toString("base64") },
        { name: "note.txt", content: Buffer.from("Schöne Grüße").toString("base64url") },
      ],
    });
    const [pdf, note] = sent.attachments;
    assert.deepEqual(
      { ...pdf, id: null },
      { id: null, name: "quote.pdf", mime_type: "application/pdf", size: bytes.length, inline: false },
    );
    assert.equal(note.mime_type, "text/plain");
    const path = `${MESSAGES}/${sent.id}/attachments`;
    const read = await fetch(`${api.url}/v1${path}/${pdf.id}`, { headers: { authorization: await bearer(api) } });
    assert.equal(read.headers.get("content-type"), "application/pdf");
    assert.match(String(read.headers.get("content-disposition")), /quote\.pdf/);
    assert.ok(Buffer.from(await read.arrayBuffer()).equals(bytes));
    assert.equal((await api.rest("GET", `${path}/${note.id}`)).body, "Schöne Grüße");
  });

  test("a body is bounded, of a mail with its attachments at 32 MiB", async () => {
    const content = "A".repeat(33 * 2 ** 20);
    const tooLarge = await api.expect(413, "POST", MESSAGES, {
      body: { ...letter, attachments: [{ name: "a", content }] },
    });
    assert.equal(tooLarge.error_code, "entity_too_large");
    await api.expect(413, "POST", `${EMAIL}/labels`, { body: { name: "A".repeat(2 * 2 ** 20) } });
  });

  test("large bodies wait for room, and who has gone leaves it to others", async () => {
    const headers = { authorization: `APIKey ${API_KEY}`, "content-length": 32 * 2 ** 20 };
    const slow = Array.from({ length: 4 }, () => request(`${api.url}/v1${MESSAGES}`, { method: "POST", headers }));
    for (const one of slow) one.on("error", () => undefined).write("{");
    const large = `${" ".repeat(2 * 2 ** 20)}{"to": []}`;
    const statusSoon = async (wanted: number): Promise<RestAnswer> => {
      for (;;) {
        const answer = await api.rest("POST", MESSAGES, { body: large });
        if (answer.status === wanted) return answer;
        await sleep(50);
      }
    };
    const refused = await statusSoon(503);
    assert.match(refused.body.message, /large requests/);
    assert.equal(refused.headers.get("retry-after"), "1");
    await send(letter);
    for (const one of slow) one.destroy();
    assert.match((await statusSoon(400)).body.message, /to/);
  });

  test("an attachment of another message is not found", async () => {
    const { attachments } = await someWithAttachment();
    const other = await send(letter);
    await api.expect(404, "GET", `${MESSAGES}/${other.id}/attachments/${attachments[0].id}`);
    await api.expect(404, "GET", `${MESSAGES}/${other.id}/attachments/nothing`);
  });

  test("an answer goes on with the thread, by the message or by the thread alone", async () => {
    const first = await send(letter);
    const answer = await send({ to: letter.to, text_body: "Thanks.", in_reply_to: first.id });
    assert.equal(answer.thread_id, first.thread_id);
    assert.equal(answer.in_reply_to, first.message_id);
    assert.equal(answer.subject, "Re: Quote");
    const second = await send({ to: letter.to, text_body: "And?", thread_id: first.thread_id });
    assert.equal(second.thread_id, first.thread_id);
    assert.equal(second.in_reply_to, answer.message_id);
  });

  test("what cannot be sent is refused", async () => {
    const [foreign] = (await api.expect(200, "GET", `/accounts/${other}/email/messages?page_size=1`)).objects;
    const refusals: [object, number][] = [
      [{ subject: "To nobody" }, 400],
      [{ ...letter, to: [] }, 400],
      [{ ...letter, to: [{ email: "nobody" }] }, 400],
      [{ ...letter, subject: "two\nlines" }, 400],
      [{ ...letter, attachments: [{ name: "a.txt", content: "no base64!" }] }, 400],
      [{ ...letter, attachments: [{ name: "", content: "" }] }, 400],
      [{ ...letter, attachments: [{ name: "a.txt", mime_type: "text/plain\r\nX: y", content: "" }] }, 400],
      [{ ...letter, in_reply_to: foreign.id }, 404],
      [{ ...letter, thread_id: "nothing" }, 404],
    ];
    for (const [body, status] of refusals) await api.expect(status, "POST", MESSAGES, { body });
  });

  test("a message is marked, labelled, moved, and what a service says with null stays", async () => {
    const label = await api.expect(201, "POST", `${EMAIL}/labels`, { body: { name: "Of the journey" } });
    const folder = await api.expect(201, "POST", `${EMAIL}/folders`, { body: { name: "Kept" } });
    const sent = await send(letter);
    const path = `${MESSAGES}/${sent.id}`;
    const changed = await api.expect(200, "PATCH", path, {
      body: { labels: [label.id], folder_id: folder.id, read: false, starred: true },
    });
    assert.deepEqual(changed.labels, [label]);
    assert.equal(changed.folder_id, folder.id);
    assert.deepEqual([changed.read, changed.starred], [false, true]);
    assert.equal(changed.text_body, letter.text_body);
    const back = await api.expect(200, "PATCH", `${MESSAGES}/${changed.id}`, {
      body: { ...changed, folder_id: null, starred: null },
    });
    assert.deepEqual({ ...back, modified: null }, { ...changed, modified: null });
    await api.expect(404, "PATCH", path, { body: { folder_id: "nothing" } });
    await api.expect(400, "PATCH", path, { body: { read: "yes" } });
  });

  test("a message goes to the trash, then for good", async () => {
    const { id, folder_id } = await send(letter);
    await api.expect(204, "DELETE", `${MESSAGES}/${id}`);
    const trashed = await api.expect(200, "GET", `${MESSAGES}/${id}`);
    assert.notEqual(trashed.folder_id, folder_id);
    await api.expect(204, "DELETE", `${MESSAGES}/${id}?permanent=True`);
    await api.expect(404, "GET", `${MESSAGES}/${id}`);
  });

  for (const type of ["labels", "folders"])
    test(`${type}: made, read, renamed, listed and deleted`, async () => {
      const path = `${EMAIL}/${type}`;
      const made = await api.expect(201, "POST", path, { body: { name: `New ${type}` } });
      assert.equal(made.href, `${api.url}/v1${path}/${made.id}`);
      assert.deepEqual(await api.expect(200, "GET", `${path}/${made.id}`), made);
      const renamed = await api.expect(200, "PATCH", `${path}/${made.id}`, { body: { name: `Old ${type}` } });
      assert.equal(renamed.name, `Old ${type}`);
      const all = await everyObject(api, `${path}?page_size=1`);
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      assert.ok(all.some(({ id }) => id === made.id));
      await api.expect(204, "DELETE", `${path}/${made.id}`);
      await api.expect(404, "GET", `${path}/${made.id}`);
      await api.expect(400, "POST", path, { body: {} });
    });

  test("a folder lies in another", async () => {
    const outer = await api.expect(201, "POST", `${EMAIL}/folders`, { body: { name: "Outer" } });
    const inner = await api.expect(201, "POST", `${EMAIL}/folders`, { body: { name: "Inner", parent_id: outer.id } });
    assert.equal(inner.parent_id, outer.id);
    for (const name of ["total_count", "unread_count"]) assert.equal(typeof inner[name], "number");
    const out = await api.expect(200, "PATCH", `${EMAIL}/folders/${inner.id}`, { body: { parent_id: null } });
    assert.equal(out.parent_id, null);
  });

  test("threads: listed and read, and not made", async () => {
    const all = await everyObject(api, `${EMAIL}/threads?page_size=3`);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    const [newest] = all;
    assert.equal(newest?.type, "thread");
    assert.deepEqual(await api.expect(200, "GET", `${EMAIL}/threads/${newest?.id}`), newest);
    await api.expect(405, "POST", `${EMAIL}/threads`, { body: {} });
  });

  test("a message that is deleted while it is listed has no texts any more, the others theirs", async () => {
    const [kept, gone] = [await send(letter), await send(letter)];
    const { unified, application } = api.core;
    const account = await unified.internal(application, new AbortController().signal).account(1);
    const ids = [kept.id, gone.id].map((id) => account.own(id, "email", ["message"]).native);
    const listed = await account.apis(false).email.messages.getMany(ids);
    await api.expect(204, "DELETE", `${MESSAGES}/${gone.id}?permanent=true`);
    const [first, second] = await withBodies(account, listed as EmailMessage[]);
    assert.deepEqual([first?.text, first?.html], [letter.text_body, null]);
    assert.deepEqual([second?.text, second?.html], [null, null]);
  });

  test("raw data beside a message, of lists as of one that was sent", async () => {
    const headers = { "x-kloudless-raw-data": "true" };
    const { objects } = await api.expect(200, "GET", `${MESSAGES}?page_size=1`, { headers });
    assert.equal(objects[0].raw.object.id, objects[0].raw.id);
    const sent = await api.expect(201, "POST", MESSAGES, { headers, body: letter });
    assert.equal(sent.raw_id, sent.raw.object.id);
    assert.equal("raw" in (await send(letter)), false);
  });

  test("ids of another account are not found, and what a service lacks is not implemented", async () => {
    const [foreign] = (await api.expect(200, "GET", `/accounts/${other}/email/messages?page_size=1`)).objects;
    await api.expect(404, "GET", `${MESSAGES}/${foreign.id}`);
    await api.expect(404, "GET", `${MESSAGES}?folder_id=${foreign.folder_id}`);
    const lacking = await api.expect(501, "GET", "/accounts/2/email/labels");
    assert.equal(lacking.error_code, "not_implemented");
    await api.expect(400, "GET", `${MESSAGES}?page_size=1001`);
    await api.expect(400, "GET", `${MESSAGES}?unread=perhaps`);
  });
});

const bearer = async (api: RestServing): Promise<string> => `Bearer ${await api.token(1)}`;
