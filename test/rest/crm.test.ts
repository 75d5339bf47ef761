import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected } from "./accounts.js";
import { type Line, lineCases } from "./owed.js";
import { everyObject, type RestServing, restForTest } from "./support.js";

const PERSON = ["name", "first_name", "middle_name", "last_name", "title", "email", "phone", "fax"];
/** Source: the unified API, "CRM API", Objects. */
const ATTRIBUTES: Record<string, readonly string[]> = {
  accounts: [
    ...["name", "industry_code", "industry", "employees", "rating", "fax", "phone", "website", "annual_revenue"],
    ...["billing_address", "shipping_address"],
  ],
  contacts: [...PERSON, "account", "lead", "department", "mailing_address"],
  leads: [...PERSON, "status", "address", "company", "industry", "annual_revenue", "rating"],
  opportunities: [
    ...["account", "campaign", "name", "stage_name", "closing_date", "next_step", "amount", "probability"],
    "opportunity_type",
  ],
  campaigns: [
    ...["parent", "name", "campaign_type", "start", "end", "status"],
    ...["expected_revenue", "actual_cost", "budgeted_cost"],
  ],
  tasks: ["account", "contact", "status", "priority", "subject", "due_date"],
};
const TYPES = Object.keys(ATTRIBUTES);
const LINES = TYPES.map(
  (name): Line => ({
    path: `crm/${name}`,
    of: `crm.${name.replace(/ies$/, "y").replace(/s$/, "")}`,
    attributes: ["owner", "created", "modified", "description", "type", "api", "href", ...(ATTRIBUTES[name] ?? [])],
    methods: { list: ["POST"], object: ["PATCH", "DELETE"] },
    raw: true,
  }),
);

const ODD = `Ä/ % & é "' <b> 漢字 😀 #?`;

/** The least that a new object of each type needs. Source: the unified API, "CRM API", Objects. */
const LEAST: Record<string, Record<string, unknown>> = {
  accounts: { name: "Acme Rockets" },
  contacts: { last_name: "Byron" },
  leads: { company: "Cobol Inc", last_name: "Hop" },
  opportunities: { name: "Rocket order", stage_name: "Negotiation", closing_date: "2030-12-31T00:00:00Z" },
  campaigns: { name: "Spring launch" },
  tasks: { status: "Not Started", priority: "High" },
};

