import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, type Original, quoteOf } from "../../../src/unified/email/reply.js";

const person = (name: string) => ({ id: null, name, email: `${name.toLowerCase()}@example.com` });
type Person = ReturnType<typeof person>;
const [me, lee, kim, dana, desk] = ["Me", "Lee", "Kim", "Dana", "Desk"].map(person) as [
  Person,
  Person,
  Person,
  Person,
  Person,
];
const self = ["ME@example.com"];

const original = (more: Partial<Original> = {}): Original => ({
  subject: "Quote",
  author: lee,
  to: [me, kim],
  cc: [dana, lee],
  replyTo: [],
  created: "2024-01-01T10:00:00Z",
  ...more,
});

describe("answers to mails", () => {
  test("go to the author, or to whom the author names; a forward goes to nobody yet", () => {
    assert.deepEqual([answerTo(original(), "reply").to, answerTo(original(), "reply").cc], [[lee], []]);
    assert.deepEqual(answerTo(original({ replyTo: [desk] }), "reply").to, [desk]);
    assert.deepEqual(answerTo(original({ author: null }), "reply").to, []);
    const { to, cc } = answerTo(original(), "forward");
    assert.deepEqual([to, cc], [[], []]);
  });

  test("to all: everybody once, without oneself", () => {
    const all = answerTo(original(), "replyAll", self);
    assert.deepEqual([all.to, all.cc], [[lee, kim], [dana]]);
    const desked = answerTo(original({ replyTo: [desk] }), "replyAll", self);
    assert.deepEqual(
      [desked.to, desked.cc],
      [
        [desk, kim],
        [dana, lee],
      ],
    );
  });

  test("to one's own message, go on to whom it went", () => {
    const own = original({ author: me, to: [kim], cc: [me, dana] });
    assert.deepEqual(answerTo(own, "reply", self).to, [kim]);
    const all = answerTo(own, "replyAll", self);
    assert.deepEqual([all.to, all.cc], [[kim], [dana]]);
    assert.deepEqual(answerTo(original({ author: me, to: [me] }), "reply", self).to, [me]);
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
      assert.equal(answerTo(original({ subject }), "reply").subject, reply);
      assert.equal(answerTo(original({ subject }), "forward").subject, forward);
    }
  });

  test("no subject takes long", () => {
    assert.equal(answerTo(original({ subject: `${"Re: ".repeat(100_000)}x` }), "reply").subject, "Re: x");
  });

  test("quote what they answer", () => {
    const text = "Hello\n> before\n\nLee";
    assert.equal(
      quoteOf(original(), text, "reply"),
      "On Mon, 01 Jan 2024 10:00:00 +0000, Lee <lee@example.com> wrote:\n> Hello\n>> before\n>\n> Lee",
    );
    assert.equal(
      quoteOf(original({ cc: [] }), text, "forward"),
      "---------- Forwarded message ----------\nFrom: Lee <lee@example.com>\nDate: Mon, 01 Jan 2024 10:00:00 +0000\n" +
        "Subject: Quote\nTo: Me <me@example.com>, Kim <kim@example.com>\n\nHello\n> before\n\nLee",
    );
    assert.equal(quoteOf(original({ author: null, created: null }), null, "reply"), "somebody wrote:\n>");
  });
});
