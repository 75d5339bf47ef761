import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { composeMessage } from "../../../src/connectors/families/mime/compose.js";
import { readMessage } from "../../../src/connectors/families/mime/read.js";
import { referencesTo } from "../../../src/connectors/families/mime/references.js";
import { threadKey } from "../../../src/connectors/families/mime/thread.js";

const original = { messageId: "<3@x>", inReplyTo: "<2@x>", references: ["<1@x>", "<2@x>"] };

describe("mime: threads", () => {
  test("an answer refers to the root and the nearest 19", () => {
    assert.deepEqual(referencesTo(original), ["<1@x>", "<2@x>", "<3@x>"]);
    assert.deepEqual(referencesTo({ ...original, references: [] }), ["<2@x>", "<3@x>"]);
    assert.deepEqual(referencesTo({ ...original, messageId: null }), ["<1@x>", "<2@x>"]);
    const references = Array.from({ length: 50 }, (_, index) => `<${index}@y>`);
    const long = referencesTo({ ...original, references });
    assert.deepEqual([long.length, long[0], long[1], long.at(-1)], [20, "<0@y>", "<32@y>", "<3@x>"]);
  });

  test("the key is the root that a message refers to, or its own id", () => {
    assert.equal(threadKey(original), "<1@x>");
    assert.equal(threadKey({ ...original, references: [] }), "<2@x>");
    assert.equal(threadKey({ ...original, references: [], inReplyTo: null }), "<3@x>");
    assert.equal(threadKey({ references: [], inReplyTo: null, messageId: null }), null);
  });

  test("a thread of replies, each written and read, keeps one key", async () => {
    const [me, lee] = ["Me", "Lee"].map((name) => ({ name, email: `${name}@example.com`.toLowerCase() })) as [
      { name: string; email: string },
      { name: string; email: string },
    ];
    const first = await readMessage(composeMessage({ from: me, to: [lee], subject: "Quote", text: "0" }).stream);
    let last = first;
    for (let count = 0; count < 30; count++) {
      const chain = { inReplyTo: last.messageId, references: referencesTo(last) };
      const draft = { from: count % 2 ? me : lee, to: [lee], subject: "Re: Quote", text: String(count) };
      last = await readMessage(composeMessage({ ...draft, ...chain }).stream);
    }
    assert.equal(threadKey(last), first.messageId);
    assert.equal(last.references.length, 20);
  });
});
