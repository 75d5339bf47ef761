import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openCore } from "../../src/app.js";
import { rotate } from "../../src/auth/rotation.js";
import { ConfigError, readConfig } from "../../src/config.js";
import { repository } from "../support/repository.js";
import { serveForTest, type TestServing } from "../support/serving.js";

const OLD = "the first secret that nobody keeps";
const NEW = "2:another secret that nobody keeps";

const COLUMNS = ["credential", "key"] as const;

/** `unigraph keys rotate`, a process of its own. */
const rotateKeys = (data: string) =>
  spawn(process.execPath, [join(repository, "bin/unigraph.js"), "keys", "rotate"], {
    env: { ...process.env, UNIGRAPH_DATA: data, UNIGRAPH_SECRET: NEW, UNIGRAPH_OTHER_SECRETS: `1:${OLD}` },
    stdio: "ignore",
  });

describe("O7: another secret", () => {
  let data: string;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), "unigraph-rotation-"));
  });
  after(() => rm(data, { recursive: true, force: true }));

  /** One server after another on one folder, each closed whatever becomes of it. */
  const serving = async <Result>(
    secret: string,
    otherSecrets: string[],
    work: (serving: TestServing) => Promise<Result>,
  ): Promise<Result> => {
    const served = await serveForTest({ data, secret, otherSecrets });
    try {
      return await work(served);
    } finally {
      await served.closeCore();
    }
  };
  const works = async (serving: TestServing) => {
    const { body } = await serving.ask("{ accounts { nodes { id storage { root { name } } } } }");
    assert.deepEqual(body.errors, undefined);
    return body.data.accounts.nodes.map(({ id }: { id: string }) => id) as string[];
  };

  test("it is made known, seals, and all is wrapped while requests go on; then the old one is of no use", async () => {
    const [id, token] = await serving(OLD, [], async (first) => {
      const session = `mutation { createSession(input: { endUser: "demo", minutes: 60 }) { token } }`;
      const { body } = await first.ask(session);
      return [(await works(first))[0] as string, body.data.createSession.token as string] as const;
    });

    await serving(NEW, [`1:${OLD}`], async (second) => {
      assert.ok(!(await works(second)).includes(id), "new ids are made with the new secret");
      assert.equal((await second.ask(`{ node(id: "${id}") { id } }`)).body.errors, undefined, "old ids are read");
      const authorization = `Bearer ${token}`;
      const asDemo = await second.ask("{ accounts { nodes { id } } }", {}, { authorization });
      assert.equal(asDemo.body.errors, undefined, "sessions go on");
      const { vault, unified } = second.core;
      const sealed = async () =>
        (
          await Promise.all(COLUMNS.map((column) => unified.store.sealed.list(column, { after: null, limit: 100 })))
        ).flat();
      const before = await sealed();
      assert.ok(before.length >= 3 && before.every((value) => vault.isOld(value.sealed)));

      let failures = 0;
      let isOver = false;
      const load = (async () => {
        for (let asked = 0; asked < 20 || !isOver; asked++)
          await works(second).catch(() => {
            failures++;
          });
      })();
      try {
        // Killed at some moment, it goes on when it is run again.
        const killed = rotateKeys(data);
        setTimeout(() => killed.kill("SIGKILL"), 700);
        await once(killed, "exit");
        assert.deepEqual(await once(rotateKeys(data), "exit"), [0, null]);
      } finally {
        isOver = true;
        await load;
      }
      assert.equal(failures, 0);
      assert.ok((await sealed()).every((value) => !vault.isOld(value.sealed)));
      assert.equal(await rotate({ store: unified.store, vault }), 0);
    });

    await serving(NEW, [], async (third) => {
      await works(third);
      const gone = await third.ask(`{ node(id: "${id}") { id } }`);
      assert.equal(gone.body.errors?.[0]?.extensions.errorCode, "not_found");
    });
  });

  test("the old secret alone, and two of one number, are refused in a sentence", async () => {
    const config = { ...readConfig({}), data, seed: "none" as const };
    await assert.rejects(
      openCore({ ...config, secret: OLD }, () => ""),
      /sealed with another UNIGRAPH_SECRET/,
    );
    await assert.rejects(
      openCore({ ...config, secret: OLD, otherSecrets: [`1:${OLD}`] }, () => ""),
      ConfigError,
    );
    await assert.rejects(
      openCore({ ...config, secret: "300:short" }, () => ""),
      ConfigError,
    );
  });
});
