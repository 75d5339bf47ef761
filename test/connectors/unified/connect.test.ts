import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { explain } from "../../../src/connectors/unified/explain.js";
import { type ApiError, ERRORS } from "../../../src/errors.js";
import { apisOf } from "../../../src/unified/capabilities.js";
import { type TestCore, testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { type FarServer, farServer } from "./far.js";

describe("unified: connecting", () => {
  let far: FarServer;
  let core: TestCore;
  before(async () => {
    far = await farServer();
    core = await testCore();
  });
  after(async () => {
    await core.close();
    await far.close();
  });

  test("by the account's token: its name, its number and what it has", async () => {
    const { number, fields } = await far.account({ apis: "crm,storage" });
    const { record, connector } = await core.connect("unified", fields);
    assert.match(record.name, /@sandbox\.invalid$/);
    assert.deepEqual(record.settings, {
      url: `${far.url}/`,
      account: number,
      name: record.name,
      apis: "storage,crm,team",
      rate: 10_000,
      partBytes: 2 ** 20,
    });
    assert.deepEqual(apisOf(connector, record), ["storage", "crm", "team"]);
  });

  test("by an API key and the account's number; an address with /v1 is the same", async () => {
    const { number } = await far.account();
    const fields = { url: `${far.url}/v1/`, apiKey: far.apiKey, account: String(number) };
    const account = await core.connect("unified", fields);
    assert.equal(account.record.settings.url, `${far.url}/`);
    assert.ok((await account.storage.quota()).total);
  });

  test("what cannot be true is refused, each with its reason", async () => {
    const { number, fields } = await far.account();
    const { token } = fields as { token: string };
    for (const [wrong, words] of [
      [{ url: "ftp://files.example", token }, /begins with https/],
      [{ url: `${far.url}/?a=1`, token }, /must not hold/],
      [{ url: far.url }, /a token or an API key/],
      [{ url: far.url, token, apiKey: far.apiKey }, /and not both/],
      [{ url: far.url, apiKey: far.apiKey }, /needs the account's number/],
      [{ url: far.url, token, account: "mine" }, /must be its number/],
      [{ url: far.url, token, rate: "0" }, /from 1 to 10000/],
      [{ url: far.url, apiKey: far.apiKey, account: "999999" }, /no such account/],
      [{ url: `${far.url}/elsewhere`, token }, /no such account/],
    ] as const)
      await assert.rejects(core.connect("unified", wrong), (error: Error) => {
        fails("invalid_parameters")(error);
        assert.match(error.message, words);
        return true;
      });
    await assert.rejects(core.connect("unified", { url: far.url, token: "nobody's" }), fails("service_unauthorized"));
    const others = { url: far.url, token, account: String(number - 1) };
    await assert.rejects(core.connect("unified", others), fails("service_forbidden", "invalid_parameters"));
  });

  test("the far server's own limit is told with its time", async () => {
    const slow = await farServer({ UNIGRAPH_REST_RATE: "2" });
    try {
      const account = await core.connect("unified", (await slow.account({ apis: "crm" })).fields);
      const asked = Array.from({ length: 6 }, () => account.apis(false).crm.contacts.list({ cursor: null, limit: 1 }));
      const more = Array.from({ length: 6 }, (_, size) =>
        account.apis(false).crm.leads.list({ cursor: null, limit: size + 1 }),
      );
      const refused = (await Promise.allSettled([...asked, ...more])).flatMap((outcome) =>
        outcome.status === "rejected" ? [outcome.reason as ApiError] : [],
      );
      assert.ok(refused.length > 0);
      for (const error of refused) {
        fails("too_many_service_requests")(error);
        assert.ok((error.context.retryAfter ?? 0) > 0);
      }
    } finally {
      await slow.close();
    }
  });
});

test("unified: every error of the table is read as what it says, or what it says of the far server itself", () => {
  const OF_ITSELF: Readonly<Record<string, string>> = {
    unauthorized: "service_unauthorized",
    authentication_required: "service_unauthorized",
    invalid_token: "service_unauthorized",
    forbidden: "service_forbidden",
    timed_out: "gateway_timeout",
    too_many_requests: "too_many_service_requests",
    internal_error: "bad_gateway",
  };
  for (const [code, status] of ERRORS) {
    if (code === "method_not_allowed") continue;
    const read = explain(status, { status_code: status, error_code: code, message: "Told." }, {});
    assert.deepEqual(read, { code: OF_ITSELF[code] ?? code, message: "Told." });
  }
  for (const body of ["<html>", null, { error_code: "made_up", message: "x" }, { error_code: 7 }])
    assert.equal(explain(400, body, {}), undefined);
});
