import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeTransfer } from "../../../src/connectors/families/mime/transfer.js";

const decoded = (text: string, encoding: string | null): string =>
  decodeTransfer(Buffer.from(text), encoding).toString();

test("what is not encoded stays as it is, and so does what nobody knows", () => {
  for (const encoding of [null, "7bit", "8BIT", "binary", "x-unknown"])
    assert.equal(decoded("a=41 é", encoding), "a=41 é");
});

test("base64 goes over lines, and may end too early", () => {
  const lines = Buffer.from("Grüße aus Köln").toString("base64").replace(/.{8}/g, "$&\r\n");
  assert.equal(decoded(lines, "BASE64"), "Grüße aus Köln");
  assert.equal(decoded("R3LDvMOfZQ", "base64"), "Grüße");
});

test("quoted-printable: octets, soft line ends, blanks before a line end; its end may be missing", () => {
  assert.equal(decoded("Gr=C3=BC=C3=9Fe =\r\naus K=c3=b6ln  \r\n=3D41", "Quoted-Printable"), "Grüße aus Köln\r\n=41");
  assert.equal(decoded("100=", "quoted-printable"), "100");
  assert.equal(decoded("a=ZZ", "quoted-printable"), "a=ZZ");
});
