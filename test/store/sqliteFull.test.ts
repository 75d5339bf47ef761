import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSqliteStore } from "../../src/store/sqlite.js";
import { fails } from "../support/fails.js";

const newAccount = (name: string) => ({ application: "acme", service: "dropbox", name, settings: {} });

test("sqlite: a full disk refuses what is new, goes on reading, and recovers", async (context) => {
  const disk = await mountSmall();
  if (!disk) return context.skip("a small file system can be mounted by root alone");
  try {
    const file = join(disk.folder, "unigraph.sqlite");
    const store = await openSqliteStore({ file });
    await store.applications.create({ id: "acme", name: "Acme" });
    const ids: number[] = [];
    const fill = async (characters: number) => {
      for (;;) ids.push((await store.accounts.create(newAccount("x".repeat(characters)), String)).id);
    };
    await assert.rejects(fill(5000), fails("insufficient_storage"));
    assert.ok(ids.length > 20);
    const first = ids[0] as number;
    assert.equal(await store.accounts.count({ application: "acme" }), ids.length);
    assert.equal((await store.accounts.getMany([first]))[0]?.id, first);
    // Nor is there room for anything small, but for what fits into a page that is there.
    await assert.rejects(fill(1), fails("insufficient_storage"));

    await rm(disk.ballast);
    assert.equal(await store.accounts.delete(first), true);
    await store.check();
    ids.push((await store.accounts.create(newAccount("room again"), String)).id);
    await store.close();
    const again = await openSqliteStore({ file });
    assert.equal(await again.accounts.count({ application: "acme" }), ids.length - 1);
    await again.close();
  } finally {
    await disk.unmount();
  }
});

/** A file system of 2 MiB with a quarter of it taken by a ballast; null where none can be mounted. */
const mountSmall = async () => {
  const above = await mkdtemp(join(tmpdir(), "unigraph-full-"));
  const folder = join(above, "disk");
  await mkdir(folder);
  try {
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    await rm(above, { recursive: true });
    return null;
  }
  const ballast = join(folder, "ballast");
  await writeFile(ballast, Buffer.alloc(512 * 1024));
  const unmount = async () => {
    execFileSync("/bin/umount", ["-l", folder]);
    await rm(above, { recursive: true });
  };
  return { folder, ballast, unmount };
};
