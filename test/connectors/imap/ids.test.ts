import assert from "node:assert/strict";
import { test } from "node:test";
import { messageId, ofMessageId, ofSet, toSet } from "../../../src/connectors/imap/ids.js";
import { fails } from "../../support/fails.js";

test("a mail's id names its folder, whatever that is called, its UID and its UIDVALIDITY", () => {
  for (const folder of ["INBOX", "Ärger & Straße/名前", "1.2.3", "a b.c"]) {
    const name = { folder, uidValidity: "1795658480", uid: 4_294_967_295 };
    assert.deepEqual(ofMessageId(messageId(name)), name);
  }
  for (const id of [
    "",
    "1.2",
    "1.2.",
    "0.1.INBOX",
    "1.0.INBOX",
    "01.1.INBOX",
    "1.4294967296.INBOX",
    "1.1.a\r\nb",
    "1.1.\0",
  ])
    assert.throws(() => ofMessageId(id), fails("not_found"), id);
});

test("sets of UIDs are written in runs, and read again", () => {
  assert.equal(toSet([9, 1, 2, 3, 5]), "1:3,5,9");
  assert.equal(toSet([]), "");
  assert.deepEqual(ofSet("1:3,5,9", 10), [1, 2, 3, 5, 9]);
  assert.deepEqual(ofSet("", 10), []);
  for (const set of ["1:4294967295", "3:1", "0", "x"])
    assert.throws(() => ofSet(set, 10), fails("invalid_parameters"), set);
});
