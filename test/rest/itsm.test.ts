import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected } from "./accounts.js";
import { type Line, lineCases } from "./owed.js";
import { everyObject, type RestServing, restForTest } from "./support.js";

const COMMON = ["created", "modified", "description", "type", "api", "href"];
const WORKED_ON = ["requester", "assignee", "active", "category", "impact", "priority", "status", "urgency"];
const ATTRIBUTES: Record<string, readonly string[]> = {
  incidents: ["change", "problem", "responder", "due_date", "escalation", ...WORKED_ON],
  problems: ["change", "due_date", "escalation", "known_error", "workaround", ...WORKED_ON],
  changes: ["change_type", "risk", "start", "end", ...WORKED_ON],
  articles: ["author", "title", "body", "category", "knowledge_base", "status", "published", "views"],
  assets: [
    ...["name", "asset_tag", "serial_number", "model", "category", "assignee", "owner", "location", "status", "cost"],
    ...["purchase_date", "warranty_expiration"],
  ],
};

const LINES = Object.entries(ATTRIBUTES).map(
  ([name, attributes]): Line => ({
    path: `itsm/${name}`,
    of: `itsm.${name.slice(0, -1)}`,
    attributes: [...COMMON, ...attributes],
    methods: { list: ["POST"], object: ["PATCH", "DELETE"] },
  }),
);

/** The least that a new one of each type needs, and a change of it. */
const LEAST: Record<string, [Record<string, unknown>, Record<string, unknown>]> = {
  incidents: [{ description: "VPN down" }, { status: "Resolved", impact: "low" }],
  problems: [{ description: "Recurring VPN outages" }, { known_error: true, workaround: "Use the stairs" }],
  changes: [{ description: "Replace VPN gateway" }, { change_type: "emergency", start: "2030-02-01T00:00:00.000Z" }],
  articles: [{ title: "Reset the VPN" }, { body: "<p>Turn it off & on</p>", knowledge_base: "IT" }],
  assets: [{ name: "VPN gateway" }, { asset_tag: "P1000123", cost: 1999.5, category: null }],
};

const ODD = `Ä/ % & é "' <b> 漢字 😀 #?`;

