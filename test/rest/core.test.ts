import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type RestServing, restForTest } from "./support.js";

describe("REST: accounts, services, pass-through, ids, events", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
  });
  after(() => api.closeCore());

  test("accounts: counted pages to the end, behind which there is nothing", async () => {
    const first = await api.expect(200, "GET", "/accounts?page_size=1");
    assert.deepEqual([first.total, first.count, first.page, first.next_page], [2, 1, 1, 2]);
    const second = await api.expect(200, "GET", "/accounts/?page_size=1&page=2");
    assert.deepEqual([second.count, second.page, second.next_page], [1, 2, null]);
    assert.equal((await api.expect(404, "GET", "/accounts?page_size=1&page=3")).error_code, "not_found");
    for (const query of ["page=0", "page_size=0", "page_size=1001", "enabled=perhaps"])
      assert.equal((await api.expect(400, "GET", `/accounts?${query}`)).error_code, "invalid_parameters");
    assert.equal((await api.expect(200, "GET", "/accounts?search=SANDBOX")).total, 1);
    assert.equal((await api.expect(200, "GET", "/accounts?active=False")).total, 0);
  });

  test("an account, as `me`, with its capabilities, changed and switched off", async () => {
    const bearer = { headers: { authorization: `bearer ${await api.token(2)}` } };
    const me = await api.expect(200, "GET", "/accounts/me/?retrieve_full=False", bearer);
    assert.deepEqual([me.id, me.service, me.type, me.api], [2, "local", "account", "meta"]);
    assert.equal(me.href, `${api.url}/v1/accounts/2`);
    assert.equal(me.properties, undefined);
    const { properties } = await api.expect(200, "GET", "/accounts/1?retrieve_full=true");
    assert.equal(properties.capabilities.can_upload_file, true);
    assert.equal((await api.expect(200, "GET", "/accounts?active=True", bearer)).objects[0].id, 2);
    assert.equal((await api.expect(403, "GET", "/accounts/1", bearer)).error_code, "forbidden");
    await api.expect(404, "GET", "/accounts/me");
    const changed = await api.expect(200, "PATCH", "/accounts/2", {
      body: { custom_properties: { team: "x" }, active: false },
    });
    assert.deepEqual([changed.custom_properties, changed.active, changed.enabled], [{ team: "x" }, false, false]);
    assert.equal((await api.expect(403, "GET", "/accounts/2/storage/folders/root")).error_code, "forbidden");
    assert.equal((await api.expect(200, "GET", "/accounts?active=False")).total, 1);
    await api.expect(200, "PATCH", "/accounts/2", { body: { enabled: true } });
    await api.expect(400, "PATCH", "/accounts/2", { body: { service: "nothing" } });
    assert.equal((await api.expect(404, "GET", "/accounts/999")).error_code, "not_found");
  });

  test("services: for everybody, of an application those that its users can connect; each with the two capabilities that a client looks for", async () => {
    const nobody = { headers: { authorization: "" } };
    const list = await api.expect(200, "GET", "/public/services/?apis=calendar", nobody);
    assert.ok(list.objects.every(({ apis }: { apis: string[] }) => apis.includes("calendar")));
    for (const { name, properties } of (await api.expect(200, "GET", "/public/services", nobody)).objects)
      for (const what of ["storage.folders.list", "storage.folders.read"])
        assert.equal(typeof properties.capabilities[what]?.[0]?.result, "boolean", name);
    const ofApplication = await api.expect(
      200,
      "GET",
      `/public/services?apis=storage&app_id=${api.core.application}`,
      nobody,
    );
    const names = ofApplication.objects.map(({ name }: { name: string }) => name);
    assert.deepEqual([names.includes("sandbox"), names.includes("local")], [true, false]);
    assert.equal((await api.expect(200, "GET", "/public/services/webdav", nobody)).friendly_name, "WebDAV");
    await api.expect(404, "GET", "/public/services/nothing", nobody);
  });

  const raw = (uri: string, method: string, more: { headers?: Record<string, string>; body?: unknown } = {}) =>
    api.rest("POST", "/accounts/1/raw/", {
      ...more,
      headers: { "x-kloudless-raw-uri": uri, "x-kloudless-raw-method": method, ...more.headers },
    });

  test("a raw request: the service's own status, headers and body", async () => {
    const got = await raw("/account", "get");
    assert.equal(got.status, 200);
    assert.equal(got.headers.get("content-security-policy"), "sandbox");
    const direct = await api.ask(`{ account(id: "1") { rawGet(uri: "/account") { json } } }`);
    assert.deepEqual(
      typeof got.body === "string" ? JSON.parse(got.body) : got.body,
      direct.body.data.account.rawGet.json,
    );
    assert.equal((await raw("/nothing", "GET")).status, 404);
    assert.equal((await raw("https://example.com/", "GET")).body.error_code, "forbidden");
    assert.equal((await api.rest("POST", "/accounts/1/raw")).body.error_code, "bad_request");
    const without = await api.rest("POST", "/accounts/1/raw", { headers: { "x-kloudless-raw-uri": "/items/root" } });
    assert.equal(without.status, 400);
    const local = await api.rest("POST", "/accounts/2/raw", {
      headers: { "x-kloudless-raw-uri": "/x", "x-kloudless-raw-method": "GET" },
    });
    assert.equal(local.body.error_code, "not_implemented");
  });

  test("raw data beside the unified: the id that it tells leads back to the object", async () => {
    const headers = { "x-kloudless-raw-data": "True" };
    for (const [path, type, of] of [
      ["storage/folders/root/contents?page_size=5", undefined, "storage"],
      ["crm/contacts?page_size=5", "contact", "crm"],
    ] as const) {
      const { objects } = await api.expect(200, "GET", `/accounts/1/${path}`, { headers });
      for (const { id, raw: told, raw_id } of objects) {
        assert.equal(raw_id, told.id);
        assert.equal(typeof told.object, "object");
        const body = { raw_id: told.id, api: of, ...(type ? { type } : {}) };
        assert.equal((await api.expect(200, "POST", "/accounts/1/encode_raw_id/", { body })).id, id);
      }
    }
    const plain = await api.expect(200, "GET", "/accounts/1/storage/folders/root/contents?page_size=1");
    assert.equal(plain.objects[0].raw, undefined);
  });

  test("an id put together wrongly is refused", async () => {
    for (const body of [{}, { raw_id: "a", id: "b" }, { id: "a", bucket_name: "b" }, { id: "a", api: "nothing" }])
      assert.equal(
        (await api.expect(400, "POST", "/accounts/1/encode_raw_id", { body })).error_code,
        "invalid_parameters",
      );
    const root = await api.expect(200, "POST", "/accounts/1/encode_raw_id", { body: { id: "root", type: "folder" } });
    assert.equal((await api.expect(200, "GET", `/accounts/1/storage/folders/${root.id}`)).parent, null);
    const old = await api.expect(200, "POST", "/accounts/1/storage/convert_id", {
      body: { raw_id: "root", type: "folder" },
    });
    assert.equal(old.id, root.id);
  });

  test("events: from a cursor on until nothing remains, where the cursor stays", async () => {
    const { cursor } = await api.expect(200, "GET", "/accounts/1/events/latest");
    assert.equal(typeof cursor, "string");
    const made = [];
    for (const name of ["one", "two", "three"])
      made.push(await api.expect(201, "POST", "/accounts/1/storage/folders", { body: { name: `Event ${name}` } }));
    await api.expect(204, "DELETE", `/accounts/1/storage/folders/${made[0].id}?permanent=true`);
    const told = [];
    for (let next = cursor, remaining = 1; remaining > 0; ) {
      const page = await api.expect(200, "GET", `/accounts/1/events/?cursor=${next}&page_size=2`);
      assert.equal(page.page, undefined);
      assert.equal(page.count, page.objects.length);
      told.push(...page.objects);
      [next, remaining] = [page.cursor, page.remaining];
      if (remaining > 0) continue;
      const end = await api.expect(200, "GET", `/accounts/1/events?cursor=${next}`);
      assert.deepEqual([end.objects, end.cursor, end.remaining], [[], next, 0]);
    }
    const added = told.filter(({ type }) => type === "add").map(({ metadata }) => metadata.id);
    for (const { id } of made.slice(1)) assert.ok(added.includes(id));
    const deleted = told.find(({ type }) => type === "delete");
    assert.equal(deleted.id, made[0].id);
    const refused = await api.expect(400, "GET", "/accounts/1/events?cursor=1&from=2020-01-01T00:00:00Z");
    assert.equal(refused.error_code, "bad_request");
    await api.expect(400, "GET", "/accounts/1/events?until=2020-01-01T00:00:00Z");
    await api.expect(400, "GET", "/accounts/1/events?cursor=words");
    const past = await api.expect(
      200,
      "GET",
      "/accounts/1/events?from=2020-01-01T00:00:00Z&until=2021-01-01T00:00:00Z",
    );
    assert.equal(past.count, 0);
    const now = await api.expect(200, "GET", "/accounts/1/events?from=2020-01-01T00:00:00Z&page_size=2");
    assert.equal(now.count, 2);
    assert.notDeepEqual(
      (await api.expect(200, "GET", `/accounts/1/events?cursor=${now.cursor}`)).objects[0],
      now.objects[0],
    );
  });

  test("one subscription of an account", async () => {
    const path = "/accounts/2/subscriptions";
    // Made as the account was connected, for the application collects events.
    const [first] = (await api.expect(200, "GET", path)).objects;
    await api.expect(204, "DELETE", `${path}/${first.id}`);
    assert.deepEqual((await api.expect(200, "GET", path)).objects, []);
    const made = await api.expect(201, "POST", path);
    assert.deepEqual([made.default, made.active, made.subscription_type], [true, true, "changes"]);
    assert.equal((await api.expect(409, "POST", path, { body: {} })).error_code, "data_conflict");
    assert.deepEqual(await api.expect(200, "GET", `${path}/default`), made);
    assert.deepEqual(await api.expect(200, "GET", `${path}/${made.id}`), made);
    const { cursor } = await api.expect(200, "GET", `${path}/default/activity/latest`);
    await api.expect(201, "POST", "/accounts/2/storage/folders", { body: { name: "Watched" } });
    const { objects } = await api.expect(200, "GET", `${path}/default/activity?cursor=${cursor}`);
    assert.ok(objects.some(({ metadata }: { metadata: { name: string } }) => metadata.name === "Watched"));
    await api.expect(200, "PATCH", `${path}/default`, { body: { active: false } });
    await api.expect(403, "GET", `${path}/default/activity`);
    await api.expect(204, "DELETE", `${path}/${made.id}`);
    await api.expect(404, "GET", `${path}/default`);
  });

  test("an account is disconnected once", async () => {
    const token = { headers: { authorization: `Bearer ${await api.token(2)}` } };
    await api.expect(204, "DELETE", "/accounts/me/", token);
    await api.expect(401, "DELETE", "/accounts/me/", token);
    await api.expect(404, "DELETE", "/accounts/2");
  });
});
