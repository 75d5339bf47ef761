import assert from "node:assert/strict";
import { test } from "node:test";
import { idIn } from "./accounts.js";
import { everyObject, type RestServing } from "./support.js";

/** One line of the index of endpoints: a list, with its objects below it. */
export interface Line {
  /** Below the account: `itsm/incidents`. */
  path: string;
  of: `${"crm" | "team" | "itsm" | "audit"}.${string}`;
  /** All that the reference names. Source: the unified API, the category's tables. */
  attributes: readonly string[];
  /** Beside GET. */
  methods?: { list: readonly string[]; object: readonly string[] };
  /** What every request of this line must say: `raw_type=invoice_c`. */
  query?: string;
  /** Objects carry the service's own without being asked to. */
  raw?: true;
}

/** Account 1 is a sandbox, 2 a folder that has none of these categories. */
export const lineCases = (open: () => RestServing, line: Line): void => {
  const { path, of, attributes, methods = { list: [], object: [] }, query = "", raw = false } = line;
  const list = (account = 1, more = "") => `/accounts/${account}/${path}?${query}${more}`;
  const one = (id: string, account = 1) => `/accounts/${account}/${path}/${id}?${query}`;
  const native = of.endsWith(".object") ? `${query.replace("raw_type=", "")}\nsome` : "some";

  test(`${path}: all of its attributes, under their names`, async () => {
    const { objects } = await open().expect(200, "GET", list());
    assert.ok(objects.length > 0);
    const [api, type] = of.split(".");
    for (const object of objects) {
      for (const name of [...attributes, "id"]) assert.ok(name in object, `${name} is missing`);
      for (const [name, value] of Object.entries(object)) {
        assert.match(name, /^[a-z_]+$/);
        assert.notEqual(value, undefined);
      }
      assert.deepEqual([object.api, object.type], [api, type]);
      assert.ok(object.href.startsWith(`${open().url}/v1/accounts/1/${path}/${object.id}`), object.href);
      assert.equal("raw" in object, raw);
      const { href } = object;
      assert.deepEqual(await open().expect(200, "GET", href.slice(`${open().url}/v1`.length)), object);
    }
  });

  test(`${path}: page after page, everything once`, async () => {
    const whole = await everyObject(open(), list(1, "&page_size=1000"));
    const paged = await everyObject(open(), list(1, "&page_size=2"));
    assert.ok(whole.length > 2);
    assert.deepEqual(paged, whole);
    assert.equal(new Set(paged.map(({ id }) => id)).size, whole.length);
  });

  test(`${path}: the service's own object is beside it where that is asked for`, async () => {
    const headers = { "x-kloudless-raw-data": "True" };
    const { objects } = await open().expect(200, "GET", list(1, "&page_size=1"), { headers });
    const [{ id, raw_id, raw }] = objects;
    assert.equal(raw.id, raw_id);
    assert.ok(raw_id.endsWith(raw.object.id));
    const object = await open().expect(200, "GET", one(id), { headers });
    assert.deepEqual(object.raw, raw);
  });

  test(`${path}: ids of others, of other types and of nothing are refused`, async () => {
    const { expect } = open();
    const foreign = await idIn(open(), 3, of, native);
    const none = await idIn(open(), 1, of, native);
    const other = await idIn(open(), 1, `${of.split(".")[0] as "crm"}.nothing`, "some");
    for (const method of ["GET", ...methods.object]) {
      const given = method === "PATCH" ? { body: {} } : {};
      for (const id of [foreign, none, "garbage", `${none}A`])
        assert.equal((await expect(404, method, one(id), given)).error_code, "not_found");
      assert.equal((await expect(400, method, one(other), given)).error_code, "invalid_resource_type");
    }
  });

  test(`${path}: a service that lacks it says so, and other methods are not there`, async () => {
    const { rest, expect } = open();
    const id = await idIn(open(), 2, of, native);
    for (const [address, known] of [
      [list(2), methods.list],
      [one(id, 2), methods.object],
    ] as const) {
      assert.equal((await expect(501, "GET", address)).error_code, "not_implemented");
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        if (known.includes(method)) continue;
        const answer = await rest(method, address, { body: {} });
        assert.deepEqual([answer.status, answer.body.error_code], [405, "method_not_allowed"]);
        assert.equal(answer.headers.get("allow")?.split(", ").sort().join(), ["GET", "HEAD", ...known].sort().join());
      }
    }
  });

  test(`${path}: pages that cannot be are refused, and a slash at the end is not`, async () => {
    for (const wrong of ["page_size=0", "page_size=1001", "page_size=many", "page=*", "page=AAAA"])
      assert.equal((await open().expect(400, "GET", list(1, `&${wrong}`))).error_code, "invalid_parameters", wrong);
    await open().expect(200, "GET", list().replace("?", "/?"));
  });
};
