import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExecutionResult, type GraphQLSchema, parse, subscribe } from "graphql";
import { createContext } from "../../resolvers/context.js";
import { createSchema } from "../../resolvers/schema.js";
import type { Caller } from "../../src/auth/caller.js";
import { type Change, ROOT } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { NewActivity } from "../../src/store/store.js";
import { topics } from "../../src/tasks/bus.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { disconnectAccount, updateAccount } from "../../src/unified/accounts.js";
import { ask, codeOf, data } from "../support/ask.js";
import { streamFrom } from "../support/bytes.js";
import { type TestCore, testCore } from "../support/core.js";
import { install, itemOf, scripted } from "../support/scripted.js";

interface Told {
  kind: string;
  objectId: string;
  cursor: string;
  object: { name?: string; contact?: string | null } | null;
}
type Events = AsyncIterableIterator<ExecutionResult<{ activity: Told }>>;

const FOLLOW = `subscription ($accounts: [ID!], $after: String, $api: [Api!], $kind: [ActivityKind!]) {
  activity(accounts: $accounts, after: $after, api: $api, kind: $kind) {
    kind objectId cursor object { ... on File { name } ... on Folder { name } ... on Contact { contact: name } ... on Account { name } }
  }
}`;
const LIST = `query ($id: ID!, $first: Int, $after: String, $api: [Api!], $kind: [ActivityKind!]) {
  account(id: $id) { activity(first: $first, after: $after, api: $api, kind: $kind) {
    edges { cursor node { id } }
    nodes { id type kind objectId cursor occurred user { name } object { type ... on File { name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }
}`;

