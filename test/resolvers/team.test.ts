import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("the team as a frontend asks for it", () => {
  let core: TestCore;
  let id: string;
  before(async () => {
    core = await testCore();
    id = String((await core.connect("sandbox")).id);
  });
  after(() => core.close());

  const QUERY = (selection: string, parameters = "") =>
    `query ($id: ID!${parameters}) { account(id: $id) { team { ${selection} } } }`;
  const team = async (selection: string, variables: Record<string, unknown> = {}, parameters = "") =>
    (await data(core, QUERY(selection, parameters), { id, ...variables })).account.team;
  const node = (of: string, selection: string) =>
    ask(core, `query ($of: ID!) { node(id: $of) { ${selection} } }`, { of });

  test("users with their roles, and by a part of their name or address", async () => {
    const { users } = await team("users { totalCount nodes { id api type name email role created account { id } } }");
    assert.equal(users.totalCount, 6);
    assert.deepEqual(
      users.nodes.map(({ role }: { role: string }) => role),
      ["owner", "admin", "member", "member", "member", "member"],
    );
    const [first] = users.nodes;
    assert.deepEqual([first.api, first.type, first.account.id], ["TEAM", "user", id]);
    const found = await team("users(query: $query) { nodes { id } }", { query: first.email }, ", $query: String");
    assert.deepEqual(found.users.nodes, [{ id: first.id }]);
    const { user } = await team("user(id: $user) { name email }", { user: first.id }, ", $user: ID!");
    assert.deepEqual(user, { name: first.name, email: first.email });
  });

  test("groups with their members, users with their groups, memberships with their role", async () => {
    const { groups } = await team(`groups { nodes { id name description
      members(first: 2) { totalCount nodes { id name } pageInfo { hasNextPage } }
      memberships { totalCount edges { node { id role user { id name } group { id } } } } } }`);
    const [everyone, leadership] = groups.nodes;
    assert.deepEqual([everyone.name, everyone.members.totalCount, everyone.members.nodes.length], ["Everyone", 6, 2]);
    assert.equal(everyone.members.pageInfo.hasNextPage, true);
    assert.deepEqual(
      leadership.memberships.edges.map(({ node }: { node: { role: string } }) => node.role),
      ["owner", "admin"],
    );
    for (const { id: group, memberships } of groups.nodes)
      for (const { node } of memberships.edges) assert.equal(node.group.id, group);

    const [owner] = leadership.memberships.edges;
    const of = await team(
      "user(id: $user) { groups { nodes { name } } memberships { nodes { id role group { name } } } }",
      { user: owner.node.user.id },
      ", $user: ID!",
    );
    assert.deepEqual(
      of.user.groups.nodes.map(({ name }: { name: string }) => name),
      of.user.memberships.nodes.map(({ group }: { group: { name: string } }) => group.name),
    );
    assert.ok(of.user.memberships.nodes.some((membership: { id: string }) => membership.id === owner.node.id));
    const { group } = await team("group(id: $group) { name }", { group: leadership.id }, ", $group: ID!");
    assert.equal(group.name, "Leadership");
  });

  test("a membership is a node: found by its id, with those of one user in one call", async () => {
    const { groups } = await team("groups { nodes { memberships { nodes { id role user { id } group { name } } } } }");
    const all = groups.nodes.flatMap(({ memberships }: { memberships: { nodes: object[] } }) => memberships.nodes);
    const of = all[0].user.id;
    const some = all.filter(({ user }: { user: { id: string } }) => user.id === of);
    assert.ok(some.length > 1);
    const answer = await ask(
      core,
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Membership { id role user { id } group { name } } } }`,
      { ids: some.map((one: { id: string }) => one.id) },
    );
    assert.equal(answer.errors, undefined);
    assert.deepEqual(
      answer.data.nodes,
      some.map((one: object) => ({ __typename: "Membership", ...one })),
    );
    assert.equal(answer.calls, 1);

    const raw = await node(some[0].id, "... on Membership { raw { id type object } account { id } }");
    assert.equal(raw.data.node.raw.object.role, some[0].role);
    assert.equal(raw.data.node.account.id, id);
    const account = await core.session.account(await numberOf());
    const lost = String(account.ref("team", "membership", "grp_000002\nusr_nobody"));
    assert.equal(codeOf(await node(lost, "id")), "not_found");
    const gone = await ask(core, "mutation ($of: ID!) { delete(input: { id: $of }) { deletedId } }", {
      of: some[0].id,
    });
    assert.equal(codeOf(gone), "invalid_resource_type");
  });

  test("whoever wrote a message, or owns a file, is found by that id", async () => {
    const { account } = await data(
      core,
      "query ($id: ID!) { account(id: $id) { storage { root { owner { id email } } } messaging { search { nodes { author { id email } } } } } }",
      { id },
    );
    const people = [
      account.storage.root.owner,
      ...account.messaging.search.nodes.map(({ author }: { author: object }) => author),
    ].filter(({ id: person }) => person !== null);
    for (const person of people.slice(0, 3)) {
      const { user } = await team("user(id: $user) { email type }", { user: person.id }, ", $user: ID!");
      assert.deepEqual(user, { email: person.email, type: "user" });
    }
  });

  test("an administrator acts as a user by the user's id, and sees what that user sees", async () => {
    const { users } = await team("users { nodes { id } }");
    const own = await data(
      core,
      "query ($id: ID!) { account(id: $id) { messaging { conversations { nodes { id name private } } } } }",
      { id },
    );
    const answer = await data(
      core,
      `query ($id: ID!, $user: ID!) { account(id: $id) { impersonate(user: $user) {
         team { user: users(first: 1) { nodes { id name groups { nodes { name } } } } }
         messaging { conversations { nodes { id name private members { id } messages(first: 1) { nodes { id text } } } } } } } }`,
      { id, user: users.nodes[1].id },
    );
    const names = (account: { messaging: { conversations: { nodes: { name: string | null }[] } } }) =>
      account.messaging.conversations.nodes.map(({ name }) => name);
    const acting = answer.account.impersonate;
    assert.ok(names(acting).includes("surprise") && !names(own.account).includes("surprise"));
    assert.ok(names(own.account).includes("leadership") && names(acting).includes("leadership"));
    assert.notEqual(acting.team.user.nodes[0].id, users.nodes[0].id);
    const theirs = acting.messaging.conversations.nodes.find(({ name }: { name: string }) => name === "surprise");
    const again = await node(theirs.messages.nodes[0].id, "... on ChatMessage { text conversation { id name } }");
    assert.deepEqual(again.data.node.conversation, { id: theirs.id, name: "surprise" });
    // An id found as that user is of no use to the account itself.
    const mixed = await ask(
      core,
      "query ($id: ID!, $of: ID!) { account(id: $id) { messaging { conversation(id: $of) { name } } } }",
      { id, of: theirs.id },
    );
    assert.equal(codeOf(mixed), "not_found");
  });

  test("an account that is not an administrator's: forbidden, and nothing is asked of the service", async () => {
    const { account: number } = await core.connect("sandbox", {}, "plain");
    await core.unified.store.accounts.update(number, { admin: false });
    const account = await core.unified.internal(core.application, new AbortController().signal).account(number);
    const [user, group, membership] = [
      account.ref("team", "user", "usr_bruno_kumar"),
      account.ref("team", "group", "grp_000001"),
      account.ref("team", "membership", "grp_000001\nusr_bruno_kumar"),
    ].map(String);
    for (const selection of ["users { nodes { id } }", "groups { nodes { id } }", `user(id: "${user}") { name }`]) {
      const answer = await ask(core, QUERY(selection), { id: String(number) });
      assert.deepEqual([codeOf(answer), answer.calls], ["forbidden", 0], selection);
      assert.ok(answer.data.account.team, "the rest of the answer does not stand");
    }
    for (const of of [user, group, membership] as string[]) {
      const answer = await node(of, "id");
      assert.deepEqual([codeOf(answer), answer.calls], ["forbidden", 0]);
    }
    const impersonated = await ask(
      core,
      "query ($id: ID!, $user: ID!) { account(id: $id) { impersonate(user: $user) { id } } }",
      { id: String(number), user },
    );
    assert.deepEqual([codeOf(impersonated), impersonated.calls], ["forbidden", 0]);
  });

  const numberOf = async () =>
    Number((await data(core, "query ($id: ID!) { account(id: $id) { number } }", { id })).account.number);
});
