import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { openAttachment } from "../../../src/connectors/families/mime/attachment.js";
import { composeMessage } from "../../../src/connectors/families/mime/compose.js";
import type { Draft, DraftAttachment } from "../../../src/connectors/families/mime/draft.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { brokenAfter, bytesOf, contentOf, measure, sha256, streamOf } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";

const dana = { name: "Dana", email: "dana@example.com" };
const lee = { name: null, email: "lee@example.com" };
const draft = (more: Partial<Draft> = {}): Draft => ({
  from: dana,
  to: [lee],
  subject: "Quote",
  text: "Hello",
  ...more,
});
const written = (more?: Partial<Draft>, options?: { keepBcc?: boolean }) =>
  text(composeMessage(draft(more), options).stream);
const file = (body: Readable | Buffer, more: Partial<DraftAttachment> = {}): DraftAttachment => ({
  name: "a.bin",
  mimeType: "application/octet-stream",
  body,
  ...more,
});

/** The types of the parts in their order, as the text declares them. */
const typesIn = (message: string): string[] =>
  [...message.matchAll(/^Content-Type: ([^;\r]+)/gim)].map((found) => found[1] as string);

describe("mime: writing a message", () => {
  test("the structure is no deeper than it has to be", async () => {
    const image = file(Buffer.from("image"), { name: "a.png", mimeType: "image/png", inline: true, contentId: "a@x" });
    const html = "<img src='cid:a@x'>";
    const attachments = [file(Buffer.from("x"))];
    assert.deepEqual(typesIn(await written()), ["text/plain"]);
    assert.deepEqual(typesIn(await written({ text: null, html })), ["text/html"]);
    assert.deepEqual(typesIn(await written({ html })), ["multipart/alternative", "text/plain", "text/html"]);
    assert.deepEqual(typesIn(await written({ attachments })), [
      "multipart/mixed",
      "text/plain",
      "application/octet-stream",
    ]);
    assert.deepEqual(typesIn(await written({ text: null, html, attachments: [image] })), [
      "multipart/related",
      "text/html",
      "image/png",
    ]);
    assert.deepEqual(typesIn(await written({ html, attachments: [image, ...attachments] })), [
      "multipart/mixed",
      "multipart/alternative",
      "text/plain",
      "multipart/related",
      "text/html",
      "image/png",
      "application/octet-stream",
    ]);
  });

  test("every line ends in CRLF, is short, and the head is ASCII", async () => {
    const message = await written({
      subject: `Grüße ${"lang ".repeat(100)}`,
      from: { name: "Jörg 😀", email: "joerg@bücher.example" },
      to: Array.from({ length: 200 }, (_, index) => ({ name: `Nummer ${index}`, email: `n${index}@example.com` })),
      text: `one\ntwo\r\nthree\r${"x".repeat(5000)}\n.\nFrom here`,
      html: `<p>${"ü".repeat(5000)}</p>`,
      attachments: [file(bytesOf(1000), { name: `${"ö".repeat(100)}.bin` })],
    });
    assert.doesNotMatch(message, /(?<!\r)\n|\r(?!\n)/);
    assert.match(message, /^[\x09\x0a\x0d\x20-\x7e]+$/);
    for (const line of message.split("\r\n")) assert.ok(line.length <= 998, line);
    assert.match(message, /<joerg@xn--bcher-kva\.example>/);
  });

  test("the envelope names everybody once; who is in Bcc stays out of the text unless it is kept", async () => {
    const kim = { name: "Kim", email: "kim@example.com" };
    const composed = composeMessage(draft({ cc: [lee, dana], bcc: [kim] }));
    assert.deepEqual(composed.envelope, {
      from: "dana@example.com",
      to: ["lee@example.com", "dana@example.com", "kim@example.com"],
    });
    assert.doesNotMatch(await text(composed.stream), /kim/i);
    assert.match(await written({ bcc: [kim] }, { keepBcc: true }), /^Bcc: Kim <kim@example\.com>/m);
  });

  test("ids, dates and further fields", async () => {
    const message = await written({
      messageId: "2@x",
      inReplyTo: "<1@x>",
      references: ["<0@x>", "1@x"],
      date: new Date("2024-01-01T10:00:00Z"),
      replyTo: [dana],
      headers: { "X-Note": "Grüße", "List-Unsubscribe": "<https://example.com/leave>" },
    });
    for (const line of [
      "Message-ID: <2@x>",
      "In-Reply-To: <1@x>",
      "References: <0@x> <1@x>",
      "Date: Mon, 01 Jan 2024 10:00:00 +0000",
      "Reply-To: Dana <dana@example.com>",
      "List-Unsubscribe: <https://example.com/leave>",
    ])
      assert.ok(message.includes(`${line}\r\n`), line);
    const { messageId, stream } = composeMessage(draft());
    assert.match(messageId, /^<[\w-]{20,}@example\.com>$/);
    assert.ok((await text(stream)).includes(`Message-ID: ${messageId}\r\n`));
  });

  test("what would write fields of its own is refused, wherever it stands", () => {
    const injection = "x\r\nBcc: eve@evil.example";
    for (const end of [injection, "x\nY: z", "x\rY: z", "x\0"]) {
      const bad: Partial<Draft>[] = [
        { subject: end },
        { from: { name: end, email: "a@x.org" } },
        { to: [{ name: null, email: `a@x.org${end}` }] },
        { cc: [{ name: end, email: "a@x.org" }] },
        { bcc: [{ name: null, email: end }] },
        { replyTo: [{ name: end, email: "a@x.org" }] },
        { messageId: `<a@x>${end}` },
        { inReplyTo: end },
        { references: ["<a@x>", `<${end}>`] },
        { headers: { "X-A": end } },
        { headers: { [end]: "a" } },
        { attachments: [file(Buffer.from("x"), { name: end })] },
        { attachments: [file(Buffer.from("x"), { mimeType: `text/plain${end}` })] },
        { attachments: [file(Buffer.from("x"), { contentId: end })] },
      ];
      for (const each of bad)
        assert.throws(() => composeMessage(draft(each)), fails("invalid_parameters"), JSON.stringify(each));
    }
  });

  test("addresses are one mailbox each", () => {
    const address = (email: string | null) => () => composeMessage(draft({ to: [{ name: null, email }] }));
    for (const email of [
      null,
      "",
      "a",
      "@x.org",
      "a@",
      "a@b@c.org",
      "a b@x.org",
      "a@x.org, b@x.org",
      "A <a@x.org>",
      "a@x..org",
      ".a@x.org",
      "a..b@x.org",
      "a@-x.org",
      "a@x_y.org",
      `${"a".repeat(65)}@x.org`,
      `a@${"x".repeat(64)}.org`,
      `a@${"x.".repeat(130)}org`,
      '"a"@x.org',
      "a@[10.0.0.1]",
    ])
      assert.throws(address(email), fails("invalid_parameters"), String(email));
    for (const email of [
      "a@x.org",
      "a.b+c@x.example.org",
      "o'hara@localhost",
      "jörg@bücher.example",
      "a@xn--bcher-kva.example",
    ])
      assert.doesNotThrow(address(email), email);
  });

  test("fields that the draft decides, types that are none and sizes that are wrong are refused", () => {
    for (const name of [
      "From",
      "bcc",
      "Content-Type",
      "content-transfer-encoding",
      "MIME-Version",
      "Received",
      "a b",
      "a:b",
      "",
    ])
      assert.throws(() => composeMessage(draft({ headers: { [name]: "a" } })), fails("invalid_parameters"), name);
    for (const mimeType of ["", "text", "multipart/mixed", "text/plain; charset=x", "a/b\u00e9"])
      assert.throws(
        () => composeMessage(draft({ attachments: [file(Buffer.from("x"), { mimeType })] })),
        fails("invalid_parameters"),
        mimeType,
      );
    for (const size of [-1, 0, 2, 1.5])
      assert.throws(
        () => composeMessage(draft({ attachments: [file(Buffer.from("x"), { size })] })),
        fails("invalid_parameters"),
      );
    assert.throws(() => composeMessage(draft({ date: new Date("x") })), fails("invalid_parameters"));
    assert.throws(() => composeMessage(draft({ to: Array(2001).fill(lee) })), fails("invalid_parameters"));
  });

  test("a draft is text, never a path or an address to be fetched", async () => {
    const body = Buffer.from("x");
    for (const each of ["/etc/hostname", "http://127.0.0.1:1/", "data:text/plain,hello"]) {
      const { text: got, html } = await readMessage(
        composeMessage(draft({ text: each, html: each, attachments: [file(body)] })).stream,
      );
      assert.deepEqual([got, html], [each, each]);
    }
  });

  test("attachments arrive byte by byte, whatever is in them", async () => {
    const bodies = [
      Buffer.alloc(0),
      Buffer.from("\r\n.\r\n--b\r\nFrom x\r\n\r\n"),
      bytesOf(100_001),
      Buffer.from("a\nb\rc\0"),
    ];
    const attachments = bodies.map((body, index) =>
      file(index % 2 ? body : Readable.from([body], { objectMode: false }), {
        name: `${index}.txt`,
        mimeType: index === 1 ? "text/plain" : "a/b",
        size: body.length,
      }),
    );
    const message = await buffer(composeMessage(draft({ attachments })).stream);
    const read = await readMessage(message);
    assert.equal(read.text, "Hello");
    assert.deepEqual(
      read.attachments.map(({ name, size }) => [name, size]),
      bodies.map(({ length }, index) => [`${index}.txt`, length]),
    );
    for (const [index, { id }] of read.attachments.entries())
      assert.equal(sha256(await contentOf(await openAttachment(message, id))), sha256(bodies[index] as Buffer));
  });

  test("a message that is attached goes as it is", async () => {
    const inner = await buffer(composeMessage(draft({ subject: "inner", html: "<p>ü</p>" })).stream);
    const outer = await buffer(
      composeMessage(draft({ attachments: [file(inner, { name: "inner.eml", mimeType: "message/rfc822" })] })).stream,
    );
    const { attachments } = await readMessage(outer);
    assert.deepEqual([attachments[0]?.name, attachments[0]?.mimeType], ["inner.eml", "message/rfc822"]);
    const opened = await readMessage(await openAttachment(outer, attachments[0]?.id as string));
    assert.deepEqual([opened.subject, opened.html], ["inner", "<p>ü</p>"]);
  });

  test("64 MB go through in bounded memory, and come out the same", async () => {
    const size = 64 * 2 ** 20;
    let most = 0;
    const before = process.memoryUsage();
    const watch = setInterval(() => {
      const { heapUsed, external } = process.memoryUsage();
      most = Math.max(most, heapUsed + external - before.heapUsed - before.external);
    }, 5);
    const { stream } = composeMessage(draft({ attachments: [file(streamOf(size), { size })] }));
    const arrived = await measure(await openAttachment(stream, "2"));
    clearInterval(watch);
    assert.deepEqual(arrived, await measure(streamOf(size)));
    assert.ok(most < 64 * 2 ** 20, `${(most / 2 ** 20).toFixed(1)} MiB`);
  });

  test("a body that fails, ends early or goes on fails the message; a reader that leaves frees the bodies", async () => {
    const sent = (attachment: DraftAttachment) => buffer(composeMessage(draft({ attachments: [attachment] })).stream);
    await assert.rejects(sent(file(brokenAfter(100_000))), /broke off/);
    await assert.rejects(sent(file(streamOf(1000), { size: 1001 })), fails("request_failed"));
    await assert.rejects(sent(file(streamOf(1000), { size: 999 })), fails("request_failed"));
    for (const size of [null, 2 ** 30]) {
      const bodies = [streamOf(2 ** 30), streamOf(2 ** 30)];
      const { stream } = composeMessage(draft({ attachments: bodies.map((body) => file(body, { size })) }));
      stream.once("data", () => stream.destroy());
      await Promise.all(bodies.map((body) => new Promise((resolve) => body.once("close", resolve))));
    }
  });
});
