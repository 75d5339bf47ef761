import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, idIn } from "./accounts.js";
import { lineCases } from "./owed.js";
import { everyObject, type RestServing, restForTest } from "./support.js";

const EVENTS = "/accounts/1/audit/events";

interface Entry {
  id: string;
  timestamp: string;
  event_type: string;
  actor: { id: string; type: string };
  resources: { id: string; name: string; type: string }[];
}

describe("REST: audit", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
    await connected(api, "sandbox", { seed: "another" });
  });
  after(() => api.closeCore());

  const entries = async (query = "") => (await everyObject(api, `${EVENTS}?${query}`)) as unknown as Entry[];
  const ids = (some: readonly Entry[]) => some.map(({ id }) => id);

  lineCases(() => api, {
    path: "audit/events",
    of: "audit.audit_event",
    attributes: [
      ...["account", "timestamp", "event_type", "category", "status", "actor", "ip", "user_agent", "region", "source"],
      ...["resources", "description", "created", "modified", "type", "api", "href"],
    ],
  });

  test("what an entry says, as the reference spells it", async () => {
    const whole = await entries();
    for (const entry of whole as unknown as Record<string, unknown>[]) {
      assert.equal(entry.account, 1);
      assert.ok(entry.status === "success" || entry.status === "failure");
      assert.deepEqual(Object.keys(entry.actor as object), ["id", "name", "email", "type"]);
      for (const resource of entry.resources as object[])
        assert.deepEqual(Object.keys(resource), ["id", "name", "type"]);
    }
    const times = whole.map(({ timestamp }) => Date.parse(timestamp));
    assert.deepEqual(
      times,
      times.toSorted((one, other) => other - one),
    );
  });

  test("a window holds its beginning and not its end; a time without a zone is UTC", async () => {
    const whole = await entries();
    const [until, from] = [whole[5]?.timestamp as string, whole[40]?.timestamp as string];
    const within = ids(whole.filter(({ timestamp }) => timestamp >= from && timestamp < until));
    assert.ok(within.length > 10);
    assert.deepEqual(ids(await entries(`from=${from}&until=${until}&page_size=7`)), within);
    assert.deepEqual(ids(await entries(`from=${from.replace("Z", "")}&until=${until.replace("Z", "")}`)), within);
    for (const wrong of ["from=yesterday", "until=1"])
      assert.equal((await api.expect(400, "GET", `${EVENTS}?${wrong}`)).error_code, "invalid_parameters");
  });

  test("by who did it, what was done and to what, with ids of ours or the service's own", async () => {
    const whole = await entries();
    for (const { actor, event_type, resources } of whole.slice(0, 10)) {
      assert.deepEqual(
        ids(await entries(`user_id=${actor.id}`)),
        ids(whole.filter((one) => one.actor.id === actor.id)),
      );
      assert.deepEqual(
        ids(await entries(`event_type=${event_type}`)),
        ids(whole.filter((one) => one.event_type === event_type)),
      );
      for (const { id } of resources)
        assert.deepEqual(
          ids(await entries(`resource_id=${id}`)),
          ids(whole.filter((one) => one.resources.some((resource) => resource.id === id))),
        );
    }
    const headers = { "x-kloudless-raw-data": "true" };
    const { objects } = await api.expect(200, "GET", EVENTS, { headers });
    const { raw, actor, resources } = objects[0];
    assert.deepEqual(await entries(`user_id=${raw.object.actor.id}`), await entries(`user_id=${actor.id}`));
    const [native] = raw.object.resources;
    assert.deepEqual(await entries(`resource_id=${native.id}`), await entries(`resource_id=${resources[0].id}`));
    assert.deepEqual(await entries("event_type=no.such"), []);
  });

  test("what is done through the API is told, and leads back to it", async () => {
    const name = `Ä/ % & é "' 😀`;
    const made = await api.expect(201, "POST", "/accounts/1/crm/accounts", { body: { name } });
    const [entry] = await entries("event_type=crm.account.create");
    assert.equal(entry?.resources[0]?.id, made.id);
    assert.deepEqual(ids(await entries(`resource_id=${made.id}`)), [entry?.id]);
  });

  test("ids that name nobody, and others' ids, are refused", async () => {
    const foreign = await idIn(api, 3, "team.person", "some");
    const [entry] = await entries();
    for (const filter of ["user_id", "resource_id"])
      assert.equal((await api.expect(404, "GET", `${EVENTS}?${filter}=${foreign}`)).error_code, "not_found");
    const wrong = await api.expect(400, "GET", `${EVENTS}?user_id=${entry?.id}`);
    assert.equal(wrong.error_code, "invalid_resource_type");
  });
});
