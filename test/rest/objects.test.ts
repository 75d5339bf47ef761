import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, idIn } from "./accounts.js";
import { lineCases } from "./owed.js";
import { everyObject, type RestServing, restForTest } from "./support.js";

/** A type of the customer's own in each, a unified one by its raw name, and a field of their own. */
const KINDS = [
  { api: "crm", rawType: "invoice_c", own: { amount_c: 12.5, paid_c: true }, unified: "contact", list: "contacts" },
  { api: "itsm", rawType: "u_visit_c", own: { place_c: "DC 1", done_c: true }, unified: "asset", list: "assets" },
] as const;

const ODD = `Ä/ % & é "' <b> 漢字 😀 #?`;

describe("REST: objects of any type", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
    await connected(api, "sandbox", { seed: "another" });
  });
  after(() => api.closeCore());

  for (const { api: category, rawType, own, unified, list } of KINDS) {
    const path = `/accounts/1/${category}/objects`;
    const at = (id = "", type: string = rawType) => `${path}${id && `/${id}`}?raw_type=${type}`;

    lineCases(() => api, {
      path: `${category}/objects`,
      of: `${category}.object`,
      attributes: ["type", "api", "raw", "href"],
      methods: { list: ["POST"], object: ["PATCH", "DELETE"] },
      query: `raw_type=${rawType}`,
      raw: true,
    });

    test(`${category}: made, read by either id, changed and deleted`, async () => {
      const body = { name: ODD, description: "new", raw: { object: own } };
      const made = await api.expect(201, "POST", at(), { body });
      assert.equal(made.raw.type, rawType);
      const { id: native, name, description, ...rest } = made.raw.object;
      const whole = encodeURIComponent(made.raw.id);
      assert.deepEqual([name, description], [ODD, "new"]);
      for (const [field, value] of Object.entries(own)) assert.equal(rest[field], value);
      for (const id of [made.id, native, whole]) assert.deepEqual(await api.expect(200, "GET", at(id)), made);
      const changed = await api.expect(200, "PATCH", at(native), { body: { description: null } });
      assert.deepEqual([changed.id, changed.raw.object.name, changed.raw.object.description], [made.id, ODD, null]);
      const again = await api.expect(200, "PATCH", at(made.id), { body: { raw: { object: { name: "Other" } } } });
      assert.equal(again.raw.object.name, "Other");
      assert.ok((await everyObject(api, at())).some(({ id }) => id === made.id));
      await api.expect(204, "DELETE", at(native));
      for (const id of [made.id, native, whole])
        assert.equal((await api.expect(404, "GET", at(id))).error_code, "not_found");
    });

    test(`${category}: a unified type by its raw name is the same object`, async () => {
      const [known] = await everyObject(api, `/accounts/1/${category}/${list}?page_size=1`);
      const headers = { "x-kloudless-raw-data": "true" };
      const { raw } = await api.expect(200, "GET", `/accounts/1/${category}/${list}/${known?.id}`, { headers });
      assert.deepEqual((await api.expect(200, "GET", at(raw.id, unified))).raw.object, raw.object);
      assert.equal((await api.expect(400, "GET", at(String(known?.id), unified))).error_code, "invalid_resource_type");
    });

    test(`${category}: every request says the type, and the object must be of it`, async () => {
      const [known] = (await api.expect(200, "GET", at())).objects;
      const whole = encodeURIComponent(known.raw.id);
      const one = `${path}/${known.id}`;
      for (const query of ["", "?raw_type=", "?raw_type=a%0Ab", `?raw_type=${"a".repeat(256)}`])
        for (const [method, address] of [
          ["GET", path],
          ["POST", path],
          ["GET", one],
          ["PATCH", one],
          ["DELETE", one],
        ] as const) {
          const given = method === "POST" || method === "PATCH" ? { body: { name: "x" } } : {};
          const refused = await api.expect(400, method, `${address}${query}`, given);
          assert.equal(refused.error_code, "invalid_parameters");
          assert.match(refused.message, /raw_type/);
        }
      for (const [of, type] of [
        [known.id, unified],
        [known.id, "no_such_type"],
        ["some", "no_such_type"],
        ["some%0Aother", rawType],
        [`${rawType}%0Asome`, rawType],
        [`${whole}%0Aother`, rawType],
        [whole, unified],
        ["..", rawType],
        ["%2E%2E%2F", rawType],
      ] as const)
        assert.equal((await api.expect(404, "GET", at(of, type))).error_code, "not_found", `${of} of ${type}`);
      assert.equal((await api.expect(404, "GET", at("", "no_such_type"))).error_code, "not_found");
    });

    test(`${category}: a raw id is the account's own, and means nothing to another`, async () => {
      const made = await api.expect(201, "POST", at(), { body: { name: "Mine" } });
      const other = at(made.raw.object.id).replace("/accounts/1/", "/accounts/3/");
      assert.equal((await api.expect(404, "GET", other)).error_code, "not_found");
      const lacking = at(made.raw.object.id).replace("/accounts/1/", "/accounts/2/");
      assert.equal((await api.expect(501, "GET", lacking)).error_code, "not_implemented");
      assert.equal(await idIn(api, 1, `${category}.object`, `${rawType}\n${made.raw.object.id}`), made.id);
      const body = { raw_id: made.raw.id, api: category, type: "object" };
      assert.equal((await api.expect(200, "POST", "/accounts/1/encode_raw_id", { body })).id, made.id);
    });
  }
});
