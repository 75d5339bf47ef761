import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import type { Membership } from "../../schema/team/membership.js";
import type { TeamOperations, TeamQuery } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Unified } from "../../src/unified/category.js";
import { fails } from "../support/fails.js";
import { type CollectionCase, casesOf, collectionCases, type OpenedCategory } from "./collection.js";
import { everyItem } from "./storage/bench.js";

const ROLES = new Set(["owner", "admin", "member", null]);

/** What every team connector owes. The organisation has at least three users and three groups. */
export const teamConformance = (
  name: string,
  open: () => Promise<OpenedCategory>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: team`, () => {
    let opened: OpenedCategory;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const check = casesOf(name, deviations);
    const account = (): ConnectedAccount => opened.account;
    const teamOf = (one: ConnectedAccount): Unified<TeamOperations> => one.apis(false).team;
    const team = () => teamOf(account());
    const has = (collection: "users" | "groups", operation: string) =>
      [`team.${collection}.${operation}`, team()[collection].can(operation)] as const;
    const alone = (operation: string) => [`team.${operation}`, team().can(operation)] as const;
    /** The same account in a session of its own, otherwise. */
    const reopened = (change: { admin?: boolean; user?: string }): ConnectedAccount => {
      const { session, record } = account();
      const other = session.unified.internal(record.application, new AbortController().signal);
      return other.open({ ...record, admin: change.admin ?? record.admin }, { user: change.user });
    };
    const users = () => everyItem(100, (paging) => team().users.list(paging));
    const groups = () => everyItem(100, (paging) => team().groups.list(paging));

    const types = [
      {
        name: "team.users",
        of: (one, raw) => one.apis(raw).team.users,
        query: async () => ({}),
        shape({ name: called, email, role }) {
          assert.ok(called !== null || email !== null);
          assert.ok(ROLES.has(role), `role ${role}`);
        },
      } satisfies CollectionCase<Item<"users">, TeamQuery, object>,
      {
        name: "team.groups",
        of: (one, raw) => one.apis(raw).team.groups,
        query: async () => ({}),
        shape: ({ name: called }) => assert.ok(called),
      } satisfies CollectionCase<Item<"groups">, TeamQuery, object>,
    ] as const;
    for (const type of types)
      describe(type.name, () =>
        collectionCases(check, account, type as unknown as CollectionCase<Item<"users">, object, object>),
      );

    check(
      "users are found by a part of the name and of the address, in any case",
      async () => {
        const all = await users();
        const [one] = all;
        assert.ok(one?.email);
        for (const part of [one.email.toUpperCase(), one.email.slice(0, one.email.indexOf("@") - 1), one.name]) {
          const found = await everyItem(2, (paging) => team().users.list({ query: part as string, ...paging }));
          assert.ok(
            found.some(({ id }) => id.native === one.id.native),
            String(part),
          );
          assert.ok(found.length < all.length, "it finds everybody");
        }
        const query = "nobody is called so";
        assert.deepEqual(await everyItem(2, (paging) => team().users.list({ query, ...paging })), []);
      },
      () => [has("users", "list")],
    );

    check(
      "somebody owns the organisation",
      async () => assert.ok((await users()).some(({ role }) => role === "owner")),
      () => [has("users", "list")],
    );

    check(
      "what groups say of their members, the members say of their groups: roles, ids and all",
      async () => {
        const said = async (lists: Promise<Membership[]>[]) =>
          (await Promise.all(lists))
            .flat()
            .map(({ id, user, group, role }) => {
              assert.deepEqual([id.api, id.type], ["team", "membership"]);
              assert.ok(ROLES.has(role), `role ${role}`);
              return JSON.stringify([id.native, user, group, role]);
            })
            .sort();
        const [people, all] = [await users(), await groups()];
        const ofGroups = await said(all.map(({ id }) => everyItem(2, (paging) => team().members(id.native, paging))));
        const ofUsers = await said(
          people.map(({ id }) => everyItem(1, (paging) => team().memberships(id.native, paging))),
        );
        assert.deepEqual(ofUsers, ofGroups);
        assert.equal(new Set(ofGroups).size, ofGroups.length);
        assert.ok(ofGroups.length > 0);
        await assert.rejects(team().members("0000000000nowhere", { cursor: null, limit: 1 }), fails("not_found"));
        await assert.rejects(team().memberships("../..", { cursor: null, limit: 1 }), fails("not_found"));
      },
      () => [has("users", "list"), has("groups", "list"), alone("members"), alone("memberships")],
    );

    check(
      "a membership is found by its id, aligned with others; one that is not there fails alone",
      async () => {
        const [group] = await groups();
        assert.ok(group);
        const members = await everyItem(50, (paging) => team().members(group.id.native, paging));
        const ids = members.slice(0, 3).map(({ id }) => id.native);
        const reader = account().apis(false).readerOf("team", "membership");
        assert.ok(reader);
        const wrong = [`${group.id.native}\n0000000000nowhere`, "no membership at all", ""];
        const found = await reader.getMany([...wrong, ...ids]);
        for (const error of found.slice(0, wrong.length)) fails("not_found")(error);
        assert.deepEqual(
          JSON.parse(JSON.stringify(found.slice(wrong.length))),
          JSON.parse(JSON.stringify(members.slice(0, 3))),
        );
      },
      () => [has("groups", "list"), alone("members"), alone("memberships")],
    );

    check(
      "acting as a user, ids name that user, and the private conversations of that user are seen",
      async () => {
        const [own, other] = await users();
        assert.ok(own && other);
        const acting = reopened({ user: other.id.native });
        const seen = await teamOf(acting).users.get(other.id.native);
        assert.equal(seen.id.native, other.id.native);
        assert.equal(seen.id.scope.user, other.id.native);
        assert.notEqual(String(seen.id), String(other.id));
        const messaging = acting.apis(false).messaging;
        if (!messaging.conversations.can("create") || !messaging.conversations.can("delete")) return;
        const made = await messaging.conversations.create({ name: "theirs", private: true });
        assert.ok(made.memberIds.every(({ scope, native }) => scope.user === native && native === other.id.native));
        await assert.rejects(account().apis(false).messaging.conversations.get(made.id.native), fails("not_found"));
        const again = await messaging.conversations.get(made.id.native);
        assert.equal(String(again.id), String(made.id));
        await messaging.conversations.delete(made.id.native);
      },
      () => [has("users", "list"), ["acting as a user", account().connector.actAs !== undefined]],
    );

    check(
      "an account that is not an administrator's is told nothing and nothing is asked of the service",
      async () => {
        const [user] = await users();
        assert.ok(user);
        const plain = reopened({ admin: false });
        const asked = [
          () => teamOf(plain).users.list({ cursor: null, limit: 1 }),
          () => teamOf(plain).users.get(user.id.native),
          () => teamOf(plain).groups.list({ cursor: null, limit: 1 }),
          () => teamOf(plain).memberships(user.id.native, { cursor: null, limit: 1 }),
          () => Promise.resolve().then(() => reopened({ admin: false, user: user.id.native })),
        ];
        for (const ask of asked) await assert.rejects(ask(), fails("forbidden"), String(ask));
        for (const error of await teamOf(plain).users.getMany([user.id.native, "x"])) fails("forbidden")(error);
        assert.equal(
          plain.session.books.reduce((sum, { calls }) => sum + calls, 0),
          0,
        );
      },
      () => [has("users", "list"), has("groups", "list"), alone("memberships")],
    );
  });
};

type Item<Name extends "users" | "groups"> = Awaited<ReturnType<Unified<TeamOperations>[Name]["get"]>>;
