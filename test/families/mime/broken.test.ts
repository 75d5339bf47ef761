import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readHeaders } from "../../../src/connectors/families/mime/headers.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { fails } from "../../support/fails.js";
import { base64, message, multipart } from "./messages.js";

const read = (...lines: readonly string[]) => readMessage(message(...lines));

describe("mime: broken messages give what can be had", () => {
  test("nothing at all", async () => {
    const { text, html, attachments, subject } = await readMessage(Buffer.alloc(0));
    assert.deepEqual([text || null, html, attachments, subject], [null, null, [], null]);
  });

  test("no head: all of it is text, from a stream of single bytes too", async () => {
    for (const text of ["Dear all", "Dear all,\n\nthe second paragraph: yes", "\n\nafter empty lines"]) {
      assert.equal((await readMessage(Buffer.from(text))).text?.trim(), text.trim());
      const bytes = Readable.from(
        [...Buffer.from(text)].map((byte) => Buffer.from([byte])),
        { objectMode: false },
      );
      assert.equal((await readMessage(bytes)).text?.trim(), text.trim());
    }
  });

  test("the first line of a mailbox file is no part of the message", async () => {
    const { subject, text } = await read("From jane@x.org Mon Jan  1 10:00:00 2024", "Subject: a", "", "b");
    assert.deepEqual([subject, text], ["a", "b"]);
  });

  test("only a head", async () => {
    assert.equal((await read("Subject: a")).subject, "a");
    assert.equal((await read("Subject: a", "Content-Type: multipart/mixed; boundary=b", "")).subject, "a");
  });

  test("a last boundary that is missing, wrong or never declared", async () => {
    const whole = multipart("mixed", "B", ["", "first"], ["Content-Type: a/b; name=c", "", "second"]);
    const open = await read(...whole.slice(0, -2));
    assert.deepEqual([open.text, open.attachments[0]?.size], ["first", "second".length]);
    const wrong = await read('Content-Type: multipart/mixed; boundary="C"', ...whole.slice(1));
    assert.match(wrong.text ?? "", /first.*second/s);
    assert.match((await read("Content-Type: multipart/mixed", "", "still here")).text ?? "", /still here/);
  });

  test("an inner multipart that is never closed does not swallow what follows", async () => {
    const inner = multipart("alternative", "I", ["", "inner"]).slice(0, -2);
    const { text, attachments } = await read(
      ...multipart("mixed", "O", inner, ["Content-Type: a/b; name=after", "", "x"]),
    );
    assert.deepEqual([text, attachments.map(({ name }) => name)], ["inner", ["after"]]);
  });

  test("types, dispositions and encodings that are none", async () => {
    const { text, attachments } = await read(
      ...multipart(
        "mixed",
        "B",
        ["Content-Type: ;;;", "", "a"],
        ["Content-Type: text", "", "b"],
        ["Content-Type: application/x; name=c", "Content-Transfer-Encoding: nonsense", "", "c"],
        [
          "Content-Type: image/png",
          "Content-Disposition: wobble; filename=d",
          "Content-Transfer-Encoding: base64",
          "",
          "!!!!",
        ],
      ),
    );
    assert.equal(text, "a\nb");
    assert.deepEqual(
      attachments.map(({ name, size }) => [name, size]),
      [
        ["c", 1],
        ["d", 0],
      ],
    );
  });

  test("base64 that is cut off, and quoted-printable that is not", async () => {
    const cut = await read(
      "Content-Type: a/b; name=c",
      "Content-Transfer-Encoding: base64",
      "",
      base64("hello").slice(0, 6),
    );
    assert.equal(cut.attachments[0]?.size, 4);
    const text = await read(
      "Content-Type: text/plain",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "a=ZZ b= c=",
    );
    assert.match(text.text ?? "", /^a=ZZ b= ?c/);
  });

  test("HTML that nests too deep to be converted is given as it is", async () => {
    const { html, text, truncated } = await read("Content-Type: text/html", "", "<div>".repeat(5000));
    assert.deepEqual([html?.length, text, truncated], [25_000, null, ["text"]]);
  });

  test("whatever bytes come, in whatever chunks: an answer, never a crash", async () => {
    const lines = fc.constantFrom(
      "--b",
      "--b--",
      "--c",
      "",
      " ",
      "x",
      "=?utf-8?Q?=ZZ?=",
      "Content-Type: multipart/mixed; boundary=b",
      "Content-Type: multipart/alternative; boundary=c",
      "Content-Type: message/rfc822",
      "Content-Type: text/html; charset=utf-7",
      "Content-Transfer-Encoding: base64",
      "Content-Disposition: attachment; filename*0*=x'y'%zz",
      "\t;",
      "From: <<@>,;:(",
      "Date: x",
      "Subject: \xff\x00",
      "Content-ID: <",
      "<a href='cid:%zz'>",
      "AAAA",
      "=",
    );
    const anything = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.array(lines, { maxLength: 40 }).map((all) => Buffer.from(all.join("\r\n"), "latin1")),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)) },
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
        const whole = await readMessage(bytes);
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const { date: _, ...inChunks } = await readMessage(Readable.from(chunks, { objectMode: false }));
        const { date: __, ...atOnce } = whole;
        assert.deepEqual(inChunks, atOnce);
        const ids = whole.attachments.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length);
        await readHeaders(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test("a source that fails or breaks off fails the reading, and stays no longer than it", async () => {
    const failing = Readable.from(
      (function* () {
        yield message(
          "Subject: a",
          ...multipart("mixed", "B", ["Content-Type: a/b; name=c", "", "x".repeat(100_000)]).slice(0, -2),
        );
        throw new Error("gone");
      })(),
      { objectMode: false },
    );
    await assert.rejects(readMessage(failing), /gone/);
    const left = new PassThrough();
    left.write(message("Subject: a", "", "b"));
    setImmediate(() => left.destroy());
    await assert.rejects(readMessage(left), fails("bad_gateway"));
  });
});
