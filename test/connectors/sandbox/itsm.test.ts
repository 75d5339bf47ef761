import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { itsmConformance } from "../../conformance/itsm.js";
import { testCore } from "../../support/core.js";
import { Client } from "./client.js";

itsmConformance("sandbox", async () => {
  const core = await testCore();
  return {
    account: await core.connect("sandbox"),
    rawType: "u_visit_c",
    customField: "badge_c",
    statuses: { open: "In Progress", closed: "Closed" },
    close: () => core.close(),
  };
});

type Row = Record<string, string | boolean | null> & { id: string };

describe("sandbox service: the desk", () => {
  const open: Client[] = [];
  after(() => {
    for (const { service } of open) service.close();
  });
  const client = async (order: object = {}): Promise<Client> => {
    const opened = await Client.open(order);
    open.push(opened);
    return opened;
  };
  const rows = async (from: Client, path: string): Promise<Row[]> =>
    (await from.send("GET", `${path}?limit=1000`)).json.entries as Row[];

  test("what is seeded belongs together: incidents of an asset's kind, their problem and its change", async () => {
    const desk = await client();
    const [incidents, problems, changes, assets] = await Promise.all(
      ["incidents", "problems", "changes", "assets"].map((name) => rows(desk, `/itsm/${name}`)),
    );
    assert.deepEqual([incidents?.length, problems?.length, changes?.length, assets?.length], [20, 5, 6, 15]);
    const byId = new Map(
      [problems, changes, assets].flatMap((some) => some?.map((row) => [row.id, row] as const) ?? []),
    );
    for (const incident of incidents ?? []) {
      const asset = byId.get(incident.asset_id as string);
      assert.ok(asset, "an incident of nothing");
      assert.ok(String(incident.subject).startsWith(String(asset.name)));
      const problem = byId.get(incident.problem_id as string);
      if (problem) assert.ok(String(problem.subject).startsWith(String(asset.model)));
    }
    const gathered = Map.groupBy(incidents ?? [], ({ problem_id }) => problem_id);
    assert.ok([...gathered].some(([problem, some]) => problem !== null && some.length > 1));
    for (const { change_id, subject } of problems ?? [])
      if (change_id !== null)
        assert.equal(String(byId.get(change_id as string)?.subject).split(":")[0], String(subject).split(":")[0]);
    for (const { active, status } of [...(incidents ?? []), ...(problems ?? []), ...(changes ?? [])])
      assert.equal(active, !["Closed", "Canceled"].includes(String(status)));
  });

  test("the same seed gives the same desk, another another", async () => {
    const one = await client({ seed: "one" });
    const [again, other] = [await one.connect({ seed: "one" }), await one.connect({ seed: "other" })];
    const [first, second, third] = await Promise.all([one, again, other].map((from) => rows(from, "/itsm/incidents")));
    assert.deepEqual(first, second);
    assert.notDeepEqual(first, third);
  });

  test("large: 5,000 incidents, 1,000 of each other", async () => {
    const desk = await client({ size: "large" });
    const totals = ["incidents", "problems", "changes", "articles", "assets", "tables/u_visit_c"].map(
      async (name) => (await desk.send("GET", `/itsm/${name}?limit=1`)).json.total,
    );
    assert.deepEqual(await Promise.all(totals), [5_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  test("a closed ticket stays inactive whatever is said; one that rests is as was said", async () => {
    const desk = await client();
    const made = await desk.send("POST", "/itsm/incidents", { subject: "x", status: "Closed", active: true });
    assert.equal(made.json.active, false);
    const path = `/itsm/incidents/${made.json.id}`;
    assert.equal((await desk.send("PATCH", path, { active: true })).json.active, false);
    assert.equal((await desk.send("PATCH", path, { status: "On Hold", active: false })).json.active, false);
    assert.equal((await desk.send("PATCH", path, { subject: "y" })).json.active, false);
  });

  test("an article has been published since it first was", async () => {
    const desk = await client();
    const { json } = await desk.send("POST", "/itsm/articles", { title: "x" });
    assert.deepEqual([json.status, json.published, json.views], ["draft", null, 0]);
    const change = async (status: string) => (await desk.send("PATCH", `/itsm/articles/${json.id}`, { status })).json;
    const { published } = await change("published");
    assert.ok(published);
    assert.equal((await change("retired")).published, published);
    assert.equal((await change("published")).published, published);
  });

  test("a record is also a row of its table, with the same comments; its change is told in the feed", async () => {
    const desk = await client();
    const { cursor } = (await desk.send("GET", "/changes")).json;
    await desk.send(
      "POST",
      "/itsm/incidents/inc_000001/comments",
      { text: "Seen" },
      { "x-sandbox-user": await userOf(desk) },
    );
    const row = await desk.send("GET", "/itsm/tables/incident/inc_000001");
    assert.equal(row.json.id, "inc_000001");
    const told = await desk.send("GET", "/itsm/tables/incident/inc_000001/comments");
    const last = (told.json.entries as { text: string; author: { id: string } }[]).at(-1);
    assert.deepEqual([last?.text, last?.author.id], ["Seen", await userOf(desk)]);
    const news = await desk.send("GET", `/changes?cursor=${cursor}`);
    assert.deepEqual(
      (news.json.changes as Row[]).map(({ category, item_kind, id, kind }) => [kind, category, item_kind, id]),
      [["updated", "itsm", "incident", "inc_000001"]],
    );
  });

  test("comments of one moment keep their order, and nothing of them stays when their record goes", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "unigraph-desk-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, "sandbox.sqlite");
    const desk = await Client.open({}, () => Date.UTC(2026, 8, 10), file);
    const { id } = (await desk.send("POST", "/itsm/incidents", { subject: "Talked about" })).json;
    // Enough for ids to grow by a digit.
    const texts = Array.from({ length: 600 }, (_, number) => String(number));
    for (const text of texts) await desk.send("POST", `/itsm/incidents/${id}/comments`, { text });
    const { entries } = (await desk.send("GET", `/itsm/incidents/${id}/comments?limit=1000`)).json;
    assert.deepEqual(
      (entries as { text: string }[]).map(({ text }) => text),
      texts,
    );
    await desk.send("DELETE", `/itsm/incidents/${id}`);
    desk.service.close();
    const database = new DatabaseSync(file);
    t.after(() => database.close());
    const left = (table: string) =>
      database.prepare(`SELECT count(*) AS count FROM ${table} WHERE kind = 'itsm.comment' AND id LIKE 'com_n%'`).get();
    assert.deepEqual([left("objects")?.count, left("object_keys")?.count], [0, 0]);
  });

  const userOf = async (desk: Client): Promise<string> =>
    ((await desk.send("GET", "/itsm/users")).json.entries as Row[])[2]?.id as string;
});