describe("activity", () => {
  let core: TestCore;
  let schema: GraphQLSchema;
  before(async () => {
    schema = await createSchema();
    core = await testCore();
  });
  after(() => core.close());

  const open = async (variableValues: Record<string, unknown>, caller = core.session.caller, source = FOLLOW) => {
    const left = new AbortController();
    const contextValue = createContext(core.unified.session(caller, left.signal), core.urls, "test");
    const result = await subscribe({ schema, document: parse(source), variableValues, contextValue });
    return { result, leave: () => left.abort() };
  };
  const follow = async (...parameters: Parameters<typeof open>): Promise<Events> => {
    const { result } = await open(...parameters);
    assert.ok(Symbol.asyncIterator in result, `refused: ${codeOf(result as ExecutionResult)}`);
    return result as Events;
  };
  const next = async (events: Events): Promise<Told | null> => {
    const { done, value } = await events.next();
    if (done) return null;
    assert.equal(value.errors, undefined);
    return JSON.parse(JSON.stringify(value.data)).activity;
  };
  const take = async (events: Events, count: number): Promise<Told[]> => {
    const told: Told[] = [];
    while (told.length < count) {
      const one = await next(events);
      assert.ok(one, `it ended after ${told.length}`);
      told.push(one);
    }
    return told;
  };
  const list = async (account: ConnectedAccount, rest: Record<string, unknown> = {}) =>
    (await data(core, LIST, { id: String(account.id), ...rest })).account.activity;
  const upload = (account: ConnectedAccount, name: string) =>
    account.storage.upload({ parent: ROOT, name, size: name.length, ifExists: "fail" }, streamFrom(name));
  const isQuiet = ({ account }: ConnectedAccount) =>
    core.unified.bus.listeners(topics.changes(account)) + core.unified.bus.listeners(topics.stirs(account)) === 0;
  const append = async (account: ConnectedAccount, happened: NewActivity[], cursor = "kept") => {
    const { activity } = core.unified.store;
    const { version } = await activity.feed(account.account);
    const appended = await activity.append(account.account, version, cursor, happened);
    return String(appended?.last);
  };
  const added = (object: string): NewActivity => ({
    kind: "ADD",
    api: "storage",
    type: "file",
    object,
    user: { id: "u7", name: "Robin", email: null },
    ip: "203.0.113.9",
    occurred: "2026-01-02T03:04:05.000Z",
  });

  /** A service whose feed is a list that the test writes; a cursor is a place in it. */
  const serviceWith = async (name: string, happened: Change[], change: { fails?: () => Error | undefined } = {}) => {
    let asked = 0;
    let reads = 0;
    install(
      core,
      scripted(
        {
          get: async (context, { id }) => itemOf(context, "file", id),
          getMany: async (context, keys) => {
            reads++;
            return keys.map(({ id }) =>
              id.startsWith("gone") ? new ApiError("not_found", "gone") : itemOf(context, "file", id),
            );
          },
          traits: { pageSize: 100, getMany: 100 },
        },
        name,
        {
          changes: async (_context, cursor) => {
            asked++;
            const failure = change.fails?.();
            if (failure) throw failure;
            const from = cursor === null ? happened.length : Number(cursor);
            if (from > happened.length) throw new ApiError("invalid_parameters", "no such cursor");
            const changes = happened.slice(from, from + 10);
            const end = from + changes.length;
            return { changes, next: String(end), more: end < happened.length };
          },
        },
      ),
    );
    const account = await core.connect(name);
    return { account, counts: () => ({ asked, reads }) };
  };
  const change = (id: string, kind: Change["kind"] = "ADD"): Change => ({
    kind,
    api: "storage",
    type: "file",
    id,
    occurred: "2026-01-02T03:04:05Z",
  });

  describe("a list", () => {
    test("begins at the first look; what happened later is told, oldest first, with the objects in one call", async () => {
      const happened = [change("before")];
      const { account, counts } = await serviceWith("listing", happened);
      assert.deepEqual((await list(account)).nodes, []);
      happened.push(change("a"), change("gone b", "UPDATE"), change("c", "DELETE"), change("d", "MOVE"));
      const { nodes, edges, pageInfo } = await list(account);
      assert.deepEqual(
        nodes.map((node: Told & { object: { name: string } | null }) => [node.kind, node.object?.name ?? null]),
        [
          ["ADD", "a"],
          ["UPDATE", null],
          ["DELETE", null],
          ["MOVE", "d"],
        ],
      );
      assert.equal(counts().reads, 1);
      assert.deepEqual(
        edges.map(({ cursor }: { cursor: string }) => cursor),
        nodes.map(({ cursor }: { cursor: string }) => cursor),
      );
      assert.equal(nodes[2].objectId, String(account.ref("storage", "file", "c")));
      assert.equal(nodes[0].type, "activity");
      assert.equal(nodes[0].occurred, "2026-01-02T03:04:05.000Z");
      assert.equal(pageInfo.hasNextPage, false);
      assert.ok(isQuiet(account));
    });

    test("pages resume at any event, and at the end of an empty page", async () => {
      const happened: Change[] = [];
      const { account } = await serviceWith("paging", happened);
      const { pageInfo: empty } = await list(account);
      assert.equal(empty.startCursor, null);
      happened.push(...Array.from({ length: 25 }, (_, index) => change(`${index}`)));
      const names: string[] = [];
      let after = empty.endCursor;
      for (let pages = 0; pages < 10; pages++) {
        const page = await list(account, { first: 10, after });
        names.push(
          ...page.nodes.map(({ objectId }: Told) => core.unified.ids.decode(core.application, objectId).native),
        );
        after = page.pageInfo.endCursor;
        assert.equal(page.pageInfo.hasPreviousPage, true);
        if (!page.pageInfo.hasNextPage) break;
      }
      assert.deepEqual(
        names,
        happened.map(({ id }) => id),
      );
      const last = await list(account, { after });
      assert.deepEqual([last.nodes, last.pageInfo.endCursor], [[], after], "at the end the cursor stays the same");
      const { edges } = await list(account);
      const { nodes } = await list(account, { after: edges[20].cursor });
      assert.equal(nodes.length, 4);
    });

    test("by api and kind", async () => {
      const account = await core.connect("sandbox", { seed: "filters" });
      await list(account);
      const file = await upload(account, "a.txt");
      const contact = await account.apis(false).crm.contacts.create({ lastName: "Lovelace" });
      await account.storage.delete({ type: "file", id: file.id.native }, { recursive: false, permanent: true });
      const told = async (rest: object) =>
        (await list(account, { ...rest })).nodes.map(({ kind, objectId }: Told) => [kind, objectId]);
      assert.deepEqual(await told({ api: ["CRM"] }), [["ADD", String(contact.id)]]);
      assert.deepEqual(await told({ kind: ["DELETE"] }), [["DELETE", String(file.id)]]);
      assert.deepEqual(await told({ api: ["CRM"], kind: ["DELETE"] }), []);
    });

    test("an event is a node as well, with who did it, until it is no longer kept", async () => {
      const account = await core.connect("sandbox", { seed: "nodes" });
      const number = await append(account, [added("x")]);
      const id = String(account.ref("events", "activity", number));
      const QUERY = `query ($id: ID!) { node(id: $id) { id ... on Activity { kind ip user { id name email } account { id } raw { id } } } }`;
      assert.deepEqual((await data(core, QUERY, { id })).node, {
        id,
        kind: "ADD",
        ip: "203.0.113.9",
        user: { id: String(account.ref("team", "person", "u7")), name: "Robin", email: null },
        account: { id: String(account.id) },
        raw: null,
      });
      const other = await core.connect("sandbox", { seed: "nodes" });
      for (const wrong of [
        other.ref("events", "activity", number),
        account.ref("events", "activity", "999999"),
        account.ref("events", "activity", "x"),
      ])
        assert.equal(codeOf(await ask(core, QUERY, { id: String(wrong) })), "not_found");
    });

    test("cursors that are not ours, too large, or older than what is kept are refused", async () => {
      const { account } = await serviceWith("refusing", []);
      for (const after of ["", "x", "-1", "1.5", "1e3", "999999999", "9".repeat(40)]) {
        const answer = await ask(core, LIST, { id: String(account.id), after });
        assert.equal(codeOf(answer), "invalid_parameters", after);
        const { result } = await open({ accounts: [String(account.id)], after });
        assert.equal(codeOf(result as ExecutionResult), "invalid_parameters", after);
      }
      const first = await append(account, [added("first")], "0");
      await append(
        account,
        Array.from({ length: 10_001 }, (_, index) => added(`${index}`)),
        "0",
      );
      const old = await ask(core, LIST, { id: String(account.id), after: first });
      assert.equal(codeOf(old), "invalid_parameters");
      assert.match(String(old.errors?.[0]?.message), /no longer kept/);
      assert.ok(isQuiet(account));
    });

    test("a service without a feed and without files, a disabled account and a user's view have none", async () => {
      install(core, scripted({}, "mute"));
      const mute = await core.connect("mute");
      assert.equal(codeOf(await ask(core, LIST, { id: String(mute.id) })), "not_implemented");
      const { result } = await open({ accounts: [String(mute.id)] });
      assert.equal(codeOf(result as ExecutionResult), "not_implemented");
      const disabled = await core.connect("sandbox", { seed: "disabled" });
      const asUser = `query ($id: ID!) { account(id: $id) { impersonate(user: "usr_x") { activity { nodes { id } } } } }`;
      assert.equal(codeOf(await ask(core, asUser, { id: String(disabled.id) })), "not_implemented");
      await updateAccount(disabled, { enabled: false });
      assert.equal(codeOf(await ask(core, LIST, { id: String(disabled.id) })), "forbidden");
      assert.equal(codeOf((await open({ accounts: [String(disabled.id)] })).result as ExecutionResult), "forbidden");
    });

    test("a service that tells nothing is compared with what it held; one that holds too much is refused", async () => {
      let names = ["a", "b"];
      install(
        core,
        scripted(
          {
            get: async (context, { id }) => itemOf(context, "file", id),
            list: async (context, _folder, { cursor, limit }) => {
              const from = Number(cursor ?? 0);
              const items = names.slice(from, from + limit).map((name) => itemOf(context, "file", name));
              return { items, next: from + limit < names.length ? String(from + limit) : null };
            },
          },
          "compared",
        ),
      );
      const account = await core.connect("compared");
      assert.ok(account.capabilities.includes("events.changes"));
      assert.deepEqual((await list(account)).nodes, []);
      names = ["b", "c"];
      const { nodes } = await list(account);
      assert.deepEqual(
        nodes.map(({ kind, object }: Told) => [kind, object?.name ?? null]),
        [
          ["DELETE", null],
          ["ADD", "c"],
        ],
      );
      const events = await follow({ accounts: [String(account.id)] });
      names = ["b"];
      assert.equal((await next(events))?.kind, "DELETE");
      const ended = events.next();
      names = Array.from({ length: 50_001 }, (_, index) => `${index}`);
      core.unified.feeds.nudge(account.account);
      await assert.rejects(ended, (error: ApiError) => error.code === "not_implemented");
      assert.equal(codeOf(await ask(core, LIST, { id: String(account.id) })), "not_implemented");
      assert.ok(isQuiet(account));
    });

    test("what the service refuses is told, not an empty list", async () => {
      let failing = true;
      const fails = () => (failing ? new ApiError("service_not_available", "down") : undefined);
      const { account } = await serviceWith("failing", [], { fails });
      assert.equal(codeOf(await ask(core, LIST, { id: String(account.id) })), "service_not_available");
      assert.equal(
        codeOf((await open({ accounts: [String(account.id)] })).result as ExecutionResult),
        "service_not_available",
        "without a first cursor nothing can be promised",
      );
      failing = false;
      assert.deepEqual((await list(account)).nodes, []);
      assert.ok(isQuiet(account));
    });

    test("a service that has forgotten where we were: one OTHER about the account, whatever is filtered by", async () => {
      const happened = [change("a"), change("b")];
      const { account } = await serviceWith("forgetting", happened);
      await list(account);
      happened.length = 0;
      const { nodes } = await list(account, { api: ["STORAGE"], kind: ["ADD"] });
      assert.deepEqual(
        nodes.map(({ kind, objectId, object }: Told & { object: { type: string } }) => [kind, objectId, object.type]),
        [["OTHER", String(account.id), "account"]],
      );
      happened.push(change("c"));
      assert.equal((await list(account)).nodes.length, 2);
    });
  });

  describe("a subscription", () => {
    test("tells what changes from the moment it is confirmed, at once, deletions and other categories too", async () => {
      const account = await core.connect("sandbox", { seed: "live" });
      await upload(account, "earlier.txt");
      const events = await follow({ accounts: [String(account.id)] });
      const begun = performance.now();
      const file = await upload(account, "a.txt");
      const contact = await account.apis(false).crm.contacts.create({ lastName: "Hopper", firstName: "Grace" });
      await account.storage.delete({ type: "file", id: file.id.native }, { recursive: false, permanent: true });
      const told = await take(events, 3);
      assert.deepEqual(
        told.map(({ kind, objectId }) => [kind, objectId]),
        [
          ["ADD", String(file.id)],
          ["ADD", String(contact.id)],
          ["DELETE", String(file.id)],
        ],
      );
      assert.equal(told[1]?.object?.contact, contact.name);
      assert.equal(told[2]?.object, null);
      assert.ok(performance.now() - begun < 5_000, "not at the next interval only");
      await events.return?.();
      assert.ok(isQuiet(account));
      assert.equal(core.unified.feeds.counts.running, 0);
    });

    test("resumes after any event of a list or of another subscription, over several accounts, each once", async () => {
      const accounts = await Promise.all(["one", "two"].map((seed) => core.connect("sandbox", { seed })));
      const [one, two] = accounts as [ConnectedAccount, ConnectedAccount];
      for (const account of accounts) await list(account);
      const ids = accounts.map(({ id }) => String(id));
      const first = await follow({ accounts: ids });
      const names = ["a", "b", "c", "d", "e", "f"];
      for (const [index, name] of names.entries()) await upload(index % 2 ? one : two, name);
      const told = await take(first, names.length);
      await first.return?.();
      assert.deepEqual(told.map(({ object }) => object?.name).sort(), names);
      for (const [index, { cursor }] of told.entries()) {
        const rest = await follow({ accounts: ids, after: cursor });
        assert.deepEqual(await take(rest, names.length - index - 1), told.slice(index + 1));
        await rest.return?.();
      }
      // What happens while nobody listens is told afterwards.
      await upload(one, "meanwhile");
      const later = await follow({ accounts: ids, after: told.at(-1)?.cursor });
      assert.equal((await next(later))?.object?.name, "meanwhile");
      await later.return?.();
      assert.equal(core.unified.feeds.counts.running, 0);
    });

    test("of all accounts that the caller sees, one connected later among them; never another's", async () => {
      const dana: Caller = { ...core.session.caller, kind: "session", endUser: "dana" };
      const mine = await core.connect("sandbox", { seed: "mine" }, "dana");
      const theirs = await core.connect("sandbox", { seed: "theirs" }, "lee");
      const events = await follow({}, dana);
      await upload(theirs, "hidden");
      await list(theirs);
      await upload(mine, "seen");
      assert.equal((await next(events))?.object?.name, "seen");
      const waiting = next(events);
      const second = await core.connect("sandbox", { seed: "second" }, "dana");
      // The next batch finds it.
      await core.unified.bus.publish(topics.changes(mine.account), null);
      await until(() => core.unified.feeds.counts.running === 2);
      await until(async () => (await core.unified.store.activity.feed(second.account)).cursor !== null);
      await upload(second, "second");
      assert.equal((await waiting)?.object?.name, "second");
      await events.return?.();
      assert.ok(isQuiet(mine));
      assert.ok(isQuiet(second));
    });

    test("an account that is taken away is told no more; all of them gone, it ends; a disabled one ends it with a reason", async () => {
      const dana: Caller = { ...core.session.caller, kind: "session", endUser: "dora" };
      const account = await core.connect("sandbox", { seed: "taken" }, "dora");
      const other = await core.connect("sandbox", { seed: "kept" }, "dora");
      const events = await follow({ accounts: [String(account.id), String(other.id)] }, dana);
      await core.unified.store.accounts.update(account.account, { endUser: "lee" });
      await upload(account, "hidden");
      await upload(other, "seen");
      assert.equal((await next(events))?.object?.name, "seen");
      const waiting = next(events);
      await disconnectAccount(await core.session.account(other.account));
      assert.equal(await waiting, null);
      const last = await follow({ accounts: [String(account.id)] });
      const ended = last.next();
      await updateAccount(await core.session.account(account.account), { enabled: false });
      await assert.rejects(ended, (error: ApiError) => error.code === "forbidden");
      assert.equal(core.unified.feeds.counts.running, 0);
    });

    test("a feed that fails goes on when the service is back, and nothing is lost", async () => {
      let failing = false;
      const fails = () => (failing ? new ApiError("service_not_available", "down") : undefined);
      const happened: Change[] = [];
      const { account, counts } = await serviceWith("flaky", happened, { fails });
      const events = await follow({ accounts: [String(account.id)] });
      failing = true;
      happened.push(change("a"));
      core.unified.feeds.nudge(account.account);
      await until(() => core.unified.feeds.counts.failing === 1);
      const { asked } = counts();
      for (let nudges = 0; nudges < 20; nudges++) core.unified.feeds.nudge(account.account);
      await sleep(200);
      assert.equal(counts().asked, asked, "no bell cuts a failure's pause short");
      failing = false;
      assert.equal((await next(events))?.object?.name, "a");
      assert.deepEqual(core.unified.feeds.counts, { running: 1, failing: 0 });
      await events.return?.();
    });

    test("many subscribers are one poller; a slow one costs no memory and gets everything, in order", async () => {
      const happened: Change[] = [];
      const { account, counts } = await serviceWith("many", happened);
      const all = await Promise.all(
        Array.from({ length: 20 }, () => follow({ accounts: [String(account.id)], api: ["STORAGE"] })),
      );
      assert.ok(counts().asked <= 2);
      assert.equal(core.unified.feeds.counts.running, 1);
      happened.push(...Array.from({ length: 505 }, (_, index) => change(`${index}`)));
      core.unified.feeds.nudge(account.account);
      const [fast, slow] = all as [Events, Events];
      const names = happened.map(({ id }) => id);
      assert.deepEqual(
        (await take(fast, 505)).map(({ object }) => object?.name),
        names,
      );
      assert.deepEqual(
        (await take(slow, 505)).map(({ object }) => object?.name),
        names,
      );
      for (const events of all) await events.return?.();
      const { asked } = counts();
      core.unified.feeds.nudge(account.account);
      await sleep(50);
      assert.equal(counts().asked, asked, "nobody listens, nobody looks");
      assert.ok(isQuiet(account));
    });

    test("who falls behind what is kept is told so", async () => {
      const { account } = await serviceWith("behind", []);
      const events = await follow({ accounts: [String(account.id)] });
      await append(
        account,
        Array.from({ length: 10_001 }, (_, index) => added(`${index}`)),
        "0",
      );
      await assert.rejects(events.next(), (error: ApiError) => {
        assert.match(error.message, /no longer kept/);
        return error.code === "invalid_parameters";
      });
      assert.ok(isQuiet(account));
    });

    test("bounds, rights and another's accounts", async () => {
      const account = await core.connect("sandbox", { seed: "bounds" }, "dana");
      const code = async (...parameters: Parameters<typeof open>) =>
        codeOf((await open(...parameters)).result as ExecutionResult);
      assert.equal(await code({ accounts: Array.from({ length: 1001 }, () => "1") }), "invalid_parameters");
      const writer: Caller = { ...core.session.caller, rights: new Set(["write"]) };
      assert.equal(await code({ accounts: [String(account.id)] }, writer), "forbidden");
      const lee: Caller = { ...core.session.caller, kind: "session", endUser: "lee" };
      assert.equal(await code({ accounts: [String(account.id)] }, lee), "not_found");
      assert.ok(isQuiet(account));
    });
  });

  describe("an object", () => {
    const NODE = `subscription ($id: ID!) { node(id: $id) { ... on Contact { id name } } }`;

    test("of any category is told when it changes, and ends when it is deleted", async () => {
      const account = await core.connect("sandbox", { seed: "object" });
      const { contacts } = account.apis(false).crm;
      const contact = await contacts.create({ lastName: "Hopper", firstName: "Grace" });
      const other = await contacts.create({ lastName: "Lovelace", firstName: "Ada" });
      const { result } = await open({ id: String(contact.id) }, core.session.caller, NODE);
      const events = result as AsyncIterableIterator<ExecutionResult>;
      const named = async () => JSON.parse(JSON.stringify((await events.next()).value?.data ?? null));
      assert.equal((await named()).node.name, contact.name);
      await contacts.update(other.id.native, { lastName: "King" });
      await contacts.update(contact.id.native, { lastName: "Murray" });
      assert.match((await named()).node.name, /Murray/);
      await contacts.delete(contact.id.native);
      assert.deepEqual(await events.next(), { done: true, value: undefined });
      assert.ok(isQuiet(account));
    });

    test("that no feed tells of is looked at now and then, and at once after a change through us", async () => {
      let name = "first";
      install(
        core,
        scripted(
          {
            get: async (context, { id }) => itemOf(context, "file", id, { name }),
            update: async (context, { id }) => {
              name = "second";
              return itemOf(context, "file", id, { name });
            },
          },
          "feedless",
        ),
      );
      const account = await core.connect("feedless");
      const source = `subscription ($id: ID!) { node(id: $id) { ... on File { name } } }`;
      const { result } = await open({ id: String(account.ref("storage", "file", "f")) }, core.session.caller, source);
      const events = result as AsyncIterableIterator<ExecutionResult>;
      const told = async () => JSON.parse(JSON.stringify((await events.next()).value?.data)).node.name;
      assert.equal(await told(), "first");
      await account.storage.update({ type: "file", id: "f" }, { name: "second" });
      assert.equal(await told(), "second");
      name = "third";
      assert.equal(await told(), "third");
      await events.return?.();
      assert.equal(core.unified.feeds.counts.running, 0);
    });
  });
});

const until = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 20_000; !(await isTrue()); ) {
    assert.ok(performance.now() < end, "it did not come true");
    await sleep(10);
  }
};
