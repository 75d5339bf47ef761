import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, idIn } from "./accounts.js";
import { lineCases } from "./owed.js";
import { everyObject, type RestServing, restForTest } from "./support.js";

const USERS = "/accounts/1/team/users";
const GROUPS = "/accounts/1/team/groups";

describe("REST: team", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
    await connected(api, "sandbox", { seed: "another" });
  });
  after(() => api.closeCore());

  lineCases(() => api, { path: "team/users", of: "team.user", attributes: ["name", "email", "role", "type", "api"] });
  lineCases(() => api, { path: "team/groups", of: "team.group", attributes: ["name", "role", "type", "api"] });

  test("users by a part of their name, or by the whole of their address", async () => {
    const users = await everyObject(api, USERS);
    for (const { id, name, email } of users) {
      const word = String(name).split(" ")[0] as string;
      const found = await everyObject(api, `${USERS}?q=${encodeURIComponent(word.toUpperCase())}`);
      assert.ok(found.some((one) => one.id === id));
      for (const address of [email, String(email).toUpperCase()])
        assert.deepEqual(
          (await everyObject(api, `${USERS}?email=${encodeURIComponent(String(address))}`)).map((one) => one.id),
          [id],
        );
    }
    const [first] = users;
    assert.deepEqual(await everyObject(api, `${USERS}?email=${String(first?.email).split("@")[0]}`), []);
    assert.deepEqual(await everyObject(api, `${USERS}?q=xyzzy`), []);
    const partners = await everyObject(api, `${GROUPS}?q=${encodeURIComponent("& Partners")}`);
    assert.deepEqual(
      partners.map(({ name }) => name),
      ["Sales & Partners"],
    );
  });

  test("members are users, memberships are groups, and the role is the one within the group", async () => {
    const users = await everyObject(api, USERS);
    const groups = await everyObject(api, GROUPS);
    const roles = new Map<string, unknown>();
    for (const group of groups) {
      const members = await everyObject(api, `${GROUPS}/${group.id}/members?page_size=2`);
      assert.equal(new Set(members.map(({ id }) => id)).size, members.length);
      for (const member of members) {
        const user = users.find(({ id }) => id === member.id);
        assert.deepEqual({ ...member, role: null }, { ...user, role: null });
        roles.set(`${group.id} ${member.id}`, member.role);
      }
    }
    let memberships = 0;
    for (const user of users)
      for (const one of await everyObject(api, `${USERS}/${user.id}/memberships?page_size=1`)) {
        const group = groups.find(({ id }) => id === one.id);
        assert.deepEqual({ ...one, role: null }, group);
        assert.equal(one.role, roles.get(`${group?.id} ${user.id}`));
        memberships++;
      }
    assert.equal(memberships, roles.size);
    const found = new Set(roles.values());
    assert.ok(found.has("owner") && found.has("admin") && found.has("member"), [...found].join());
  });

  test("the service's own objects are beside members and memberships", async () => {
    const headers = { "x-kloudless-raw-data": "true" };
    const [group] = await everyObject(api, GROUPS);
    const { objects } = await api.expect(200, "GET", `${GROUPS}/${group?.id}/members`, { headers });
    for (const { raw, email } of objects) assert.equal(raw.object.email, email);
    const [member] = objects;
    const groups = await api.expect(200, "GET", `${USERS}/${member.id}/memberships`, { headers });
    for (const { raw, name } of groups.objects) assert.equal(raw.object.name, name);
  });

  test("lists within are refused as all else is", async () => {
    for (const [type, within] of [
      ["user", "memberships"],
      ["group", "members"],
    ] as const) {
      const at = (id: string, account = 1) => `/accounts/${account}/team/${type}s/${id}/${within}`;
      const id = (account: number, of = type as string) => idIn(api, account, `team.${of}`, "some");
      assert.equal((await api.expect(404, "GET", at(await id(3)))).error_code, "not_found");
      assert.equal((await api.expect(404, "GET", at(await id(1)))).error_code, "not_found");
      assert.equal((await api.expect(400, "GET", at(await id(1, "other")))).error_code, "invalid_resource_type");
      assert.equal((await api.expect(501, "GET", at(await id(2), 2))).error_code, "not_implemented");
      assert.equal((await api.expect(405, "POST", at(await id(1)), { body: {} })).error_code, "method_not_allowed");
      assert.equal((await api.expect(400, "GET", `${at(await id(1))}?page_size=0`)).error_code, "invalid_parameters");
    }
  });

  test("a user's id is what one acts as; a person's id names the user as well", async () => {
    const [, second] = await everyObject(api, USERS);
    const headers = { "x-kloudless-as-user": String(second?.id) };
    const acting = await api.expect(200, "GET", USERS, { headers });
    assert.ok(acting.objects.length > 0);
    assert.ok(acting.objects.every(({ id }: { id: string }) => id !== second?.id));
    const actors = (await everyObject(api, "/accounts/1/audit/events")).map(({ actor }) => actor);
    const people = (actors as { id: string; email: string; type: string }[]).filter(({ type }) => type === "user");
    assert.ok(people.length > 0);
    for (const { id, email } of people.slice(0, 3))
      assert.equal((await api.expect(200, "GET", `${USERS}/${id}`)).email, email);
  });

  test("an account that is not an administrator's is forbidden all of it", async () => {
    const { account } = await connected(api, "sandbox");
    await api.core.unified.store.accounts.update(account, { admin: false });
    const user = await idIn(api, account, "team.user", "some");
    const group = await idIn(api, account, "team.group", "some");
    for (const path of ["users", `users/${user}`, `users/${user}/memberships`, "groups", `groups/${group}`])
      assert.equal((await api.expect(403, "GET", `/accounts/${account}/team/${path}`)).error_code, "forbidden");
    await api.expect(403, "GET", `/accounts/${account}/team/groups/${group}/members`);
    const headers = { "x-kloudless-as-user": user };
    await api.expect(403, "GET", `/accounts/${account}/crm/contacts`, { headers });
  });
});
