import assert from "node:assert/strict";
import { test } from "node:test";
import { mayLeadTo } from "../../../src/connectors/families/caldav/hosts.js";

const may = (from: string, to: string): boolean => mayLeadTo(new URL(from), new URL(to));

test("a server may lead to its own host and to its domain, and from https nowhere but to https", () => {
  for (const [from, to] of [
    ["https://example.com/", "https://example.com:8443/dav/"],
    ["https://example.com/", "https://caldav.example.com/"],
    ["https://caldav.example.com/", "https://p07.example.com/"],
    ["https://www.example.co.uk/", "https://dav.example.co.uk/"],
    ["http://127.0.0.1:1/", "http://127.0.0.1:2/"],
    ["http://example.com/", "https://example.com/"],
    ["http://localhost/", "http://localhost:81/"],
  ] as const)
    assert.equal(may(from, to), true, `${from} to ${to}`);
  for (const [from, to] of [
    ["https://example.com/", "http://example.com/"],
    ["https://example.com/", "https://example.org/"],
    ["https://example.com/", "https://notexample.com/"],
    ["https://example.co.uk/", "https://other.co.uk/"],
    ["https://example.com/", "https://example.com.evil.test/"],
    ["https://example.com/", "ftp://example.com/"],
    ["https://example.com/", "https://a:b@example.com/"],
    ["http://127.0.0.1/", "http://127.0.0.2/"],
    ["http://127.0.0.1/", "http://0.0.1/"],
    ["http://[::1]/", "http://[::2]/"],
    ["http://localhost/", "http://other/"],
  ] as const)
    assert.equal(may(from, to), false, `${from} to ${to}`);
});
