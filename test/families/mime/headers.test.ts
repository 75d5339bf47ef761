import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { readHeaders } from "../../../src/connectors/families/mime/headers.js";
import { message } from "./messages.js";

const read = (...lines: readonly string[]) => readHeaders(message(...lines, "", "body"));
const person = (name: string | null, email: string | null) => ({ id: null, name, email });

describe("mime: the head of a message", () => {
  test("every field that a message has", async () => {
    assert.deepEqual(
      await read(
        "Message-ID: <2@example.com>",
        "In-Reply-To: <1@example.com>",
        "References: <0@example.com>\r\n <1@example.com>",
        "From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.com>",
        "To: dana@example.com",
        "Cc: Lee <lee@example.com>",
        "Bcc: kim@example.com",
        "Reply-To: Desk <desk@example.com>",
        "Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?utf-8?B?8J+YgA==?=\r\n and more",
        "Date: Mon, 1 Jan 2024 10:00:00 +0100 (CET)",
      ),
      {
        messageId: "<2@example.com>",
        inReplyTo: "<1@example.com>",
        references: ["<0@example.com>", "<1@example.com>"],
        subject: "Grüße😀 and more",
        from: person("Jörg", "joerg@example.com"),
        to: [person(null, "dana@example.com")],
        cc: [person("Lee", "lee@example.com")],
        bcc: [person(null, "kim@example.com")],
        replyTo: [person("Desk", "desk@example.com")],
        date: "2024-01-01T09:00:00Z",
        truncated: [],
      },
    );
  });

  test("a message that says nothing", async () => {
    const nothing = { messageId: null, inReplyTo: null, references: [], subject: null, from: null, date: null };
    const nobody = { to: [], cc: [], bcc: [], replyTo: [], truncated: [] };
    assert.deepEqual(await read("X-Other: a"), { ...nothing, ...nobody });
    assert.deepEqual(await readHeaders(Buffer.alloc(0)), { ...nothing, ...nobody });
  });

  const ADDRESSES = {
    "a@x.org, b@x.org": [person(null, "a@x.org"), person(null, "b@x.org")],
    '"Doe, Jane" <jane@x.org>, "O\\"K" <ok@x.org>': [person("Doe, Jane", "jane@x.org"), person('O"K', "ok@x.org")],
    "Team: a@x.org, B <b@x.org>;, c@x.org": [person(null, "a@x.org"), person("B", "b@x.org"), person(null, "c@x.org")],
    "undisclosed-recipients:;": [],
    "Jane (works, mostly) <jane@x.org>": [person("Jane", "jane@x.org")],
    "=?utf-8?Q?M=C3=BCller=2C_Eva?= <eva@x.org>": [person("Müller, Eva", "eva@x.org")],
    "=?utf-8?Q?a=40evil=2Eorg?= <real@x.org>": [person("a@evil.org", "real@x.org")],
    "Jane <jane@xn--bcher-kva.example>": [person("Jane", "jane@bücher.example")],
    Somebody: [person("Somebody", null)],
    "<>": [],
    "jane@x.org;john@x.org": [person(null, "jane@x.org"), person(null, "john@x.org")],
  };
  for (const [field, expected] of Object.entries(ADDRESSES))
    test(`addresses: ${field}`, async () => assert.deepEqual((await read(`To: ${field}`)).to, expected));

  test("a field that stands twice counts as one list", async () => {
    assert.deepEqual((await read("To: a@x.org", "To: b@x.org")).to, [person(null, "a@x.org"), person(null, "b@x.org")]);
  });

  const DATES = {
    "Mon, 1 Jan 2024 10:00:00 +0000": "2024-01-01T10:00:00Z",
    "1 Jan 24 10:00 EST": "2024-01-01T15:00:00Z",
    "Mon,  1 Jan 2024 10:00:00 GMT": "2024-01-01T10:00:00Z",
    "2024-01-01T10:00:00+01:00": "2024-01-01T09:00:00Z",
    "Mon, 1 Jan 2024 10:00:00 +0000\r\n (UTC)": "2024-01-01T10:00:00Z",
    "1 Jan 2024": null,
    "2024-01-01T10:00:00": null,
    "Mon, 32 Jan 2024 10:00:00 +0000": null,
    "hello 5": null,
    "": null,
    ["9".repeat(1000)]: null,
  };
  for (const [field, expected] of Object.entries(DATES))
    test(`dates: ${JSON.stringify(field.slice(0, 40))}`, async () =>
      assert.equal((await read(`Date: ${field}`)).date, expected));

  test("ids without spaces between, with comments around or folded", async () => {
    const got = await read(
      "References: <a@x><b@x>,\r\n\t<c@x>",
      "In-Reply-To: Your message of Monday <c@x>",
      "Message-ID: <d@x> (made up)",
    );
    assert.deepEqual([got.references, got.inReplyTo, got.messageId], [["<a@x>", "<b@x>", "<c@x>"], "<c@x>", "<d@x>"]);
    const many = await read(`References: ${Array.from({ length: 500 }, (_, index) => `<${index}@x>`).join("\r\n ")}`);
    assert.deepEqual(
      [many.references.length, many.references[0], many.references[1], many.references.at(-1)],
      [100, "<0@x>", "<401@x>", "<499@x>"],
    );
  });

  test("bytes beyond ASCII are UTF-8, or what Windows wrote", async () => {
    assert.equal((await read("Subject: Gr\xc3\xbc\xc3\x9fe")).subject, "Grüße");
    assert.equal((await read("Subject: Gr\xfc\xdfe \x80")).subject, "Grüße €");
  });

  test("reads no further than the empty line, in chunks of any size, and leaves the source", async () => {
    for (const newline of ["\r\n", "\n"]) {
      let given = 0;
      const bytes = Buffer.from(["Subject: a", "To: b@x.org", "", ""].join(newline));
      const source = Readable.from(
        (function* () {
          for (const byte of bytes) yield Buffer.from([byte]);
          for (; given < 1000; given++) yield Buffer.alloc(1024, "x");
        })(),
        { objectMode: false, highWaterMark: 1 },
      );
      const { subject, to } = await readHeaders(source);
      assert.deepEqual([subject, to.length], ["a", 1]);
      assert.ok(given < 20, `${given} KiB of the body were read`);
      assert.ok(source.destroyed);
    }
  });

  test("a source that fails, fails the reading", async () => {
    const source = Readable.from(
      (function* () {
        yield Buffer.from("Subject: a\r\n");
        throw new Error("gone");
      })(),
      { objectMode: false },
    );
    await assert.rejects(readHeaders(source), /gone/);
  });
});
