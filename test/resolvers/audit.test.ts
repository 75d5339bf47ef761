import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

interface Told {
  id: string;
  action: string;
  outcome: string;
  occurred: string;
  actor: { id: string; name: string; type: string };
  targets: { id: string; name: string | null; type: string }[];
}

describe("an audit trail as a frontend asks for it", () => {
  let core: TestCore;
  let id: string;
  before(async () => {
    core = await testCore();
    id = String((await core.connect("sandbox", { seed: "trail" })).id);
  });
  after(() => core.close());

  const FIELDS = "id action outcome occurred ip actor { id name email type } targets { id name type }";
  const audit = async (asked = "", variables: Record<string, unknown> = {}, parameters = ""): Promise<Told[]> =>
    (
      await data(core, `query ($id: ID!${parameters}) { account(id: $id) { audit${asked} { nodes { ${FIELDS} } } } }`, {
        id,
        ...variables,
      })
    ).account.audit.nodes;

  test("the newest entries, with who did what to what", async () => {
    const { data: answer, calls } = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { audit(first: 10) { totalCount
         nodes { __typename api type ${FIELDS} userAgent region source category raw { object } }
         pageInfo { hasNextPage } } } }`,
      { id },
    );
    assert.equal(calls, 1);
    const { nodes, totalCount, pageInfo } = answer.account.audit;
    assert.deepEqual([nodes.length, totalCount, pageInfo.hasNextPage], [10, 60, true]);
    assert.equal(nodes[0].__typename, "AuditEvent");
    assert.ok(nodes.every((entry: Told & { raw: { object: object } }) => entry.raw.object && entry.actor.name));
  });

  test("pages name everything once, newest first", async () => {
    const whole = await audit("(first: 1000)");
    const told: string[] = [];
    let after: string | null = null;
    do {
      const page: { nodes: Told[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = (
        await data(
          core,
          `query ($id: ID!, $after: String) { account(id: $id) { audit(first: 17, after: $after) {
             nodes { id } pageInfo { hasNextPage endCursor } } } }`,
          { id, after },
        )
      ).account.audit;
      told.push(...page.nodes.map(idOf));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    assert.deepEqual(
      told,
      whole.map(({ id }) => id),
    );
    const times = whole.map(({ occurred }) => Date.parse(occurred));
    assert.deepEqual(
      times,
      times.toSorted((one, other) => other - one),
    );
  });

  test("a window, an actor and an action are as in the whole trail", async () => {
    const whole = await audit("(first: 1000)");
    const [until, since] = [whole[5]?.occurred as string, whole[40]?.occurred as string];
    assert.deepEqual(
      (await audit("(since: $since, until: $until)", { since, until }, ", $since: DateTime, $until: DateTime")).map(
        idOf,
      ),
      whole.slice(6, 41).map(idOf),
    );
    const actors = new Map(whole.map(({ actor }) => [actor.id, actor.type]));
    assert.deepEqual(new Set(actors.values()), new Set(["user", "service"]));
    for (const [user] of actors) {
      const expected = whole.filter(({ actor }) => actor.id === user);
      assert.deepEqual((await audit("(user: $user)", { user }, ", $user: ID")).map(idOf), expected.map(idOf));
    }
    const failed = await audit(`(action: "user.login")`);
    assert.deepEqual(failed.map(idOf), whole.filter(({ action }) => action === "user.login").map(idOf));
  });

  test("several windows of one account are one call", async () => {
    const { calls, errors } = await ask(
      core,
      `query ($id: ID!) { account(id: $id) {
         logins: audit(action: "user.login") { totalCount } backups: audit(action: "backup.complete") { totalCount }
         late: audit(since: "2026-08-30T00:00:00Z") { totalCount } } }`,
      { id },
    );
    assert.deepEqual([calls, errors], [1, undefined]);
  });

  test("what was done is told, and leads back to what it was done to", async () => {
    const { createIncident } = await data(
      core,
      `mutation ($id: ID!) { createIncident(input: { account: $id, subject: "Watched" }) { incident { id } } }`,
      { id },
    );
    const [entry] = await audit(`(action: "itsm.incident.create")`);
    assert.equal(entry?.targets[0]?.id, createIncident.incident.id);
    const { node } = await data(core, `query ($id: ID!) { node(id: $id) { ... on Incident { subject } } }`, {
      id: entry?.targets[0]?.id,
    });
    assert.equal(node.subject, "Watched");
    const again = await data(core, `query ($id: ID!) { node(id: $id) { ... on AuditEvent { action outcome } } }`, {
      id: entry?.id,
    });
    assert.deepEqual(again.node, { action: "itsm.incident.create", outcome: "success" });
  });

  test("nothing of it can be deleted, and what is asked wrongly is refused", async () => {
    const [entry] = await audit("(first: 1)");
    const removal = await ask(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, {
      id: entry?.id,
    });
    assert.equal(codeOf(removal), "not_implemented");
    const asked = (asked: string) =>
      ask(core, `query ($id: ID!) { account(id: $id) { audit${asked} { nodes { id } } } }`, { id });
    assert.equal(codeOf(await asked(`(user: "garbage")`)), "not_found");
    assert.equal(codeOf(await asked(`(user: "${entry?.id}")`)), "invalid_resource_type");
    assert.equal(codeOf(await asked("(first: 0)")), "invalid_parameters");
    assert.equal(codeOf(await asked(`(after: "xyz")`)), "invalid_parameters");
  });
});

const idOf = ({ id }: { id: string }): string => id;
