import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, idIn } from "./accounts.js";
import { everyObject, type RestServing, restForTest } from "./support.js";

const BATCH = "/accounts/1/crm/batch";

describe("REST: a batch of the CRM", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
    await connected(api, "sandbox", { seed: "another" });
  });
  after(() => api.closeCore());

  const batch = (requests: unknown[], headers: Record<string, string> = {}) =>
    api.expect(200, "POST", BATCH, { body: { requests }, headers });

  test("each answer is what the request would have been answered by itself", async () => {
    const company = await api.expect(201, "POST", "/accounts/1/crm/accounts", { body: { name: "Acme" } });
    const invoices = await api.expect(200, "GET", "/accounts/1/crm/objects?raw_type=invoice_c");
    const [invoice] = invoices.objects;
    const { responses, errors } = await batch([
      { id: "list", method: "GET", url_data: { raw_type: "invoice_c" }, body: {} },
      { id: 7, method: "get", url_data: { type: "account", id: company.id } },
      { id: "raw", method: "GET", url_data: { raw_type: "invoice_c", id: invoice.raw.object.id } },
      { id: "paged", method: "GET", url_data: { type: "contacts", page_size: 2, order_by: "-modified" } },
    ]);
    assert.deepEqual(errors, []);
    const alone = [
      invoices,
      company,
      invoice,
      await api.expect(200, "GET", "/accounts/1/crm/contacts?page_size=2&order_by=-modified"),
    ];
    assert.deepEqual(
      responses,
      ["list", 7, "raw", "paged"].map((id, index) => ({ id, status_code: 200, body: alone[index] })),
    );
  });

  test("one after the other: what is made, changed and deleted is seen by those behind it", async () => {
    const made = await batch([
      { id: 1, method: "POST", url_data: { type: "contact" }, body: { last_name: `Ä/ % & "' 😀`, id: 5 } },
      {
        id: 2,
        method: "POST",
        url_data: { raw_type: "invoice_c" },
        body: { name: "Bill", raw: { object: { amount_c: 3 } } },
      },
    ]);
    assert.deepEqual(
      made.responses.map(({ id, status_code }: { id: number; status_code: number }) => [id, status_code]),
      [
        [1, 201],
        [2, 201],
      ],
    );
    const [contact, bill] = made.responses.map(({ body }: { body: object }) => body);
    assert.equal(bill.raw.object.amount_c, 3);
    const { responses, errors } = await batch([
      { id: 1, method: "PATCH", url_data: { type: "contact", id: contact.id }, body: { title: "CTO" } },
      { id: 2, method: "GET", url_data: { type: "contact", id: contact.id } },
      { id: 3, method: "DELETE", url_data: { type: "contact", id: contact.id } },
      { id: 4, method: "GET", url_data: { type: "contact", id: contact.id } },
      { id: 5, method: "DELETE", url_data: { raw_type: "invoice_c", id: bill.raw.object.id } },
    ]);
    assert.deepEqual(
      responses.map(
        ({ id, status_code, body }: { id: number; status_code: number; body: { title?: string } | null }) => [
          id,
          status_code,
          body?.title ?? null,
        ],
      ),
      [
        [1, 200, "CTO"],
        [2, 200, "CTO"],
        [3, 204, null],
        [5, 204, null],
      ],
    );
    assert.deepEqual(
      errors.map(({ id, body }: { id: number; body: object }) => [id, body]),
      [[4, { ...errors[0].body, status_code: 404, error_code: "not_found" }]],
    );
  });

  test("each that fails tells why, in its order, and hinders none of the others", async () => {
    const foreign = await idIn(api, 3, "crm.contact", "some");
    const lead = await idIn(api, 1, "crm.lead", "some");
    const wrong: [string, number, object][] = [
      ["not_found", 404, { method: "GET", url_data: { type: "contact", id: foreign } }],
      ["invalid_resource_type", 400, { method: "GET", url_data: { type: "contact", id: lead } }],
      ["invalid_parameters", 400, { method: "GET", url_data: {} }],
      ["invalid_parameters", 400, { method: "GET", url_data: { type: "shoe" } }],
      ["invalid_parameters", 400, { method: "GET", url_data: { type: "accounts/:id" } }],
      ["invalid_parameters", 400, { method: "GET", url_data: { type: "contact", page_size: 0 } }],
      ["invalid_parameters", 400, { method: "POST", url_data: { type: "lead" }, body: { company: "Acme" } }],
      ["invalid_parameters", 400, { method: "POST", url_data: { type: "lead" }, body: "text" }],
      ["method_not_allowed", 405, { method: "PUT", url_data: { type: "contact", id: lead } }],
      ["method_not_allowed", 405, { method: "DELETE", url_data: { type: "contact" } }],
    ];
    const fine = { id: "fine", method: "GET", url_data: { type: "task", page_size: 1 } };
    const { responses, errors } = await batch([...wrong.map(([, , request], id) => ({ id, ...request })), fine]);
    assert.deepEqual(
      responses.map(({ id }: { id: string }) => id),
      ["fine"],
    );
    assert.deepEqual(
      errors.map(({ id, status_code, body }: { id: number; status_code: number; body: Record<string, unknown> }) => [
        id,
        status_code,
        body.status_code,
        body.error_code,
        typeof body.message,
        typeof body.id,
      ]),
      wrong.map(([code, status], id) => [id, status, status, code, "string", "string"]),
    );
  });

  test("a batch holds from 1 to 25 requests, each with an id and a method", async () => {
    const one = { id: 1, method: "GET", url_data: { type: "task", page_size: 1 } };
    assert.equal((await batch(new Array(25).fill(one))).responses.length, 25);
    for (const requests of [
      [],
      new Array(26).fill(one),
      [{ ...one, id: undefined }],
      [{ ...one, method: undefined }],
      [{ ...one, url_data: undefined }],
      [{ ...one, url_data: { raw_type: "invoice_c", id: "" } }],
      "text",
      undefined,
    ])
      assert.equal(
        (await api.expect(400, "POST", BATCH, { body: { requests } })).error_code,
        "invalid_parameters",
        JSON.stringify(requests)?.slice(0, 80),
      );
  });

  test("a service without a CRM says so of each; whoever may not write reads alone", async () => {
    const body = { requests: [{ id: 1, method: "GET", url_data: { type: "task" } }] };
    const lacking = await api.expect(200, "POST", BATCH.replace("/1/", "/2/"), { body });
    assert.deepEqual([lacking.responses, lacking.errors[0].body.error_code], [[], "not_implemented"]);
    await api.expect(405, "GET", BATCH);

    const { application, unified } = api.core;
    const { key } = await unified.callers.createKey(application, { name: "reader", rights: ["read"] });
    const { responses, errors } = await batch(
      [
        { id: 1, method: "POST", url_data: { type: "account" }, body: { name: "Unwanted" } },
        { id: 2, method: "GET", url_data: { type: "account", page_size: 1 } },
      ],
      { authorization: `APIKey ${key}` },
    );
    assert.deepEqual([responses[0].id, errors[0].id, errors[0].body.error_code], [2, 1, "forbidden"]);
    assert.ok(!(await everyObject(api, "/accounts/1/crm/accounts")).some(({ name }) => name === "Unwanted"));
  });

  test("what was asked of the whole is asked of each: a user, and the service's own objects", async () => {
    const headers = { "x-kloudless-raw-data": "true" };
    const { responses } = await batch([{ id: 1, method: "GET", url_data: { type: "task", page_size: 1 } }], headers);
    const [task] = responses[0].body.objects;
    assert.equal(task.raw_id, task.raw.id);
    const [, user] = await everyObject(api, "/accounts/1/team/users");
    const acting = await batch([{ id: 1, method: "GET", url_data: { type: "task", page_size: 1 } }], {
      "x-kloudless-as-user": String(user?.id),
    });
    assert.notEqual(acting.responses[0].body.objects[0].id, task.id);
  });
});