describe("REST: ITSM", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
    await connected(api, "sandbox", { seed: "another" });
  });
  after(() => api.closeCore());

  for (const line of LINES) lineCases(() => api, line);

  for (const [name, [least, change]] of Object.entries(LEAST)) {
    const path = `/accounts/1/itsm/${name}`;

    test(`${name}: made, read, changed, listed and deleted`, async () => {
      const made = await api.expect(201, "POST", path, {
        body: { ...least, account_id: 1, unknown: "is passed over" },
      });
      for (const [attribute, value] of Object.entries(least)) assert.equal(made[attribute], value);
      assert.deepEqual(await api.expect(200, "GET", `${path}/${made.id}`), made);
      const changed = await api.expect(200, "PATCH", `${path}/${made.id}`, { body: change });
      for (const [attribute, value] of Object.entries(change)) assert.equal(changed[attribute], value);
      assert.ok((await everyObject(api, path)).some(({ id }) => id === made.id));
      await api.expect(204, "DELETE", `${path}/${made.id}`);
      assert.equal((await api.expect(404, "GET", `${path}/${made.id}`)).error_code, "not_found");
    });

    test(`${name}: a new one that says nothing is refused`, async () => {
      const refused = await api.expect(400, "POST", path, { body: {} });
      assert.equal(refused.error_code, "invalid_parameters");
    });

    test(`${name}: narrowed lists are what the whole one says`, async () => {
      const whole = await everyObject(api, path);
      const some = whole.find(({ assignee }) => typeof assignee === "string") ?? whole[0];
      const filters: Record<string, (one: Record<string, unknown>) => boolean> = {
        [`status=${encodeURIComponent(String(some?.status))}`]: ({ status }) => status === some?.status,
        [`modified_since=${some?.modified}`]: ({ modified }) => String(modified) >= String(some?.modified),
        "status=no+such+status": () => false,
      };
      if (name !== "articles") filters[`assignee=${some?.assignee}`] = ({ assignee }) => assignee === some?.assignee;
      if ("urgency" in (some ?? {})) {
        filters["active=True"] = ({ active }) => active === true;
        filters["active=0&priority=high"] = ({ active, priority }) => active === false && priority === "high";
      }
      for (const [filter, fits] of Object.entries(filters))
        assert.deepEqual(await everyObject(api, `${path}?page_size=3&${filter}`), whole.filter(fits), filter);
    });
  }

  test("a filter by what a type does not have is refused, and so is one that means nothing", async () => {
    for (const wrong of [
      "articles?priority=low",
      "articles?assignee=me",
      "assets?active=true",
      "incidents?active=maybe",
    ])
      assert.equal((await api.expect(400, "GET", `/accounts/1/itsm/${wrong}`)).error_code, "invalid_parameters");
    for (const wrong of ["incidents?priority=huge", "changes?modified_since=yesterday", "problems?q=", "assets?q=%20"])
      assert.equal((await api.expect(400, "GET", `/accounts/1/itsm/${wrong}`)).error_code, "invalid_parameters");
    await api.expect(404, "GET", "/accounts/1/itsm/incidents?assignee=garbage");
  });

  test("references are ids, levels are checked, and the priority follows", async () => {
    const [problem] = await everyObject(api, "/accounts/1/itsm/problems");
    const [known] = (await everyObject(api, "/accounts/1/itsm/incidents")).filter(({ assignee }) => assignee !== null);
    const body = {
      description: "Down",
      impact: "high",
      urgency: "high",
      problem: problem?.id,
      assignee: known?.assignee,
    };
    const made = await api.expect(201, "POST", "/accounts/1/itsm/incidents", { body });
    assert.deepEqual(
      [made.problem, made.assignee, made.priority, made.active],
      [problem?.id, known?.assignee, "critical", true],
    );
    const wrong = { ...body, problem: made.id };
    const refused = await api.expect(400, "POST", "/accounts/1/itsm/incidents", { body: wrong });
    assert.equal(refused.error_code, "invalid_resource_type");
    const huge = await api.expect(400, "POST", "/accounts/1/itsm/incidents", { body: { ...body, impact: "huge" } });
    assert.deepEqual([huge.error_code, huge.message], ["invalid_parameters", "`impact` must be low, medium or high."]);
  });

  test("what is called nothing is called by its first line; odd characters stay", async () => {
    const incidents = "/accounts/1/itsm/incidents";
    const made = await api.expect(201, "POST", incidents, { body: { description: `\n${ODD}\r\nand more` } });
    assert.equal(made.subject, ODD.trim());
    assert.deepEqual((await api.expect(200, "GET", `${incidents}/${made.id}`)).description, `\n${ODD}\r\nand more`);
    const found = await everyObject(api, `${incidents}?q=${encodeURIComponent(ODD)}`);
    assert.deepEqual(
      found.map(({ id }) => id),
      [made.id],
    );
    const long = await api.expect(201, "POST", incidents, { body: { description: "😀".repeat(500) } });
    assert.equal(long.subject, "😀".repeat(160));
    const asset = await api.expect(201, "POST", "/accounts/1/itsm/assets", { body: { name: ODD, cost: "12.5" } });
    assert.deepEqual([asset.name, asset.cost], [ODD, 12.5]);
  });

  test("the service's own fields are laid over the unified ones", async () => {
    const body = { name: "Printer", raw: { object: { name: "Plotter", colour_c: "green" } } };
    const headers = { "x-kloudless-raw-data": "true" };
    const made = await api.expect(201, "POST", "/accounts/1/itsm/assets", { body, headers });
    assert.equal(made.name, "Plotter");
    assert.equal(made.raw.object.colour_c, "green");
  });
});
