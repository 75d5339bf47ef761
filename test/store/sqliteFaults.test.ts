import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { open, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { ApiError } from "../../src/errors.js";
import { openSqliteStore } from "../../src/store/sqlite.js";
import type { Store } from "../../src/store/store.js";
import { fails } from "../support/fails.js";
import { openPlace } from "./folder.js";

const ALL = { after: 0, limit: 1_000_000 };
const newAccount = (name = "alice") => ({ application: "acme", service: "dropbox", name, settings: {} });

const writer = async (file: string): Promise<ChildProcess> => {
  const child = fork(new URL("./writer.js", import.meta.url), [file], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [message] = await once(child, "message");
  assert.equal(message, "open");
  return child;
};

const withFile = (work: (file: string, connect: () => Promise<Store>) => Promise<void>) => async () => {
  const place = await openPlace();
  try {
    await work(place.file, () => place.connect());
  } finally {
    await place.close();
  }
};

describe("sqlite: faults", () => {
  test(
    "killed ten times while two processes write: nothing that was acknowledged is lost",
    withFile(async (file, connect) => {
      const acknowledged = new Set<number>();
      for (let round = 0; round < 10; round++) {
        const children = await Promise.all([writer(file), writer(file)]);
        const enough = acknowledged.size + 2 + round * 3;
        await new Promise<void>((resolve) => {
          for (const child of children) {
            child.on("message", (id: number) => {
              acknowledged.add(id);
              if (acknowledged.size >= enough) resolve();
            });
            child.send("write");
          }
        });
        const exits = children.map((child) => once(child, "exit"));
        for (const child of children) child.kill("SIGKILL");
        await Promise.all(exits);
      }
      const store = await connect();
      const kept = await store.accounts.list({ application: "acme" }, ALL);
      const numbers = new Set(kept.map(({ id }) => id));
      assert.ok(acknowledged.size >= 20);
      assert.deepEqual(
        [...acknowledged].filter((id) => !numbers.has(id)),
        [],
      );
      for (const id of acknowledged) assert.equal((await store.credentials.get(id))?.sealed, `sealed ${id} 2`);
      for (const { id } of kept) assert.ok(await store.credentials.get(id), "an account without its credential");
    }),
  );

  test(
    "four processes start at once on a new file",
    withFile(async (file, connect) => {
      const children = await Promise.all([1, 2, 3, 4].map(() => writer(file)));
      const exits = children.map((child) => once(child, "exit"));
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(exits);
      const store = await connect();
      assert.equal((await store.applications.first())?.id, "acme");
    }),
  );

  test(
    "while another process holds the lock, writes wait and then fail, reads and the event loop go on",
    withFile(async (file, connect) => {
      const store = await connect();
      await store.applications.create({ id: "acme", name: "Acme" });
      const reader = await connect();
      const other = new DatabaseSync(file);
      let turns = 0;
      const timer = setInterval(() => turns++, 10);
      try {
        other.exec("begin immediate");
        const waiting = assert.rejects(store.accounts.create(newAccount(), String), fails("service_not_available"));
        assert.equal((await reader.applications.get("acme"))?.name, "Acme");
        await waiting;
        assert.ok(turns > 20, `the event loop turned only ${turns} times`);
        const later = store.accounts.create(newAccount(), String);
        other.exec("rollback");
        assert.equal((await later).name, "alice");
      } finally {
        clearInterval(timer);
        other.close();
      }
    }),
  );

  for (const [damage, spoil] of Object.entries({
    "its first page is overwritten": async (file: string) => {
      const handle = await open(file, "r+");
      await handle.write(Buffer.alloc(100, 0x55), 0, 100, 0);
      await handle.close();
    },
    "pages in its middle are overwritten": async (file: string) => {
      const handle = await open(file, "r+");
      for (let page = 2; page < 12; page++) await handle.write(Buffer.alloc(200, 0x55), 0, 200, page * 4096);
      await handle.close();
    },
    "it is cut short": async (file: string) => {
      const handle = await open(file, "r+");
      await handle.truncate(3 * 4096);
      await handle.close();
    },
    "it is something else": (file: string) => writeFile(file, "a,b,c\n".repeat(1000)),
  }))
    test(
      `a file is refused and left alone when ${damage}`,
      withFile(async (file) => {
        const store = await openSqliteStore({ file });
        await store.applications.create({ id: "acme", name: "Acme" });
        for (let count = 0; count < 50; count++) await store.accounts.create(newAccount("x".repeat(400)), String);
        await store.close();
        await spoil(file);
        const before = await readFile(file);
        await assert.rejects(openSqliteStore({ file }), (error) => {
          assert.ok(error instanceof ApiError);
          assert.match(
            error.message,
            /^The database .*unigraph\.sqlite is damaged or no database: put a backup in its place/,
          );
          return true;
        });
        assert.ok(before.equals(await readFile(file)));
      }),
    );

  test("a file that cannot be written is refused", () =>
    assert.rejects(
      openSqliteStore({ file: join(tmpdir(), "there is no such folder", "unigraph.sqlite") }),
      /^ApiError: The database .*unigraph\.sqlite cannot be opened for writing \(ENOENT\)\.$/,
    ));

  test(
    "a file of a newer version is refused",
    withFile(async (file, connect) => {
      await connect();
      const other = new DatabaseSync(file);
      other.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2099-01-01')");
      other.close();
      await assert.rejects(openSqliteStore({ file }), /The database's tables are not those of this version/);
    }),
  );

  test(
    "the file is its owner's alone, and what was deleted is gone from it",
    withFile(async (file) => {
      const store = await openSqliteStore({ file });
      await store.applications.create({ id: "acme", name: "Acme" });
      const { id } = await store.accounts.create(newAccount(), () => "a sealed credential");
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.equal((await stat(`${file}-wal`)).mode & 0o777, 0o600);
      await store.accounts.delete(id);
      await store.close();
      assert.equal((await readFile(file)).includes("a sealed credential"), false);
    }),
  );
});
