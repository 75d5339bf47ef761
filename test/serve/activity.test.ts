import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient as createSseClient } from "graphql-sse";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));
const CHANGES = 1000;
const RECONNECTS = 20;

interface Told {
  kind: string;
  objectId: string;
  cursor: string;
  object: { name: string } | null;
}
interface Server {
  child: ChildProcess;
  url: string;
}

const open = new Set<Follower>();

/** A client that comes back with its cursor whenever its connection ends, as `after` is meant. */
class Follower {
  readonly told: Told[] = [];
  connections = 0;
  readonly #left = new AbortController();
  /** Null: there is no connection that could be ended. */
  #drop: (() => void) | null = null;
  constructor(
    private readonly url: () => string,
    private readonly key: () => string,
    private readonly account: string,
    private cursor: string | null,
  ) {
    open.add(this);
    void this.#run();
  }

  /** Ends this connection, not the following. False where there is none. */
  drop(): boolean {
    const drop = this.#drop;
    this.#drop = null;
    drop?.();
    return drop !== null;
  }
  leave(): void {
    open.delete(this);
    this.#left.abort();
    this.drop();
  }

  async #run(): Promise<void> {
    while (!this.#left.signal.aborted) {
      // By turns over sockets and server-sent events.
      const follow = this.connections++ % 2 ? this.#bySse() : this.#bySocket();
      await follow.catch(() => undefined);
      if (!this.#left.signal.aborted) await sleep(20);
    }
  }

