import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everyObject, type RestServing, restForTest } from "./support.js";

const TYPES = ["accounts", "contacts", "leads", "opportunities", "campaigns", "tasks"];

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
  });
  after(() => api.closeCore());

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
});
