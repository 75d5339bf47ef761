import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { auditConformance } from "../../conformance/audit.js";
import { testCore } from "../../support/core.js";
import { Client } from "./client.js";

auditConformance("sandbox", async () => {
  const core = await testCore();
  const account = await core.connect("sandbox");
  return {
    account,
    async act() {
      const { id } = await account.apis(false).itsm.incidents.create({ subject: "Something happens" });
      return { action: "itsm.incident.create", target: id.native };
    },
    close: () => core.close(),
  };
});

interface Told {
  id: string;
  event_type: string;
  actor: { id: string; type: string };
  ip: string;
  user_agent: string | null;
  resources: { id: string; type: string }[];
}

describe("sandbox service: the trail", () => {
  const open: Client[] = [];
  after(() => {
    for (const { service } of open) service.close();
  });
  const client = async (order: object = {}, now?: () => number): Promise<Client> => {
    const opened = await Client.open(order, now);
    open.push(opened);
    return opened;
  };
  const told = async (from: Client, query = ""): Promise<Told[]> =>
    (await from.send("GET", `/audit/events?limit=1000${query}`)).json.entries as Told[];

  test("60 entries, 10,000 when large, of colleagues and services, from addresses of documentation", async () => {
    const small = await client();
    const entries = await told(small);
    assert.equal(entries.length, 60);
    const { json } = await small.send("GET", "/account");
    const people = new Set((json.people as { id: string }[]).map(({ id }) => id));
    for (const { actor, ip } of entries) {
      assert.ok(actor.type === "service" || people.has(actor.id), actor.id);
      assert.match(ip, /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8::/);
    }
    assert.deepEqual(new Set(entries.map(({ actor }) => actor.type)), new Set(["user", "service"]));
    const large = await small.connect({ size: "large" });
    assert.equal((await large.send("GET", "/audit/events?limit=1")).json.total, 10_000);
  });

  test("what entries are about is there", async () => {
    const one = await client();
    for (const { resources } of await told(one))
      for (const { id, type } of resources) {
        const [api, kind] = type.split(".");
        if (api === "itsm" || api === "crm")
          assert.equal((await one.send("GET", `/${api}/${kind}s/${id}`)).status, 200, `${type} ${id}`);
      }
  });

  test("it is read alone: every other method is refused with 405", async () => {
    const one = await client();
    const [entry] = await told(one);
    for (const [method, path] of [
      ["POST", "/audit/events"],
      ["PUT", "/audit/events"],
      ["DELETE", "/audit/events"],
      ["PATCH", `/audit/events/${entry?.id}`],
      ["PUT", `/audit/events/${entry?.id}`],
      ["DELETE", `/audit/events/${entry?.id}`],
    ] as const) {
      const { status, headers, json } = await one.send(method, path, { event_type: "x" });
      assert.deepEqual(
        [status, (json.error as { code: string }).code],
        [405, "method_not_allowed"],
        `${method} ${path}`,
      );
      assert.match(headers.allow ?? "", /GET/);
    }
    assert.equal((await told(one)).length, 60);
  });

  test("each change is told once, in the name of who did it; what was refused is not", async () => {
    const one = await client({}, () => Date.UTC(2026, 8, 10));
    const [, second] = (await one.send("GET", "/account")).json.people as { id: string }[];
    const headers = { "x-sandbox-user": second?.id as string, "user-agent": "suite/1" };
    const { json } = await one.send("POST", "/itsm/problems", { subject: "Told" }, headers);
    await one.send("PATCH", `/itsm/problems/${json.id}`, { subject: "Told again" }, headers);
    await one.send("POST", `/itsm/problems/${json.id}/comments`, { text: "Told too" }, headers);
    await one.send("DELETE", `/itsm/problems/${json.id}`, "", headers);
    assert.equal((await one.send("POST", "/itsm/problems", { subject: "x", change_id: "none" }, headers)).status, 400);
    const entries = await told(one, `&user_id=${second?.id}&from=2026-09-01T00:00:00Z&resource_id=${json.id}`);
    assert.deepEqual(entries.map(({ event_type }) => event_type).sort(), [
      "itsm.problem.comment",
      "itsm.problem.create",
      "itsm.problem.delete",
      "itsm.problem.update",
    ]);
    for (const entry of entries) assert.deepEqual([entry.actor.id, entry.user_agent], [second?.id, "suite/1"]);
    assert.equal((await told(one)).length, 64);
  });

  test("nothing of it is told in the feed", async () => {
    const one = await client();
    const { cursor } = (await one.send("GET", "/changes")).json;
    await one.send("POST", "/itsm/assets", { name: "x" });
    const { changes } = (await one.send("GET", `/changes?cursor=${cursor}`)).json;
    assert.deepEqual(
      (changes as { item_kind: string }[]).map(({ item_kind }) => item_kind),
      ["asset"],
    );
  });
});