  get #operation() {
    const query = `subscription ($after: String) { activity(accounts: ["${this.account}"], after: $after) {
      kind objectId cursor object { ... on Folder { name } ... on File { name: name } } } }`;
    return { query, variables: { after: this.cursor } };
  }

  async #bySocket(): Promise<void> {
    const client = createClient({
      url: `${this.url().replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `APIKey ${this.key()}` },
      retryAttempts: 0,
      on: {
        connected: (socket) => {
          this.#drop = () => (socket as WebSocket).terminate();
          if (this.#left.signal.aborted) this.drop();
        },
      },
    });
    try {
      for await (const { data, errors } of client.iterate(this.#operation)) this.#take(data, errors);
    } finally {
      await client.dispose();
    }
  }
  async #bySse(): Promise<void> {
    const client = createSseClient({
      url: `${this.url()}/graphql`,
      headers: { authorization: `APIKey ${this.key()}` },
      retryAttempts: 0,
    });
    this.#drop = () => client.dispose();
    try {
      for await (const { data, errors } of client.iterate(this.#operation)) this.#take(data, errors);
    } finally {
      client.dispose();
    }
  }

  #take(data: unknown, errors: unknown): void {
    assert.equal(errors, undefined);
    const { activity } = data as { activity: Told };
    this.told.push(activity);
    this.cursor = activity.cursor;
  }
}

describe("activity over connections and processes that end (F28)", () => {
  let data: string;
  let files: string;
  let key = "";
  let first: Server;
  let second: Server;

  const start = async (): Promise<Server> => {
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH,
        UNIGRAPH_OVERLOAD_MS: "0",
        UNIGRAPH_DATA: data,
        PORT: "0",
        UNIGRAPH_LOG_LEVEL: "error",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    while (!out.includes("ready ")) await once(child.stdout, "data");
    key ||= /API key (\S+)/.exec(out)?.[1] ?? "";
    return { child, url: /ready (\S+)/.exec(out)?.[1] ?? "" };
  };
  const stop = async ({ child }: Server, signal: NodeJS.Signals): Promise<void> => {
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, as a frontend without types does.
  const ask = async (server: Server, query: string): Promise<any> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `APIKey ${key}` },
      body: JSON.stringify({ query }),
    });
    if (response.status === 503) {
      // It has too much to do, and says so.
      await sleep(200);
      return ask(server, query);
    }
    const { data: answer, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
    assert.equal(errors, undefined);
    return answer;
  };
  /** Behind all that has happened. */
  const endCursor = async (server: Server, account: string, after: string | null = null): Promise<string> => {
    const page = `activity(first: 1000, after: ${JSON.stringify(after)}) { pageInfo { endCursor hasNextPage } }`;
    const { pageInfo } = (await ask(server, `{ account(id: "${account}") { ${page} } }`)).account.activity;
    return pageInfo.hasNextPage ? endCursor(server, account, pageInfo.endCursor) : pageInfo.endCursor;
  };
  const running = async ({ url }: Server): Promise<number> =>
    Number(/^unigraph_feeds\{state="running"\} (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  const until = async (isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> => {
    for (const end = performance.now() + 60_000; !(await isTrue()); await sleep(20))
      assert.ok(performance.now() < end, what);
  };

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "unigraph-activity-"));
    files = join(data, "files");
    first = await start();
    second = await start();
  });
  after(async () => {
    for (const follower of open) follower.leave();
    await Promise.all([first, second].map(({ child }) => child.kill("SIGKILL")));
    await rm(data, { recursive: true, force: true });
  });

  test(`${CHANGES} changes, ${RECONNECTS} reconnects, two restarts: none lost, none told twice, in order`, async () => {
    const { root } = (await ask(second, `{ account(id: "1") { storage { root { id } } } }`)).account.storage;
    const follower = new Follower(
      () => first.url,
      () => key,
      "1",
      await endCursor(first, "1"),
    );
    const expected: string[] = [];
    /** Made through the other process, which listens to nothing: of six new folders three go again. */
    const change = async (): Promise<void> => {
      const names = Array.from({ length: 6 }, (_, index) => `${expected.length + index}`);
      const creates = names.map(
        (name) => `c${name}: createFolder(input: { parent: "${root.id}", name: "${name}" }) { folder { id } }`,
      );
      const created = await ask(second, `mutation { ${creates.join(" ")} }`);
      const ids = names.map((name): string => created[`c${name}`].folder.id);
      const gone = ids.slice(0, 3);
      const deletes = gone.map(
        (id, index) => `d${index}: delete(input: { id: "${id}", permanent: true }) { deletedId }`,
      );
      await ask(second, `mutation { ${deletes.join(" ")} }`);
      expected.push(...ids.map((id) => `ADD ${id}`), ...gone.map((id) => `DELETE ${id}`));
    };
    let reconnects = 0;
    let restarts = 0;
    while (expected.length < CHANGES || reconnects < RECONNECTS) {
      await change();
      if (reconnects < Math.floor((expected.length / CHANGES) * RECONNECTS) && follower.drop()) reconnects++;
      if (restarts < Math.min(2, Math.floor((expected.length / CHANGES) * 3))) {
        // Once it is killed, once it is asked to end; things go on happening meanwhile.
        const down = stop(first, restarts++ === 0 ? "SIGKILL" : "SIGTERM");
        for (let count = 0; count < 3; count++) await change();
        await down;
        first = await start();
      }
    }
    await until(() => follower.told.length >= expected.length, "everything is told");
    await sleep(1_500);
    follower.leave();
    assert.deepEqual(
      follower.told.map(({ kind, objectId }) => `${kind} ${objectId}`),
      expected,
    );
    assert.equal(restarts, 2);
    assert.ok(follower.connections > reconnects, `${follower.connections} connections`);
    const cursors = follower.told.map(({ cursor }) => Number(cursor));
    assert.deepEqual(
      cursors,
      [...cursors].sort((one, other) => one - other),
    );
    await until(async () => (await running(first)) === 0, "nobody listens, so nobody looks");
  });

  test("two processes that look at one account store each change once, and both tell all of it in one order", async () => {
    const from = await endCursor(first, "1");
    const followers = [first, second].map(
      (server) =>
        new Follower(
          () => server.url,
          () => key,
          "1",
          from,
        ),
    );
    await until(async () => (await running(first)) + (await running(second)) === 2, "both look");
    const { root } = (await ask(second, `{ account(id: "1") { storage { root { id } } } }`)).account.storage;
    const made: string[] = [];
    for (let index = 0; index < 200; index++) {
      const create = `mutation { createFolder(input: { parent: "${root.id}", name: "both ${index}" }) { folder { id } } }`;
      made.push((await ask(index % 2 ? first : second, create)).createFolder.folder.id);
    }
    await until(() => followers.every(({ told }) => told.length >= made.length), "both are told everything");
    await sleep(1_500);
    for (const follower of followers) {
      follower.leave();
      assert.deepEqual(
        follower.told.map(({ objectId }) => objectId),
        made,
      );
    }
    assert.deepEqual(followers[0]?.told, followers[1]?.told);
    for (const server of [first, second])
      await until(async () => (await running(server)) === 0, "nobody listens, so nobody looks");
  });

  test("files that come, change and go while the server is down are told once, deletions too", async () => {
    const put = async (name: string, text: string): Promise<void> => {
      // Under its name it is whole at once.
      await writeFile(join(data, "aside"), text);
      await rename(join(data, "aside"), join(files, name));
    };
    await mkdir(join(files, "gone", "inner"), { recursive: true });
    for (const name of ["changed.txt", "deleted.txt", "gone/inner/deep.txt", "same.txt"]) await put(name, "before");
    let cursor = await endCursor(first, "2");
    await stop(second, "SIGTERM");
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      await stop(first, signal);
      await put("new.txt", "new");
      await put("changed.txt", `changed before ${signal}`);
      await rm(join(files, "deleted.txt"));
      await rm(join(files, "gone"), { recursive: true });
      first = await start();
      const follower = new Follower(
        () => first.url,
        () => key,
        "2",
        cursor,
      );
      await until(() => follower.told.length >= 6, "everything is told");
      await sleep(1_500);
      // And what happens while somebody listens, all the same.
      await rm(join(files, "new.txt"));
      await until(() => follower.told.length >= 7, "what happens now is told");
      follower.leave();
      const names = await pathsOf(follower.told);
      assert.deepEqual(names.slice(0, -1).sort(), [
        "ADD /new.txt",
        "DELETE /deleted.txt",
        "DELETE /gone",
        "DELETE /gone/inner",
        "DELETE /gone/inner/deep.txt",
        "UPDATE /changed.txt",
      ]);
      assert.equal(names.at(-1), "DELETE /new.txt");
      // As it was, for the next round.
      await mkdir(join(files, "gone", "inner"), { recursive: true });
      for (const name of ["deleted.txt", "gone/inner/deep.txt"]) await put(name, "before");
      cursor = await endCursor(first, "2");
    }
  });

  /** Ids are sealed: what they name is known by the id of each path, which is the same every time. */
  const pathsOf = async (told: readonly Told[]): Promise<string[]> => {
    const known = new Map<string, string>();
    for (const [type, path] of [
      ["file", "/new.txt"],
      ["file", "/changed.txt"],
      ["file", "/deleted.txt"],
      ["folder", "/gone"],
      ["folder", "/gone/inner"],
      ["file", "/gone/inner/deep.txt"],
    ] as const) {
      const encode = `mutation { encodeRawId(input: { account: "2", id: "${path}", type: "${type}" }) { id } }`;
      known.set((await ask(first, encode)).encodeRawId.id, path);
    }
    return told.map(({ kind, objectId }) => `${kind} ${known.get(objectId) ?? objectId}`);
  };
});
