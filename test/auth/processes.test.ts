import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { openPlace } from "../store/folder.js";
import { fails } from "../support/fails.js";
import { OAuthServer } from "./oauthServer.js";
import type { Orders } from "./renewer.js";
import { callResource, openParts, type Parts } from "./setting.js";

interface Setting extends Parts {
  oauth: OAuthServer;
  account: Parameters<typeof callResource>[1];
  /** A process that waits for our word. */
  start(orders: Pick<Orders, "callers" | "kill">): Promise<ChildProcess>;
  /** Another process's parts, by a clock that is so many milliseconds ahead. */
  later(milliseconds: number): Promise<Parts>;
}

const processTest = (title: string, work: (setting: Setting) => Promise<void>) =>
  test(title, async () => {
    const [oauth, place] = [await OAuthServer.start(), await openPlace()];
    const opened: Parts[] = [];
    const openLater = async (milliseconds: number) => {
      const parts = await openParts(place.file, oauth.token, { now: () => Date.now() + milliseconds });
      opened.push(parts);
      return parts;
    };
    const children: ChildProcess[] = [];
    try {
      const parts = await openLater(0);
      const { store, grants } = parts;
      await store.applications.create({ id: "acme", name: "Acme" });
      const credential = { scheme: "bearer" as const, ...oauth.grant(), expires: Date.now() - 1 };
      const account = await store.accounts.create(
        { application: "acme", service: "oauth", name: "alice", settings: {} },
        (id) => grants.seal({ application: "acme", id }, 1, credential),
      );
      const start = async (orders: Pick<Orders, "callers" | "kill">) => {
        const all: Orders = { file: place.file, origin: oauth.origin, account: account.id, ...orders };
        const child = fork(new URL("./renewer.js", import.meta.url), [JSON.stringify(all)], {
          execArgv: ["--disable-warning=ExperimentalWarning"],
        });
        children.push(child);
        assert.deepEqual((await once(child, "message"))[0], "ready");
        return child;
      };
      await work({ ...parts, oauth, account, start, later: openLater });
    } finally {
      for (const child of children) child.kill("SIGKILL");
      for (const { store } of opened) await store.close();
      await oauth.close();
      await place.close();
    }
  });

const run = async (child: ChildProcess): Promise<unknown[]> => {
  const answer = once(child, "message");
  child.send("go");
  return (await answer)[0] as unknown[];
};

/** Renews, and is dead by the time this resolves. */
const runToDeath = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, "exit");
  child.send("go");
  assert.equal((await exit)[1], "SIGKILL");
};

describe("grants: processes", () => {
  for (const slowness of [0, 500])
    processTest(
      `2 processes × 100 callers, an endpoint that takes ${slowness} ms: one refresh, 200 answers`,
      async (setting) => {
        const { oauth, start } = setting;
        oauth.slowness = slowness;
        const children = await Promise.all([start({ callers: 100 }), start({ callers: 100 })]);
        const statuses = (await Promise.all(children.map(run))).flat();
        assert.equal(statuses.length, 200);
        assert.deepEqual([...new Set(statuses)], [200]);
        assert.deepEqual([oauth.asked, oauth.granted, oauth.revoked], [1, 1, 0]);
      },
    );

  processTest(
    "4 processes, three lives of a token: one refresh each",
    async ({ oauth, start, account, grants, store }) => {
      for (let life = 1; life <= 3; life++) {
        const children = await Promise.all([1, 2, 3, 4].map(() => start({ callers: 25 })));
        const statuses = (await Promise.all(children.map(run))).flat();
        assert.deepEqual([statuses.length, ...new Set(statuses)], [100, 200]);
        assert.equal(oauth.asked, life);
        const { credential, version } = await grants.source(account).current();
        const expired = grants.seal(account, version + 1, {
          ...credential,
          expires: Date.now() - 1,
        } as typeof credential);
        await store.credentials.swap(account.id, version, expired);
      }
      assert.equal(oauth.revoked, 0);
    },
  );

  processTest(
    "a holder killed before it asked costs nothing",
    async ({ oauth, start, store, account, later, grants }) => {
      await runToDeath(await start({ callers: 1, kill: "before" }));
      assert.equal((await store.credentials.get(account.id))?.state, "refreshing");
      assert.equal(oauth.asked, 0);
      const next = await later(31_000);
      assert.equal(await callResource(next.grants, account, oauth.origin), 200);
      assert.deepEqual([oauth.asked, next.dead], [1, []]);
      assert.equal((await grants.source(account).current()).version, 2);
    },
  );

  processTest(
    "a holder killed after the answer: the old token is tried once, then the account ends",
    async (setting) => {
      const { oauth, start, store, account, later } = setting;
      await runToDeath(await start({ callers: 1, kill: "after" }));
      assert.deepEqual([oauth.asked, oauth.granted], [1, 1]);
      const next = await later(31_000);
      const calls = await Promise.allSettled(
        Array.from({ length: 20 }, () => callResource(next.grants, account, oauth.origin)),
      );
      for (const call of calls) fails("service_unauthorized")((call as PromiseRejectedResult).reason);
      assert.deepEqual([oauth.asked, next.dead.length], [2, 1]);
      assert.equal((await store.credentials.get(account.id))?.state, "dead");
      assert.equal((await store.accounts.getMany([account.id]))[0]?.active, false);
      const much = await later(3_600_000);
      await assert.rejects(callResource(much.grants, account, oauth.origin), fails("service_unauthorized"));
      assert.equal(oauth.asked, 2);
    },
  );

  processTest(
    "callers wait for another process's lease while its holder lives",
    async ({ oauth, start, account, grants }) => {
      oauth.slowness = 700;
      const child = await start({ callers: 10 });
      const theirs = run(child);
      while (oauth.asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal((await grants.source(account).current()).version, 2);
      assert.deepEqual([...new Set(await theirs)], [200]);
      assert.equal(oauth.asked, 1);
    },
  );
});
