import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contentDisposition } from "../../src/server/content/disposition.js";
import { parseRange } from "../../src/server/content/range.js";

describe("Range (RFC 9110, 14)", () => {
  const cases: [string | undefined, number | null, ReturnType<typeof parseRange>][] = [
    [undefined, 10, null],
    ["bytes=0-0", 10, { start: 0, end: 0 }],
    ["bytes=2-4", 10, { start: 2, end: 4 }],
    ["bytes=5-", 10, { start: 5, end: 9 }],
    ["bytes=5-99", 10, { start: 5, end: 9 }],
    ["bytes=-3", 10, { start: 7, end: 9 }],
    ["bytes=-99", 10, { start: 0, end: 9 }],
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=4-2", 10, null],
    ["bytes=0-1,4-5", 10, null],
    ["lines=0-1", 10, null],
    ["bytes=a-b", 10, null],
    ["bytes=-", 10, null],
    ["bytes=5-", null, { start: 5 }],
    ["bytes=5-8", null, { start: 5, end: 8 }],
    ["bytes=-5", null, null],
  ];
  for (const [header, size, expected] of cases)
    test(`${header} of ${size} bytes`, () => assert.deepEqual(parseRange(header, size), expected));
});

describe("Content-Disposition (RFC 6266, RFC 8187)", () => {
  const cases: [string, string][] = [
    ["plan.txt", 'attachment; filename="plan.txt"'],
    ["a b.txt", 'attachment; filename="a b.txt"'],
    ["naïve.txt", "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"],
    ['say "hi".txt', "attachment; filename=\"say _hi_.txt\"; filename*=UTF-8''say%20%22hi%22.txt"],
    ["../../etc/passwd", 'attachment; filename=".._.._etc_passwd"'],
    ["a\r\nSet-Cookie: x", 'attachment; filename="aSet-Cookie: x"'],
    ["invoice\u202Efdp.exe", 'attachment; filename="invoicefdp.exe"'],
    ["100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"],
    ["it's (1).txt", 'attachment; filename="it\'s (1).txt"'],
    ["🎉", "attachment; filename=\"__\"; filename*=UTF-8''%F0%9F%8E%89"],
    ["", "attachment; filename=\"download\"; filename*=UTF-8''"],
  ];
  for (const [name, expected] of cases)
    test(JSON.stringify(name), () => assert.equal(contentDisposition(name), expected));
});
