import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { openAttachment } from "../../../src/connectors/families/mime/attachment.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { bytesOf, contentOf, sha256 } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { base64, message, multipart } from "./messages.js";

const lines = (content: Buffer): string => base64(content).replace(/.{76}/g, "$&\r\n");

describe("mime: opening an attachment", () => {
  const first = bytesOf(300_000, "first");
  const second = bytesOf(300_000, "second");
  const file = (content: Buffer) => ["Content-Type: a/b", "Content-Transfer-Encoding: base64", "", lines(content)];
  const whole = message(
    "Subject: a",
    ...multipart(
      "mixed",
      "M",
      multipart("mixed", "I", ["", "text"], file(first)),
      file(second),
      ["Content-Type: text/plain; name=c", "Content-Transfer-Encoding: quoted-printable", "", "a=3Db=\r\nc=0D=0A"],
      ["Content-Type: a/b; name=empty", "", ""],
    ),
  );

  test("every id that reading gives leads to the bytes", async () => {
    const { attachments } = await readMessage(whole);
    assert.deepEqual(
      attachments.map(({ id, size }) => [id, size]),
      [
        ["1.2", first.length],
        ["2", second.length],
        ["3", 6],
        ["4", 0],
      ],
    );
    const bytes = await Promise.all(attachments.map(async ({ id }) => contentOf(await openAttachment(whole, id))));
    assert.deepEqual(bytes.map(sha256), [first, second, "a=bc\r\n", ""].map(sha256));
  });

  test("an id that the message has not is not found, and the source is left", async () => {
    for (const id of ["5", "1", "", "0", "1.2.1", "constructor", "x".repeat(1000)]) {
      const source = Readable.from([whole], { objectMode: false });
      await assert.rejects(openAttachment(source, id), fails("not_found"));
      assert.ok(source.destroyed, id);
    }
    const bomb = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(5000)}`;
    await assert.rejects(openAttachment(Buffer.from(bomb), "4000"), fails("not_found"));
  });

  /** An attachment that never ends, and how much of it was asked for. */
  const endless = () => {
    const asked = { bytes: 0 };
    const source = Readable.from(
      (function* () {
        yield message("Content-Type: a/b", "Content-Transfer-Encoding: base64", "", "");
        for (; ; asked.bytes += 77_000) yield Buffer.from(`${"QUJD".repeat(19)}\n`.repeat(1000));
      })(),
      { objectMode: false },
    );
    return { source, asked };
  };

  test("no more is read than the reader takes, and the source is left when the reader leaves", async () => {
    const { source, asked } = endless();
    const body = await openAttachment(source, "1");
    let before = -1;
    while (before !== asked.bytes) {
      before = asked.bytes;
      // The parser's own queues hold 16 pieces of 64 KiB each.
      assert.ok(before < 6e6, `${before} bytes were read for nobody`);
      await setTimeout(100);
    }
    body.destroy();
    await new Promise((resolve) => source.once("close", resolve));
    assert.ok(source.destroyed);
  });

  test("a reader that leaves frees a source that has stalled", async () => {
    const source = new PassThrough();
    source.write(message("Content-Type: a/b; name=c", "", `${"x".repeat(70_000)}\r\n`));
    const body = await openAttachment(source, "1");
    body.destroy();
    await new Promise((resolve) => source.once("close", resolve));
    assert.ok(source.destroyed);
  });

  test("what follows the attachment is not read", async () => {
    let given = 0;
    const source = Readable.from(
      (function* () {
        yield message(...multipart("mixed", "b", ["Content-Type: a/b", "", "small"], ["", "x"]).slice(0, -2));
        for (; given < 1000; given++) yield Buffer.alloc(64 * 1024, "x");
      })(),
      { objectMode: false },
    );
    assert.equal((await contentOf(await openAttachment(source, "1"))).toString(), "small");
    assert.ok(given < 50, `${given} chunks were read`);
    assert.ok(source.destroyed);
  });

  test("a source that fails within the attachment fails its reader", async () => {
    const source = Readable.from(
      (function* () {
        yield message("Content-Type: a/b", "", "x".repeat(100_000));
        throw new Error("gone");
      })(),
      { objectMode: false },
    );
    await assert.rejects(async () => contentOf(await openAttachment(source, "1")), /gone/);
  });
});
