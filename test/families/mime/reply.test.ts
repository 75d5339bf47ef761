import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { composeMessage } from "../../../src/connectors/families/mime/compose.js";
import type { MailMessage } from "../../../src/connectors/families/mime/message.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { replyTo } from "../../../src/connectors/families/mime/reply.js";
import { baseSubject, threadKey } from "../../../src/connectors/families/mime/thread.js";

const person = (name: string) => ({ id: null, name, email: `${name.toLowerCase()}@example.com` });
const [me, lee, kim, dana, desk] = ["Me", "Lee", "Kim", "Dana", "Desk"].map(person) as [
  Person,
  Person,
  Person,
  Person,
  Person,
];
type Person = ReturnType<typeof person>;
const self = ["ME@example.com"];

const original = (more: Partial<MailMessage> = {}): MailMessage => ({
  messageId: "<3@x>",
  inReplyTo: "<2@x>",
  references: ["<1@x>", "<2@x>"],
  subject: "Quote",
  from: lee,
  to: [me, kim],
  cc: [dana, lee],
  bcc: [],
  replyTo: [],
  date: "2024-01-01T10:00:00Z",
  text: "Hello\n> before\n\nLee",
  html: null,
  snippet: null,
  attachments: [],
  truncated: [],
  ...more,
});

describe("mime: replies", () => {
  test("go to the author, or to whom the author names; a forward goes to nobody yet", () => {
    assert.deepEqual([replyTo(original(), "reply").to, replyTo(original(), "reply").cc], [[lee], []]);
    assert.deepEqual(replyTo(original({ replyTo: [desk] }), "reply").to, [desk]);
    assert.deepEqual(replyTo(original({ from: null }), "reply").to, []);
    const { to, cc } = replyTo(original(), "forward");
    assert.deepEqual([to, cc], [[], []]);
  });

  test("to all: everybody once, without oneself", () => {
    const all = replyTo(original(), "replyAll", { self });
    assert.deepEqual([all.to, all.cc], [[lee, kim], [dana]]);
    const desked = replyTo(original({ replyTo: [desk] }), "replyAll", { self });
    assert.deepEqual(
      [desked.to, desked.cc],
      [
        [desk, kim],
        [dana, lee],
      ],
    );
  });

  test("to one's own message, go on to whom it went", () => {
    const own = original({ from: me, to: [kim], cc: [me, dana] });
    assert.deepEqual(replyTo(own, "reply", { self }).to, [kim]);
    const all = replyTo(own, "replyAll", { self });
    assert.deepEqual([all.to, all.cc], [[kim], [dana]]);
    assert.deepEqual(replyTo(original({ from: me, to: [me] }), "reply", { self }).to, [me]);
  });

  test("stay in the thread, whose chain keeps its root and the nearest 19", () => {
    const reply = replyTo(original(), "reply");
    assert.deepEqual([reply.inReplyTo, reply.references], ["<3@x>", ["<1@x>", "<2@x>", "<3@x>"]]);
    assert.deepEqual(replyTo(original({ references: [] }), "reply").references, ["<2@x>", "<3@x>"]);
    assert.deepEqual(replyTo(original({ messageId: null }), "reply").inReplyTo, null);
    const references = Array.from({ length: 50 }, (_, index) => `<${index}@y>`);
    const long = replyTo(original({ references }), "reply").references ?? [];
    assert.deepEqual([long.length, long[0], long[1], long.at(-1)], [20, "<0@y>", "<32@y>", "<3@x>"]);
    const forward = replyTo(original(), "forward");
    assert.deepEqual([forward.inReplyTo, forward.references?.at(-1)], [null, "<3@x>"]);
  });

  test("say Re: and Fwd: once", () => {
    const SUBJECTS = [
      ["Quote", "Re: Quote", "Fwd: Quote"],
      ["Re: Quote", "Re: Quote", "Fwd: Re: Quote"],
      ["RE: re : AW: Re[2]: Quote", "Re: Quote", "Fwd: RE: re : AW: Re[2]: Quote"],
      ["Fwd: Quote", "Re: Fwd: Quote", "Fwd: Quote"],
      ["回复：报价", "Re: 报价", "Fwd: 回复：报价"],
      ["Regarding: us", "Re: Regarding: us", "Fwd: Regarding: us"],
      [null, "Re: ", "Fwd: "],
    ] as const;
    for (const [subject, reply, forward] of SUBJECTS) {
      assert.equal(replyTo(original({ subject }), "reply").subject, reply);
      assert.equal(replyTo(original({ subject }), "forward").subject, forward);
    }
  });

  test("quote what they answer, when asked", () => {
    assert.equal(replyTo(original(), "reply").text, null);
    assert.equal(
      replyTo(original(), "reply", { quote: true }).text,
      "On Mon, 01 Jan 2024 10:00:00 +0000, Lee <lee@example.com> wrote:\n> Hello\n>> before\n>\n> Lee",
    );
    assert.equal(
      replyTo(original({ cc: [] }), "forward", { quote: true }).text,
      "---------- Forwarded message ----------\nFrom: Lee <lee@example.com>\nDate: Mon, 01 Jan 2024 10:00:00 +0000\n" +
        "Subject: Quote\nTo: Me <me@example.com>, Kim <kim@example.com>\n\nHello\n> before\n\nLee",
    );
    assert.equal(
      replyTo(original({ from: null, date: null, text: null }), "reply", { quote: true }).text,
      "somebody wrote:\n>",
    );
  });

  test("a thread of replies, each written and read, keeps one key", async () => {
    const first = await readMessage(composeMessage({ from: me, to: [lee], subject: "Quote", text: "0" }).stream);
    let last = first;
    for (let count = 0; count < 30; count++) {
      const { text: _, ...reply } = replyTo(last, "reply", { self });
      last = await readMessage(composeMessage({ from: count % 2 ? me : lee, ...reply, text: String(count) }).stream);
    }
    assert.equal(threadKey(last), first.messageId);
    assert.deepEqual([last.subject, last.references.length], ["Re: Quote", 20]);
  });
});

describe("mime: threads", () => {
  test("the key is the root that a message refers to, or its own id", () => {
    assert.equal(threadKey(original()), "<1@x>");
    assert.equal(threadKey(original({ references: [] })), "<2@x>");
    assert.equal(threadKey(original({ references: [], inReplyTo: null })), "<3@x>");
    assert.equal(threadKey(original({ references: [], inReplyTo: null, messageId: null })), null);
  });

  test("a subject without what replies and forwards put before it", () => {
    for (const subject of [
      "Quote",
      "Re: Quote",
      "Fwd: RE: Aw: Quote ",
      "WG: SV: Re^3: Quote",
      "  FW: quote".replace("q", "Q"),
    ])
      assert.equal(baseSubject(subject), "Quote", subject);
    assert.equal(baseSubject(null), "");
    assert.equal(baseSubject(`${"Re: ".repeat(100_000)}x`), "x");
  });
});
