import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { type RestServing, restForTest } from "./support.js";

describe("REST: applications", () => {
  let api: RestServing;
  let own: string;
  before(async () => {
    api = await restForTest();
    own = api.core.application;
  });
  after(() => api.closeCore());

  for (const prefix of ["/meta/applications", "/applications"])
    test(`${prefix}: an application is made, changed, listed and deleted`, async () => {
      const made = await api.expect(201, "POST", prefix, {
        body: { name: "Second", events_grant_enabled: true, account_id: 1 },
      });
      assert.deepEqual(
        [made.type, made.api, made.active, made.implicit_grant_enabled, made.recent_enabled, made.events_enabled],
        ["application", "meta", true, false, false, true],
      );
      const one = `${prefix}/${made.id}`;
      assert.deepEqual(await api.expect(200, "GET", one), made);
      const changed = await api.expect(200, "PATCH", one, { body: { name: "Renamed", active: false } });
      assert.deepEqual([changed.name, changed.active], ["Renamed", false]);
      assert.equal((await api.expect(200, "GET", `${prefix}?active=False`)).objects[0].id, made.id);
      assert.equal((await api.expect(200, "GET", `${prefix}?page_size=1`)).total, 2);
      assert.equal((await api.expect(200, "GET", `${one}/apikeys`)).count, 1);
      await api.expect(204, "DELETE", one);
      await api.expect(404, "GET", one);
      assert.equal((await api.expect(400, "POST", prefix, { body: {} })).error_code, "invalid_parameters");
      assert.equal((await api.expect(403, "DELETE", `${prefix}/${own}`)).error_code, "forbidden");
    });

  test("keys: listed with their text, narrowed, deleted by it; one that may not administer manages nothing", async () => {
    const keys = `/meta/applications/${own}/apikeys`;
    const made = await api.expect(201, "POST", keys, { body: { name: "reader", rights: ["read"] } });
    assert.deepEqual([made.rights, made.type], [["read"], "api_key"]);
    const reader = { headers: { authorization: `APIKey ${made.key}` } };
    await api.expect(200, "GET", "/accounts", reader);
    assert.equal((await api.expect(403, "GET", keys, reader)).error_code, "forbidden");
    assert.equal(
      (await api.expect(403, "POST", "/accounts/1/storage/folders", { ...reader, body: { name: "x" } })).error_code,
      "forbidden",
    );
    assert.ok((await api.expect(200, "GET", keys)).objects.some(({ key }: { key: string }) => key === made.key));
    await api.expect(204, "DELETE", `${keys}/${encodeURIComponent(made.key)}`);
    await api.expect(401, "GET", "/accounts", reader);
    await api.expect(404, "DELETE", `${keys}/${encodeURIComponent(made.key)}`);
  });

  test("the key of an application manages it and no other; older schemes name it as well", async () => {
    const { id } = await api.expect(201, "POST", "/meta/applications", { body: { name: "Third" } });
    const { key } = (await api.expect(200, "GET", `/meta/applications/${id}/apikeys`)).objects[0];
    for (const authorization of [`DeveloperKey ${key}`, `Bearer ${key}`, `APIKey ${key}`]) {
      const headers = { authorization };
      assert.deepEqual(
        (await api.expect(200, "GET", "/meta/applications", { headers })).objects.map((one: { id: string }) => one.id),
        [id],
      );
      await api.expect(404, "GET", `/meta/applications/${own}`, { headers });
      await api.expect(403, "POST", "/meta/applications", { headers, body: { name: "x" } });
    }
    await api.expect(204, "DELETE", `/meta/applications/${id}`);
  });

  for (const [kind, body, wrong] of [
    ["redirect_uris", { url: "https://app.example.com/connected" }, { url: "http://app.example.com/connected" }],
    ["domains", { domain: "localhost:8000" }, { domain: "https://a/b" }],
  ] as const)
    test(`${kind}: made once, listed and deleted`, async () => {
      const path = `/applications/${own}/${kind}`;
      const made = await api.expect(201, "POST", path, { body });
      assert.deepEqual((await api.expect(200, "GET", path)).objects, [made]);
      assert.equal((await api.expect(409, "POST", path, { body })).error_code, "data_conflict");
      assert.equal((await api.expect(400, "POST", path, { body: wrong })).error_code, "invalid_parameters");
      await api.expect(204, "DELETE", `${path}/${made.id}`);
      await api.expect(404, "DELETE", `${path}/${made.id}`);
    });

  test("a webhook's receiver is asked before it is kept; its secret is told once", async () => {
    const path = `/applications/${own}/webhooks`;
    let says = "something else";
    const receiver = createServer((request, response) => request.resume().once("end", () => response.end(says)));
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    try {
      assert.equal((await api.expect(400, "POST", path, { body: { url } })).error_code, "bad_request");
      says = own;
      const { secret, ...made } = await api.expect(201, "POST", path, { body: { url } });
      assert.match(secret, /^whsec_/);
      assert.deepEqual((await api.expect(200, "GET", path)).objects, [made]);
      assert.deepEqual(await api.expect(200, "GET", `${path}/${made.id}`), made);
      await api.expect(204, "DELETE", `${path}/${made.id}`);
      await api.expect(404, "GET", `${path}/${made.id}`);
    } finally {
      receiver.close();
    }
  });

  test("an OAuth client of one's own is for a service that has OAuth", async () => {
    const path = `/applications/${own}/service_keys`;
    assert.deepEqual((await api.expect(200, "GET", path)).objects, []);
    for (const service of ["webdav", "nothing"]) {
      const refused = await api.expect(400, "POST", path, { body: { service, client_id: "c", client_secret: "s" } });
      assert.equal(refused.error_code, "invalid_parameters");
    }
    await api.expect(404, "PATCH", `${path}/1`, { body: { client_id: "d" } });
    await api.expect(404, "DELETE", `${path}/1`);
  });

  test("an account is imported by its tokens where the service has OAuth, and by an API key alone", async () => {
    const body = { service: "webdav", account: "dana", token: "t" };
    assert.equal((await api.expect(400, "POST", "/accounts", { body })).error_code, "invalid_parameters");
    await api.expect(400, "POST", "/accounts", { body: { ...body, service: "nothing" } });
    await api.expect(400, "POST", "/accounts", { body: { service: "webdav" } });
    const headers = { authorization: `Bearer ${await api.token(1)}` };
    assert.equal((await api.expect(403, "POST", "/accounts", { headers, body })).error_code, "forbidden");
  });

  test("switches: an application that collects no events, and lists no recent files, is told so", async () => {
    const path = `/meta/applications/${own}`;
    await api.expect(200, "PATCH", path, { body: { events_enabled: false, recent_enabled: false } });
    for (const what of ["events", "events/latest", "storage/recent", "subscriptions/default/activity"])
      assert.equal((await api.expect(403, "GET", `/accounts/1/${what}`)).error_code, "forbidden");
    await api.expect(200, "PATCH", path, { body: { events_enabled: true, recent_enabled: true } });
    await api.expect(200, "GET", "/accounts/1/events");
  });

  test("developers and licences are not here", async () => {
    for (const path of ["/meta/developers", "/developers/1", "/meta/licenses/1/contents"])
      assert.equal((await api.expect(501, "GET", path)).error_code, "not_implemented");
  });
});
