import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ExecutionResult, type GraphQLSchema, parse, subscribe } from "graphql";
import { createContext } from "../../resolvers/context.js";
import { createSchema } from "../../resolvers/schema.js";
import type { Caller } from "../../src/auth/caller.js";
import { ApiError } from "../../src/errors.js";
import { topics } from "../../src/tasks/bus.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { disconnectAccount, updateAccount } from "../../src/unified/accounts.js";
import { createLink, updateLink } from "../../src/unified/links.js";
import { cancelTask, startTask } from "../../src/unified/tasks/start.js";
import { codeOf } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { install, itemOf, scripted } from "../support/scripted.js";

type Events = AsyncIterableIterator<ExecutionResult>;

describe("subscriptions", () => {
  let core: TestCore;
  let schema: GraphQLSchema;
  before(async () => {
    schema = await createSchema();
    core = await testCore();
  });
  after(() => core.close());

  const open = async (source: string, variableValues: Record<string, unknown>, caller = core.session.caller) => {
    const left = new AbortController();
    const contextValue = createContext(core.unified.session(caller, left.signal), core.urls, "test");
    const result = await subscribe({ schema, document: parse(source), variableValues, contextValue });
    return { result, contextValue, leave: () => left.abort() };
  };
  const follow = async (...parameters: Parameters<typeof open>) => {
    const { result, contextValue, leave } = await open(...parameters);
    assert.ok(Symbol.asyncIterator in result, `refused: ${codeOf(result as ExecutionResult)}`);
    return { events: result as Events, contextValue, leave };
  };
  /** The next event's data, or the code of its error; null at the end. */
  const next = async (events: Events): Promise<unknown> => {
    const { done, value } = await events.next();
    if (done) return null;
    return value.errors ? codeOf(value) : JSON.parse(JSON.stringify(value.data));
  };
  const NODE = `subscription ($id: ID!) { node(id: $id) { id ... on File { name } ... on Account { name } ... on Link { active } ... on Task { status } } }`;
  const TASKS = `subscription ($accounts: [ID!]) { tasks(accounts: $accounts) { status } }`;
  const begin = (account: ConnectedAccount) => startTask(account, "storage.delete", {}, "report");
  const listeners = ({ account }: ConnectedAccount) =>
    core.unified.bus.listeners(topics.changes(account)) + core.unified.bus.listeners(topics.tasks(account));

  test("a change between the first read and the feed's first cursor is told", async () => {
    let name = "before";
    const service = scripted(
      {
        get: async (context, { id }) => itemOf(context, "file", id, { name }),
      },
      "racing",
      {
        // Here the cursor of now is already behind the change.
        changes: async () => {
          name = "after";
          return { changes: [], next: "now", more: false };
        },
      },
    );
    install(core, service);
    const account = await core.connect("racing");
    const { events, leave } = await follow(NODE, { id: String(account.ref("storage", "file", "f")) });
    const told = [await next(events), await next(events)] as { node: { name: string } }[];
    assert.deepEqual(
      told.map(({ node }) => node.name),
      ["before", "after"],
    );
    leave();
    await events.return?.();
    assert.equal(listeners(account), 0);
    assert.equal(core.unified.feeds.counts.running, 0);
  });

  test("a service that will not be watched is asked for its changes all the same", async () => {
    let asked = 0;
    install(
      core,
      scripted(
        {
          get: async (context, { id }) => itemOf(context, "file", id, { name: String(asked) }),
        },
        "unwatched",
        {
          changes: async () => {
            asked++;
            return { changes: [], next: "now", more: false };
          },
          watch: () => Promise.reject(new ApiError("service_forbidden", "no watches left")),
        },
      ),
    );
    const account = await core.connect("unwatched");
    const { events } = await follow(NODE, { id: String(account.ref("storage", "file", "f")) });
    const told = [await next(events), await next(events)] as { node: { name: string } }[];
    assert.deepEqual(
      told.map(({ node }) => node.name),
      ["0", "1"],
    );
    await events.return?.();
    assert.equal(core.unified.feeds.counts.running, 0);
  });

  test("leaving, failing and being refused leave nobody listening", async () => {
    const account = await core.connect("sandbox", { seed: "leaving" });
    const { items } = await account.storage.list("root", { cursor: null, limit: 10 });
    const id = String(items[0]?.id);
    for (let round = 0; round < 20; round++) {
      const { events, leave } = await follow(NODE, { id });
      if (round % 2) await next(events);
      const waiting = round % 3 ? next(events) : undefined;
      if (round % 4 < 2) leave();
      await events.return?.();
      await waiting;
      const tasks = await follow(TASKS, { accounts: [String(account.id)] });
      if (round % 2) tasks.leave();
      await tasks.events.return?.();
    }
    const gone = await open(NODE, { id: String(account.ref("storage", "file", "nothing")) });
    assert.equal(codeOf(gone.result as ExecutionResult), "not_found");
    assert.equal(listeners(account), 0);
    assert.equal(core.unified.feeds.counts.running, 0);
  });

  test("an object that becomes unreadable ends in a typed error, one of a disconnected account just ends", async () => {
    const account = await core.connect("sandbox", { seed: "ending" });
    const { items } = await account.storage.list("root", { cursor: null, limit: 10 });
    const watched = await follow(NODE, { id: String(items[0]?.id) });
    await next(watched.events);
    await updateAccount(account, { enabled: false });
    await assert.rejects(next(watched.events), fails("forbidden"));
    await updateAccount(await core.session.account(account.account), { enabled: true });
    const last = await follow(NODE, { id: String(items[0]?.id) });
    await next(last.events);
    await disconnectAccount(await core.session.account(account.account));
    assert.equal(await next(last.events), null);
    assert.equal(core.unified.feeds.counts.running, 0);
  });

  test("accounts, links and tasks can be followed too, and need no feed", async () => {
    const account = await core.connect("sandbox", { seed: "stored" });
    const { items } = await account.storage.list("root", { cursor: null, limit: 100, recursive: true });
    const file = items.find(({ type }) => type === "file")?.id.native as string;
    const link = await createLink(account, { file, direct: false, password: null, expires: null });
    const task = await begin(account);
    const ids = [account.id, account.ref("storage", "link", link.id), account.ref("meta", "task", task.id)].map(String);
    const [accounts, links, tasks] = await Promise.all(ids.map(async (id) => (await follow(NODE, { id })).events));
    assert.ok(accounts && links && tasks);
    await Promise.all([accounts, links, tasks].map(next));
    assert.equal(core.unified.feeds.counts.running, 0);
    await updateAccount(account, { name: "Another name" });
    await updateLink(account, link.id, { active: false });
    await cancelTask(core.session, task.id);
    assert.deepEqual(await next(accounts), { node: { id: ids[0], name: "Another name" } });
    assert.deepEqual(await next(links), { node: { id: ids[1], active: false } });
    assert.deepEqual(await next(tasks), { node: { id: ids[2], status: "CANCELLED" } });
    assert.equal(await next(tasks), null);
    await accounts.return?.();
    await links.return?.();
  });

  test("a task that another process ends is seen to end", async () => {
    const account = await core.connect("sandbox", { seed: "elsewhere" });
    const task = await begin(account);
    const { events } = await follow(`subscription ($id: ID!) { task(id: $id) { status } }`, {
      id: String(account.ref("meta", "task", task.id)),
    });
    assert.deepEqual(await next(events), { task: { status: "PENDING" } });
    await core.unified.queue.cancel(task.id); // and nobody announces it here
    assert.deepEqual(await next(events), { task: { status: "CANCELLED" } });
    assert.equal(await next(events), null);
    assert.equal(core.unified.bus.listeners(topics.task(task.id)), 0);
  });

  test("an account named twice is told once, and not to whom it was taken from", async () => {
    const account = await core.connect("sandbox", { seed: "twice" }, "dana");
    const dana: Caller = { ...core.session.caller, kind: "session", endUser: "dana" };
    const { events } = await follow(TASKS, { accounts: [String(account.id), String(account.account)] }, dana);
    const first = next(events);
    const task = await begin(account);
    assert.deepEqual(await first, { tasks: { status: "PENDING" } });
    const second = next(events);
    await cancelTask(core.session, task.id);
    assert.deepEqual(await second, { tasks: { status: "CANCELLED" } });
    const third = next(events);
    await core.unified.store.accounts.update(account.account, { endUser: "lee" });
    await cancelTask(core.session, (await begin(account)).id);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await events.return?.();
    assert.equal(await third, null);
  });

  test("more accounts than one subscription can follow are refused, not forgotten", async () => {
    const { result } = await open(TASKS, { accounts: Array.from({ length: 1001 }, () => "1") });
    assert.equal(codeOf(result as ExecutionResult), "invalid_parameters");
  });

  test("who may not read may not subscribe", async () => {
    const account = await core.connect("sandbox", { seed: "rights" });
    const task = await begin(account);
    const id = String(account.ref("meta", "task", task.id));
    const writer: Caller = { ...core.session.caller, rights: new Set(["write"]) };
    for (const source of [NODE, TASKS, `subscription ($id: ID!) { task(id: $id) { status } }`]) {
      const { result } = await open(source, { id, accounts: [String(account.id)] }, writer);
      assert.equal(codeOf(result as ExecutionResult), "forbidden", source);
    }
    assert.equal(listeners(account), 0);
  });

  test("what an event cost is told of each event alone", async () => {
    const account = await core.connect("sandbox", { seed: "books" });
    const { items } = await account.storage.list("root", { cursor: null, limit: 10 });
    const { events, contextValue } = await follow(NODE, { id: String(items[0]?.id) });
    await next(events);
    const [first] = contextValue.books();
    await account.storage.update({ type: "folder", id: items[0]?.id.native as string }, { name: "Another" });
    await next(events);
    const [second] = contextValue.books();
    assert.equal(second?.calls, 1);
    assert.notEqual(second, first);
    await events.return?.();
  });
});
