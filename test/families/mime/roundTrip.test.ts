import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, test } from "node:test";
import fc from "fast-check";
import { openAttachment } from "../../../src/connectors/families/mime/attachment.js";
import { composeMessage } from "../../../src/connectors/families/mime/compose.js";
import type { Draft } from "../../../src/connectors/families/mime/draft.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { contentOf, sha256 } from "../../support/bytes.js";

/** What people write, and what has broken mail programs before. */
const awkward = fc.constantFrom(
  ".",
  "..",
  "From me",
  ">From",
  "--",
  "--b--",
  "=",
  "=3D",
  "=?utf-8?Q?a?=",
  "?=",
  "😀",
  "👨‍👩‍👧",
  "שלום",
  "مرحبا",
  "こんにちは",
  "é",
  "\u0301",
  '"',
  "\\",
  "<",
  ">",
  "(",
  ")",
  ",",
  ";",
  ":",
  "@",
  "'",
  "%41",
  "*",
  "_",
  "+",
  "&amp;",
  "a",
  "word",
  "x".repeat(100),
  "ü".repeat(80),
);
const words = fc
  .array(fc.oneof(awkward, fc.string({ unit: "grapheme", maxLength: 12 })), { maxLength: 12 })
  .chain((all) => fc.constantFrom(" ", "").map((between) => all.join(between)));
/**
 * One line without control characters. Spaces at its ends or in a row carry no meaning in a head, and what looks like an encoded
 * word is one to most readers.
 */
const line = words.map((text) =>
  text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/=+\?/g, "?")
    .trim(),
);
/** The ends of a text carry none either. */
const body = fc
  .array(fc.oneof(line, fc.constantFrom("", " ", "\t", "  indented", "trailing  ")), { maxLength: 8 })
  .map((lines) => lines.join("\n"));
const address = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9][a-z0-9+_-]{0,20}$/),
    fc.constantFrom("example.com", "bücher.example", "a.b.example"),
  )
  .map(([local, domain]) => `${local}@${domain}`);
const person = fc.record({ name: fc.oneof(fc.constant(null), line), email: address });
const people = fc.array(person, { maxLength: 4 });
const attachment = fc.record({
  name: line.map((name) => Array.from(name.replace(/[/\\]/g, "-")).slice(0, 100).join("").trim() || "a"),
  mimeType: fc.constantFrom("application/pdf", "text/plain", "text/html", "image/png", "application/x-unknown"),
  content: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
  streamed: fc.boolean(),
});

const expected = (persons: readonly { name: string | null; email: string }[]) =>
  persons.map(({ name, email }) => ({ id: null, name: name || null, email }));

describe("mime: what is written is read", () => {
  test("heads, texts and attachments, whatever their characters", async () => {
    const draft = fc.record({
      from: person,
      to: people,
      cc: people,
      bcc: people,
      replyTo: people,
      subject: line,
      text: fc.oneof(fc.constant(null), body),
      html: fc.oneof(
        fc.constant(null),
        body.map((inner) => `<p>${inner}</p>`),
      ),
      references: fc.array(
        fc.uuid().map((id) => `<${id}@x>`),
        { maxLength: 20 },
      ),
      date: fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
      attachments: fc.array(attachment, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(draft, async ({ attachments, ...rest }) => {
        const written: Draft = {
          ...rest,
          attachments: attachments.map(({ content, streamed, ...each }) => ({
            ...each,
            size: content.length,
            body: streamed ? Readable.from([content], { objectMode: false }) : content,
          })),
        };
        const { stream, messageId, envelope } = composeMessage(written, { keepBcc: true });
        const bytes = await buffer(stream);
        const read = await readMessage(bytes);
        assert.deepEqual(read.truncated, []);
        assert.equal(read.subject ?? "", rest.subject);
        assert.deepEqual([read.messageId, read.references], [messageId, rest.references]);
        assert.deepEqual([read.from, ...read.to], expected([rest.from, ...rest.to]));
        assert.deepEqual(read.cc, expected(rest.cc));
        assert.deepEqual(read.bcc, expected(rest.bcc));
        assert.deepEqual(read.replyTo, expected(rest.replyTo));
        assert.equal(envelope.to.length, new Set([...rest.to, ...rest.cc, ...rest.bcc].map(({ email }) => email)).size);
        assert.equal(Date.parse(read.date as string), Math.floor(rest.date.getTime() / 1000) * 1000);
        if (rest.text?.trim()) assert.equal(read.text, rest.text.trimEnd());
        if (rest.html) assert.equal(read.html, rest.html.trimEnd());
        assert.deepEqual(
          read.attachments.map(({ name, mimeType, size, inline }) => ({ name, mimeType, size, inline })),
          attachments.map(({ name, mimeType, content }) => ({ name, mimeType, size: content.length, inline: false })),
        );
        for (const [index, { id }] of read.attachments.entries()) {
          const content = await contentOf(await openAttachment(bytes, id));
          assert.equal(sha256(content), sha256(attachments[index]?.content as Buffer));
        }
      }),
      { numRuns: 400 },
    );
  });
});
