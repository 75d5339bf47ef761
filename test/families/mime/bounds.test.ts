import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { readHeaders } from "../../../src/connectors/families/mime/headers.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { message, multipart } from "./messages.js";

const MIB = 2 ** 20;

/** Seconds are generous: what is bounded takes a fraction of one, what is not takes minutes. */
const within = async <T>(seconds: number, work: Promise<T>): Promise<T> => {
  const start = performance.now();
  const result = await work;
  const took = (performance.now() - start) / 1000;
  assert.ok(took < seconds, `it took ${took.toFixed(1)} s`);
  return result;
};

const nested = (depth: number, inner: string): string => {
  let text = "";
  for (let level = 0; level < depth; level++)
    text += `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n\r\nlevel ${level}\r\n--b${level}\r\n`;
  return `Subject: deep\r\n${text}\r\n${inner}`;
};

describe("mime: bounds", () => {
  test("20 parts within each other are read, 21 are cut", async () => {
    const within20 = await readMessage(Buffer.from(nested(19, "inner")));
    assert.deepEqual([within20.truncated, within20.text?.endsWith("inner")], [[], true]);
    const beyond = await readMessage(Buffer.from(nested(20, "inner")));
    assert.deepEqual([beyond.truncated, beyond.text?.endsWith("level 18")], [["depth"], true]);
  });

  test("1,000 and 100,000 parts within each other, with lines that look like boundaries", async () => {
    for (const depth of [1000, 100_000]) {
      const bytes = Buffer.from(nested(depth, "--b\r\n".repeat(500_000)));
      const { subject, truncated } = await within(10, readMessage(bytes));
      assert.deepEqual([subject, truncated.length], ["deep", 1]);
    }
  });

  test("messages within messages are not opened", async () => {
    const bytes = Buffer.from(`Subject: a\r\n${"Content-Type: message/rfc822\r\n\r\n".repeat(100_000)}`);
    const { attachments, truncated } = await within(10, readMessage(bytes));
    assert.deepEqual([attachments.length, truncated], [1, []]);
  });

  test("999 parts are read, 100,000 are cut", async () => {
    const part = "--b\r\nContent-Type: a/b\r\n\r\nx\r\n";
    const many = (count: number) =>
      message("Subject: a", "Content-Type: multipart/mixed; boundary=b", "", `${part.repeat(count)}--b--`);
    const { attachments, truncated } = await readMessage(many(999));
    assert.deepEqual([attachments.length, truncated], [999, []]);
    const cut = await within(10, readMessage(many(100_000)));
    assert.deepEqual([cut.subject, cut.truncated], ["a", ["parts"]]);
  });

  test("a head of 10 MB is cut, and what stood before is kept", async () => {
    const heads = {
      "one field": `X: ${"x".repeat(10 * MIB)}`,
      fields: "X: y\r\n".repeat((10 * MIB) / 6),
      "a folded field": `X: y${"\r\n y".repeat(10 * 2 ** 18)}`,
      addresses: `To: ${"a@b,".repeat(10 * 2 ** 18)}`,
      "opened quotes": `To: ${'"'.repeat(10 * MIB)}`,
      comments: `To: ${"(".repeat(10 * MIB)}`,
      groups: `To: ${"a:".repeat(5 * MIB)}`,
      "encoded words": `X: ${"=?utf-8?Q?a?= ".repeat(5 * 2 ** 17)}`,
      ids: `References: ${"<".repeat(10 * MIB)}`,
      parameters: `Content-Type: a/b${";a*0=b".repeat(10 * 2 ** 17)}`,
      spaces: `Content-Type:${" ".repeat(10 * MIB)}a/b`,
      "carriage returns": `X: ${"\r".repeat(10 * MIB)}`,
    };
    for (const [what, head] of Object.entries(heads)) {
      const bytes = Buffer.from(`Subject: a\r\n${head}\r\n\r\nbody`);
      const { subject, truncated } = await within(10, readMessage(bytes));
      assert.deepEqual([subject, truncated], ["a", ["headers"]], what);
      const listed = await within(10, readHeaders(bytes));
      assert.deepEqual([listed.subject, listed.truncated], ["a", ["headers"]], what);
    }
  });

  test("heads of parts are bounded together", async () => {
    const parts = Array<string[]>(500).fill(["Content-Type: a/b", `X: ${"x".repeat(10_000)}`, "", "x"]);
    const { attachments, truncated } = await readMessage(message(...multipart("mixed", "b", ...parts)));
    assert.deepEqual(truncated, ["headers"]);
    assert.ok(attachments.length > 50 && attachments.length < 150, `${attachments.length}`);
  });

  test("texts are cut at 4 MiB together, and what follows them is found", async () => {
    const text = [
      "",
      "x"
        .repeat(1023)
        .concat("\r\n")
        .repeat(3 * 2 ** 10),
    ];
    const html = ["Content-Type: text/html", "", "<p>hello</p>\r\n".repeat(6 * 2 ** 16)];
    const file = ["Content-Type: a/b; name=c", "", "x"];
    const got = await within(10, readMessage(message(...multipart("mixed", "b", text, text, html, file))));
    assert.deepEqual(got.truncated, ["html", "text"]);
    assert.ok((got.text?.length ?? 0) < 4.5 * MIB && (got.text?.length ?? 0) > 3.9 * MIB);
    assert.ok((got.html?.length ?? 0) < 13 * MIB);
    assert.deepEqual(
      got.attachments.map(({ name }) => name),
      ["c"],
    );
  });

  test("a text that is cut within a character is still UTF-8", async () => {
    const { text, truncated } = await readMessage(Buffer.from(`Subject: a\r\n\r\nx${"€".repeat(2 * MIB)}`));
    assert.deepEqual([text?.slice(0, 3), truncated], ["x€€", ["text"]]);
  });

  test("HTML that is dear to convert is converted within its bound", async () => {
    const dear = {
      lists: `${"<ul><li>".repeat(400)}${"a<br>".repeat(200_000)}`,
      quotations: `${"<blockquote>".repeat(400)}${"a<br>".repeat(200_000)}`,
      images: "<img src=http://x.example/>".repeat(100_000),
      described: "<img alt='x' src=http://x.example/>".repeat(100_000),
      links: "<a href=http://x.example/>x</a>".repeat(100_000),
      tags: "<b>x</b>".repeat(500_000),
      "open tags": "<img ".repeat(500_000),
      "open comments": "<!--".repeat(500_000),
      "content ids": "cid:".repeat(900_000),
    };
    for (const [what, html] of Object.entries(dear)) {
      const got = await within(10, readMessage(Buffer.from(`Content-Type: text/html\r\n\r\n${html}`)));
      assert.ok((got.text?.length ?? 0) < 8 * MIB, `${what}: ${got.text?.length} characters`);
    }
  });

  test("many texts are no dearer than one", async () => {
    const part = (type: string, text: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
    const head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    const lists = part("text/html", `${"<ul><li>".repeat(10)}${"a<br>".repeat(1000)}`).repeat(700);
    const derived = await within(10, readMessage(Buffer.from(`${head}${lists}--b--`)));
    assert.deepEqual([derived.truncated, (derived.text?.length ?? 0) < 6 * MIB], [["text"], true]);
    const plain = `${part("text/plain", "<&>".repeat(1.2e6))}${part("text/html", "<p>x</p>")}`;
    const converted = await within(10, readMessage(Buffer.from(`${head}${plain}--b--`)));
    assert.deepEqual([converted.truncated, (converted.html?.length ?? 0) < 2 * MIB], [["html", "text"], true]);
  });

  test("an attachment of 100 MB passes in the memory that one of 10 MB takes", async () => {
    const peak = async (megabytes: number): Promise<number> => {
      const line = `${"QUJD".repeat(19)}\r\n`;
      const chunk = Buffer.from(line.repeat(840));
      const count = Math.ceil((megabytes * 1e6 * 4) / 3 / 76 / 840);
      const source = Readable.from(
        (function* () {
          yield message("Subject: big", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "hi", "--b", "");
          yield message("Content-Type: application/zip", "Content-Transfer-Encoding: base64", "", "");
          for (let index = 0; index < count; index++) yield chunk;
          yield Buffer.from("--b--\r\n");
        })(),
        { objectMode: false },
      );
      let most = 0;
      const watch = setInterval(() => {
        const { heapUsed, external } = process.memoryUsage();
        most = Math.max(most, heapUsed + external);
      }, 5);
      const { attachments } = await readMessage(source);
      clearInterval(watch);
      assert.equal(attachments[0]?.size, count * 840 * 57);
      return most;
    };
    await peak(10);
    const [small, large] = [await peak(10), await peak(100)];
    assert.ok(large - small < 48 * MIB, `${((large - small) / MIB).toFixed(1)} MiB more`);
  });
});