describe("REST: CRM", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
    await connected(api, "sandbox", { seed: "another" });
  });
  after(() => api.closeCore());

  for (const line of LINES) lineCases(() => api, line);

  for (const type of TYPES) {
    const path = `/accounts/1/crm/${type}`;

    test(`${type}: made, read, changed, listed and deleted`, async () => {
      const made = await api.expect(201, "POST", path, { body: { ...LEAST[type], description: "new" } });
      assert.equal(made.api, "crm");
      assert.equal(typeof made.raw.object, "object");
      assert.equal(made.href, `${api.url}/v1${path}/${made.id}`);
      assert.deepEqual(await api.expect(200, "GET", `${path}/${made.id}`), made);
      const changed = await api.expect(200, "PATCH", `${path}/${made.id}`, { body: { description: null } });
      assert.equal(changed.description, null);
      assert.ok((await everyObject(api, `${path}?page_size=1000&raw_type=Any`)).some(({ id }) => id === made.id));
      await api.expect(204, "DELETE", `${path}/${made.id}`);
      const gone = await api.expect(404, "GET", `${path}/${made.id}`);
      assert.equal(gone.error_code, "not_found");
    });

    for (const missing of Object.keys(LEAST[type] ?? {}))
      test(`${type}: a new one without ${missing} is refused`, async () => {
        const { [missing]: _, ...rest } = LEAST[type] as Record<string, unknown>;
        const refused = await api.expect(400, "POST", path, { body: rest });
        assert.equal(refused.error_code, "invalid_parameters");
        assert.match(refused.message, new RegExp(missing));
      });
  }

  test("numbers may be written as text, and references are ids", async () => {
    const company = await api.expect(201, "POST", "/accounts/1/crm/accounts", {
      body: { name: "Acme", employees: "250", annual_revenue: 12000000 },
    });
    assert.equal(company.employees, 250);
    const contact = await api.expect(201, "POST", "/accounts/1/crm/contacts", {
      body: { last_name: "Byron", account: company.id },
    });
    assert.equal(contact.account, company.id);
    const ofCompany = await everyObject(api, `/accounts/1/crm/contacts?account=${company.id}`);
    assert.deepEqual(
      ofCompany.map(({ id }) => id),
      [contact.id],
    );
  });

  test("what changed or was made since a moment, in an order", async () => {
    const whole = await everyObject(api, "/accounts/1/crm/contacts?order_by=-modified");
    const times = whole.map(({ modified }) => String(modified));
    assert.deepEqual(times, times.toSorted().reverse());
    for (const [name, time] of [
      ["modified_since", "modified"],
      ["created_since", "created"],
    ] as const) {
      const since = whole[7]?.[time] as string;
      assert.deepEqual(
        (await everyObject(api, `/accounts/1/crm/contacts?order_by=-modified&page_size=3&${name}=${since}`)).map(idOf),
        whole.filter((one) => String(one[time]) >= since).map(idOf),
      );
    }
    for (const wrong of ["modified_since=yesterday", "created_since=1", "order_by=shoe+size"])
      assert.equal((await api.expect(400, "GET", `/accounts/1/crm/leads?${wrong}`)).error_code, "invalid_parameters");
  });

  test("a search finds objects of mixed types by words, odd ones as well", async () => {
    const made = [
      await api.expect(201, "POST", "/accounts/1/crm/accounts", { body: { name: ODD } }),
      await api.expect(201, "POST", "/accounts/1/crm/contacts", { body: { last_name: ODD } }),
      await api.expect(201, "POST", "/accounts/1/crm/leads", { body: { company: "Ä", last_name: ODD } }),
    ];
    // The service says more of what it has found.
    const withoutRaw = ({ raw: _, ...object }: Record<string, unknown>) => object;
    for (const lang of ["", "&lang=KEYWORD", "&lang=keyWord"]) {
      const found = await everyObject(api, `/accounts/1/crm/search?page_size=1&q=${encodeURIComponent(ODD)}${lang}`);
      assert.deepEqual(found.map(withoutRaw), made.map(withoutRaw));
      for (const { raw } of found) assert.equal(typeof (raw as { object: unknown }).object, "object");
    }
    assert.deepEqual(await everyObject(api, "/accounts/1/crm/search?q=xyzzy+nowhere"), []);
    for (const wrong of ["", "?q=", "?q=%20", "?q=a&lang=SQL", "?q=a&page_size=0", "?q=a&page=*"])
      assert.equal((await api.expect(400, "GET", `/accounts/1/crm/search${wrong}`)).error_code, "invalid_parameters");
    const soql = `q=${encodeURIComponent("SELECT Id FROM Account")}&lang=soql`;
    for (const query of [`/accounts/1/crm/search?${soql}`, "/accounts/2/crm/search?q=a"])
      assert.equal((await api.expect(501, "GET", query)).error_code, "not_implemented");
    await api.expect(405, "POST", "/accounts/1/crm/search", { body: {} });
  });

  test("schemas: the types that there are, and the fields of each", async () => {
    const path = "/accounts/1/crm/schemas";
    const whole = await everyObject(api, path);
    assert.deepEqual(await everyObject(api, `${path}?page_size=2`), whole);
    const names = whole.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes("contact") && names.includes("invoice_c"));
    for (const schema of whole) {
      assert.deepEqual(await api.expect(200, "GET", `${path}/${schema.id}`), schema);
      assert.equal(schema.href, `${api.url}/v1${path}/${schema.id}`);
      assert.deepEqual([schema.id, schema.type, schema.api], [schema.name, "schema", "crm"]);
      assert.equal((schema.raw as { type: string }).type, schema.name);
      assert.ok((schema.raw as { object: { fields: unknown } }).object.fields);
      for (const field of schema.fields as object[])
        assert.deepEqual(Object.keys(field).sort(), [
          ...["data_type", "label", "name", "options", "read_only", "reference_to", "required"],
        ]);
    }
    for (const nothing of ["Nope__c", "a%2Fb", "..%2Fcontacts"])
      assert.equal((await api.expect(404, "GET", `${path}/${nothing}`)).error_code, "not_found");
    assert.equal((await api.expect(400, "GET", `${path}?page=Kg`)).error_code, "invalid_parameters");
    assert.equal((await api.expect(501, "GET", "/accounts/2/crm/schemas")).error_code, "not_implemented");
    assert.equal((await api.expect(501, "GET", "/accounts/2/crm/schemas/contact")).error_code, "not_implemented");
    await api.expect(405, "POST", path, { body: {} });
    await api.expect(405, "DELETE", `${path}/contact`);
  });
});

const idOf = ({ id }: Record<string, unknown>) => id;
