import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

interface Person {
  name: string;
}
interface Ticket {
  id: string;
  subject: string;
  priority: string;
  active: boolean;
  requester: Person;
  assignee: Person | null;
  problem: { id: string; subject: string } | null;
}

describe("a service desk as a frontend asks for it", () => {
  let core: TestCore;
  let id: string;
  before(async () => {
    core = await testCore();
    id = String((await core.connect("sandbox", { seed: "desk" })).id);
  });
  after(() => core.close());

  const itsm = async (selection: string, variables: Record<string, unknown> = {}, parameters = "") =>
    (
      await data(core, `query ($id: ID!${parameters}) { account(id: $id) { itsm { ${selection} } } }`, {
        id,
        ...variables,
      })
    ).account.itsm;
  const make = async (input: Record<string, unknown>): Promise<Ticket> => {
    const mutation = `mutation ($input: CreateIncidentInput!) {
      createIncident(input: $input) { incident { id subject priority active requester { name } problem { id } } }
    }`;
    return (await data(core, mutation, { input: { account: id, ...input } })).createIncident.incident;
  };
  const comment = (input: Record<string, unknown>) =>
    ask(
      core,
      `mutation ($input: AddCommentInput!) {
         addComment(input: $input) { comment { id text internal created author { name email } account { id } } }
       }`,
      { input },
    );

  test("a queue with people, problems and changes: one call for each kind of thing", async () => {
    const answer = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { itsm { incidents(active: true) {
         totalCount
         nodes { __typename id subject priority active
           requester { name } responder { name } assignee { name }
           problem { id subject assignee { name } change { subject requester { name } } }
           change { subject assignee { name } } } } } } }`,
      { id },
    );
    assert.equal(answer.errors, undefined);
    const { nodes, totalCount } = answer.data.account.itsm.incidents as { nodes: Ticket[]; totalCount: number };
    assert.equal(nodes.length, totalCount);
    assert.ok(nodes.length > 5 && nodes.every(({ active, requester }) => active && requester.name));
    assert.ok(nodes.some(({ problem }) => problem?.subject));
    // Incidents; users, problems and their changes; the users of these, already read.
    assert.ok(answer.calls <= 6, `${answer.calls} calls`);
  });

  test("filters say what the whole list says", async () => {
    const { incidents, users } = await itsm(
      `incidents { nodes { id priority assignee { id } } } users { nodes { id name email } }`,
    );
    const [user] = users.nodes as { id: string }[];
    const { mine } = await itsm(
      "mine: incidents(assignee: $user, priority: $priority) { nodes { id } }",
      { user: user?.id, priority: "high" },
      ", $user: ID, $priority: String",
    );
    assert.deepEqual(
      mine.nodes.map(({ id }: { id: string }) => id),
      incidents.nodes
        .filter((one: Ticket & { assignee: { id: string } | null }) => one.assignee?.id === user?.id)
        .filter(({ priority }: Ticket) => priority === "high")
        .map(({ id }: Ticket) => id),
    );
    const { assets } = await itsm("assets { nodes { id assignee { id } } }");
    const [held] = assets.nodes.filter(({ assignee }: Ticket & { assignee: object | null }) => assignee);
    const { theirs } = await itsm(
      "theirs: assets(assignee: $user) { nodes { id assignee { id } } }",
      { user: held.assignee.id },
      ", $user: ID",
    );
    assert.deepEqual(
      theirs.nodes,
      assets.nodes.filter((one: Ticket & { assignee: { id: string } | null }) => one.assignee?.id === held.assignee.id),
    );
  });

  test("the first pages of every list of the desk, and three views of one, are few calls", async () => {
    const answer = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { itsm {
         urgent: incidents(priority: "critical") { totalCount }
         open: incidents(active: true) { totalCount }
         closed: incidents(active: false) { totalCount }
         problems { nodes { subject knownError } } changes { nodes { subject start } }
         articles(status: "published") { nodes { title author { name } } }
         assets(query: "printer") { nodes { name owner { name } assignee { name } } }
         records(rawType: "u_visit_c") { nodes { rawType name values } } } } }`,
      { id },
    );
    assert.equal(answer.errors, undefined);
    const { open, closed, articles, assets, records } = answer.data.account.itsm;
    assert.equal(open.totalCount + closed.totalCount, 20);
    assert.ok(articles.nodes.length > 0 && assets.nodes.length > 0);
    assert.equal(records.nodes[0].rawType, "u_visit_c");
    assert.equal(typeof records.nodes[0].values.place_c, "string");
    // The three views are one question; the people of articles and assets are read once.
    assert.equal(answer.calls, 7);
  });

  test("an incident is made with the priority that its impact and urgency add up to, changed and closed", async () => {
    const { problems } = await itsm("problems(first: 1) { nodes { id } }");
    const made = await make({ subject: "VPN down", impact: "high", urgency: "high", problem: problems.nodes[0].id });
    assert.deepEqual([made.priority, made.active, made.problem?.id], ["critical", true, problems.nodes[0].id]);
    assert.ok(made.requester.name);
    const changed = await data(
      core,
      `mutation ($id: ID!) { updateIncident(input: { id: $id, status: "Closed", problem: null }) {
         incident { subject status active priority problem { id } } } }`,
      { id: made.id },
    );
    assert.deepEqual(changed.updateIncident.incident, {
      subject: "VPN down",
      status: "Closed",
      active: false,
      priority: "critical",
      problem: null,
    });
    await data(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, { id: made.id });
    assert.equal(codeOf(await ask(core, `query ($id: ID!) { node(id: $id) { id } }`, { id: made.id })), "not_found");
  });

  test("every other type is made and changed as well", async () => {
    const user = (await itsm("users(first: 1) { nodes { id } }")).users.nodes[0].id;
    const answer = await data(
      core,
      `mutation ($id: ID!, $user: ID!) {
         createProblem(input: { account: $id, subject: "p", knownError: true, assignee: $user }) { problem { knownError assignee { id } } }
         createChangeRequest(input: { account: $id, subject: "c", changeType: "emergency", start: "2026-12-24T10:00:00+01:00" }) { changeRequest { id changeType start } }
         createArticle(input: { account: $id, title: "a", body: "<p>b</p>", status: "published" }) { article { status published author { id } } }
         createAsset(input: { account: $id, name: "s", cost: 12.5, owner: $user }) { asset { cost owner { id } } }
         createItsmRecord(input: { account: $id, rawType: "u_visit_c", name: "v", raw: { badge_c: "42" } }) { itsmRecord { id values } }
       }`,
      { id, user },
    );
    assert.deepEqual(answer.createProblem.problem, { knownError: true, assignee: { id: user } });
    assert.equal(Date.parse(answer.createChangeRequest.changeRequest.start), Date.parse("2026-12-24T09:00:00Z"));
    assert.ok(answer.createArticle.article.published && answer.createArticle.article.author.id);
    assert.deepEqual(answer.createAsset.asset, { cost: 12.5, owner: { id: user } });
    const record = answer.createItsmRecord.itsmRecord;
    assert.equal(record.values.badge_c, "42");
    const { updateItsmRecord } = await data(
      core,
      `mutation ($id: ID!) { updateItsmRecord(input: { id: $id, description: "d" }) { itsmRecord { name description values } } }`,
      { id: record.id },
    );
    assert.deepEqual([updateItsmRecord.itsmRecord.name, updateItsmRecord.itsmRecord.description], ["v", "d"]);
    assert.equal(updateItsmRecord.itsmRecord.values.badge_c, "42");
  });

  test("comments are written beneath any record, paged, and read by their ids", async () => {
    const incident = await make({ subject: "Talked about" });
    const ids: string[] = [];
    for (const text of ["one", "two", "three"]) {
      const answer = await comment({ id: incident.id, text, internal: text === "two" });
      const { comment: made } = answer.data.addComment;
      assert.deepEqual([made.text, made.internal, made.account.id], [text, text === "two", id]);
      assert.ok(made.author.name && made.created);
      ids.push(made.id);
    }
    const page = async (after: string | null) =>
      (
        await data(
          core,
          `query ($id: ID!, $after: String) { node(id: $id) { ... on ItsmResource { comments(first: 2, after: $after) {
             edges { node { __typename id text } } pageInfo { hasNextPage endCursor } } } } }`,
          { id: incident.id, after },
        )
      ).node.comments;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    assert.deepEqual([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage], [true, false]);
    assert.deepEqual(
      [...first.edges, ...second.edges].map(({ node }: { node: { id: string } }) => node.id),
      ids,
    );
    const answer = await ask(
      core,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Comment { text raw { id object } } } }`,
      { ids: [ids[2], ids[0]] },
    );
    assert.deepEqual(
      answer.data.nodes.map(({ id, text }: { id: string; text: string }) => [id, text]),
      [
        [ids[2], "three"],
        [ids[0], "one"],
      ],
    );
    assert.equal(answer.data.nodes[0].raw.object.text, "three");
    assert.equal(answer.calls, 1, "comments of one record are looked for once");
    await data(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, { id: incident.id });
    const gone = await ask(core, `query ($id: ID!) { node(id: $id) { id } }`, { id: ids[0] });
    assert.deepEqual([codeOf(gone), gone.data.node], ["not_found", null]);
  });

  test("the comments of a whole queue are one call", async () => {
    const query = (selection: string) =>
      ask(core, `query ($id: ID!) { account(id: $id) { itsm { ${selection} } } }`, { id });
    const { data: answer, calls } = await query(
      `incidents(first: 20) { nodes { id comments(first: 2) { totalCount nodes { text } pageInfo { hasNextPage } } } }`,
    );
    assert.equal(calls, 2);
    const { nodes } = answer.account.itsm.incidents as {
      nodes: { id: string; comments: { totalCount: number; nodes: object[]; pageInfo: { hasNextPage: boolean } } }[];
    };
    assert.ok(
      nodes.some(({ comments }) => comments.totalCount > 2) && nodes.some(({ comments }) => comments.totalCount < 2),
    );
    for (const { comments } of nodes) {
      assert.equal(comments.nodes.length, Math.min(2, comments.totalCount));
      assert.equal(comments.pageInfo.hasNextPage, comments.totalCount > 2);
    }
    const mixed = await query(
      `incidents(first: 2) { nodes { comments { totalCount } } } assets(first: 2) { nodes { comments { totalCount } } }
       records(rawType: "u_visit_c", first: 2) { nodes { comments { totalCount } } }`,
    );
    assert.deepEqual([mixed.errors, mixed.calls], [undefined, 4]);
  });

  test("a comment that cannot be written or deleted says why", async () => {
    const incident = await make({ subject: "Silent" });
    const people = (await itsm("users(first: 1) { nodes { id } }")).users.nodes;
    assert.equal(codeOf(await comment({ id: incident.id, text: "  " })), "invalid_parameters");
    assert.equal(codeOf(await comment({ id: people[0].id, text: "x" })), "invalid_resource_type");
    assert.equal(codeOf(await comment({ id: "garbage", text: "x" })), "not_found");
    const { data: made } = await comment({ id: incident.id, text: "there" });
    const removal = await ask(core, `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`, {
      id: made.addComment.comment.id,
    });
    assert.equal(codeOf(removal), "invalid_resource_type");
  });

  test("what is wrong is said in one clear error, and the rest of the answer stands", async () => {
    const answer = await ask(
      core,
      `query ($id: ID!) { account(id: $id) { itsm {
         wrong: records(rawType: "u_nothing") { nodes { id } }
         blank: incidents(query: " ") { nodes { id } }
         incidents(first: 1) { nodes { subject } } } } }`,
      { id },
    );
    assert.equal(answer.data.account.itsm.wrong, null);
    assert.equal(answer.data.account.itsm.incidents.nodes.length, 1);
    const codes = answer.errors?.map(({ path, originalError }) => [
      path?.at(-1),
      (originalError as unknown as { code: string }).code,
    ]);
    assert.deepEqual(Object.fromEntries(codes ?? []), { wrong: "not_found", blank: "invalid_parameters" });
    const wrongLevel = `mutation ($id: ID!) { createIncident(input: { account: $id, subject: "x", impact: "huge" }) { incident { id } } }`;
    assert.equal(codeOf(await ask(core, wrongLevel, { id })), "invalid_parameters");
  });

  test("one who acts as a colleague reports and comments in the colleague's name", async () => {
    const raw = `query ($id: ID!) { account(id: $id) { rawGet(uri: "/account") { json } } }`;
    const { json } = (await data(core, raw, { id })).account.rawGet;
    const { people } = json as { people: { id: string; name: string }[] };
    const [, colleague] = people;
    const answer = await data(
      core,
      `query ($id: ID!, $user: ID!) { account(id: $id) { impersonate(user: $user) { itsm { incidents(first: 1) { nodes { id } } } } } }`,
      { id, user: colleague?.id },
    );
    const seen = answer.account.impersonate.itsm.incidents.nodes[0].id;
    const { data: made } = await comment({ id: seen, text: "In your name" });
    assert.equal(made.addComment.comment.author.name, colleague?.name);
  });

  test("an account without a service desk has null, not an error", async () => {
    const folder = core.config.data;
    const local = await testCore({ local: [folder] });
    try {
      const account = String((await local.connect("local", { folder })).id);
      const answer = await data(
        local,
        `query ($id: ID!) { account(id: $id) { itsm { incidents { nodes { id } } } audit { nodes { id } } } }`,
        { id: account },
      );
      assert.deepEqual(answer.account, { itsm: null, audit: null });
    } finally {
      await local.close();
    }
  });
});
