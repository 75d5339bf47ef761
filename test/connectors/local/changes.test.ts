import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../../../src/connectors/connector.js";
import { streamFrom } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { type LocalAccount, openLocal, withFolders } from "./account.js";

/** Everything since a cursor, as `KIND type id`, sorted. */
const since = async ({ events }: LocalAccount, from: string): Promise<{ told: string[]; next: string }> => {
  const told: string[] = [];
  let next = from;
  for (let more = true; more; ) {
    const page = await events.changes(next);
    told.push(...page.changes.map(({ kind, type, id }) => `${kind} ${type} ${id}`));
    for (const { occurred } of page.changes) assert.equal(new Date(occurred).toISOString(), occurred);
    ({ next, more } = page);
  }
  return { told: told.sort(), next };
};
const now = async ({ events }: LocalAccount): Promise<string> => {
  const { changes, next, more } = await events.changes(null);
  assert.deepEqual({ changes, more }, { changes: [], more: false });
  return next;
};

const happen = async (root: string): Promise<void> => {
  await writeFile(join(root, "new.txt"), "new");
  await writeFile(join(root, "changed.txt"), "changed, and longer");
  await rm(join(root, "deleted.txt"));
  await rename(join(root, "moved.txt"), join(root, "folder", "moved.txt"));
  await mkdir(join(root, "made", "inner"), { recursive: true });
  await writeFile(join(root, "made", "inner", "deep.txt"), "deep");
  await rm(join(root, "gone"), { recursive: true });
  await symlink("new.txt", join(root, "link"));
};
const prepare = async (root: string): Promise<void> => {
  for (const name of ["changed.txt", "deleted.txt", "moved.txt", "same.txt"]) await writeFile(join(root, name), "old");
  await mkdir(join(root, "folder"));
  await mkdir(join(root, "gone", "inner"), { recursive: true });
  await writeFile(join(root, "gone", "inner", "lost.txt"), "lost");
};
const HAPPENED = [
  "ADD file /folder/moved.txt",
  "ADD file /made/inner/deep.txt",
  "ADD file /new.txt",
  "ADD folder /made",
  "ADD folder /made/inner",
  "DELETE file /deleted.txt",
  "DELETE file /gone/inner/lost.txt",
  "DELETE file /moved.txt",
  "DELETE folder /gone",
  "DELETE folder /gone/inner",
  "UPDATE file /changed.txt",
];

describe("local: changes", () => {
  for (const watched of [false, true])
    test(`everything that happened, once${watched ? ", while it is watched" : ""}`, () =>
      withFolders(async ({ root, account }) => {
        await prepare(root);
        const unwatch = watched ? await account.events.watch(() => undefined) : () => undefined;
        const first = await now(account);
        assert.deepEqual((await since(account, first)).told, []);
        await happen(root);
        const { told, next } = await since(account, first);
        assert.deepEqual(told, HAPPENED);
        assert.deepEqual((await since(account, next)).told, []);
        assert.deepEqual((await since(account, first)).told, HAPPENED, "an old cursor is told the same again");
        await writeFile(join(root, "made", "inner", "deep.txt"), "deeper");
        await rename(join(root, "made"), join(root, "renamed"));
        assert.deepEqual((await since(account, next)).told, [
          "ADD file /renamed/inner/deep.txt",
          "ADD folder /renamed",
          "ADD folder /renamed/inner",
          "DELETE file /made/inner/deep.txt",
          "DELETE folder /made",
          "DELETE folder /made/inner",
        ]);
        unwatch();
      }));

  test("in another process, or after a restart: the same, deletions and all, and each once", () =>
    withFolders(async ({ root, account }) => {
      await prepare(root);
      const first = await now(account);
      await happen(root);
      const other = openLocal(root);
      const { told, next } = await since(other, first);
      assert.deepEqual(told, HAPPENED);
      assert.deepEqual((await since(other, next)).told, [], "from there on by its own journal");
      await rm(join(root, "new.txt"));
      assert.deepEqual((await since(other, next)).told, ["DELETE file /new.txt"]);
      assert.deepEqual((await since(openLocal(root), next)).told, ["DELETE file /new.txt"]);
      assert.deepEqual((await since(account, next)).told, ["DELETE file /new.txt"], "and back");
    }));

  test("a file in the place of a folder and a folder in that of a file, in another process", () =>
    withFolders(async ({ root, account }) => {
      await mkdir(join(root, "a"));
      await writeFile(join(root, "a", "inner"), "");
      await writeFile(join(root, "b"), "");
      const first = await now(account);
      await rm(join(root, "a"), { recursive: true });
      await writeFile(join(root, "a"), "");
      await rm(join(root, "b"));
      await mkdir(join(root, "b"));
      await writeFile(join(root, "b", "inner"), "");
      const told = [
        "ADD file /a",
        "ADD file /b/inner",
        "ADD folder /b",
        "DELETE file /a/inner",
        "DELETE file /b",
        "DELETE folder /a",
      ];
      assert.deepEqual((await since(openLocal(root), first)).told, told);
    }));

  test("many changes, each once, in this process and in another", () =>
    withFolders(async ({ root, account }) => {
      const first = await now(account);
      for (let index = 0; index < 2_500; index++) await writeFile(join(root, `${index}`), "");
      for (const reader of [account, openLocal(root)]) {
        const { told } = await since(reader, first);
        assert.equal(told.length, 2_500);
        assert.equal(new Set(told).size, 2_500);
      }
    }));

  test("a tree too large to remember: by times, deletions as an update of their folder", () =>
    withFolders(async ({ root, account }) => {
      await mkdir(join(root, "full"));
      await mkdir(join(root, "other"));
      await writeFile(join(root, "other", "gone.txt"), "");
      for (let start = 0; start < 50_000; start += 500)
        await Promise.all(
          Array.from({ length: 500 }, (_, index) => writeFile(join(root, "full", `${start + index}`), "")),
        );
      // Times are compared with a margin of two seconds, for the kernel's clock is coarser than ours.
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      const first = await now(account);
      await rm(join(root, "other", "gone.txt"));
      await writeFile(join(root, "new.txt"), "new");
      for (const reader of [account, openLocal(root)])
        assert.deepEqual((await since(reader, first)).told, ["ADD file /new.txt", "UPDATE folder /other"]);
    }));

  test("a file under way is no change until it is there", () =>
    withFolders(async ({ account }) => {
      const first = await now(account);
      assert.ok(account.parts);
      const session = await account.parts.start({ parent: ROOT, name: "a.txt", ifExists: "fail" });
      const receipt = await account.parts.put(session, { number: 1, length: 1 }, streamFrom("a"));
      assert.deepEqual((await since(account, first)).told, []);
      await account.parts.complete(session, [{ number: 1, receipt }]);
      assert.deepEqual((await since(account, first)).told, ["ADD file /a.txt"]);
    }));

  test("watching rings for what happens, also in folders that are new, and no more when it has ended", () =>
    withFolders(async ({ root, account: { events } }) => {
      let ring: () => void = () => undefined;
      let rings = 0;
      const unwatch = await events.watch(() => {
        rings++;
        ring();
      });
      const rung = async (happens: () => Promise<unknown>): Promise<void> => {
        const heard = new Promise<void>((resolve) => {
          ring = resolve;
        });
        // The watchers do not keep a process alive; this test has to.
        const awake = setInterval(() => undefined, 1000);
        await happens();
        await heard;
        clearInterval(awake);
        await events.changes(null);
      };
      await rung(() => writeFile(join(root, "a.txt"), "a"));
      await rung(() => mkdir(join(root, "new")));
      await rung(() => writeFile(join(root, "new", "b.txt"), "b"));
      await rung(() => rename(join(root, "new", "b.txt"), join(root, "new", "c.txt")));
      unwatch();
      const before = rings;
      await writeFile(join(root, "d.txt"), "d");
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(rings, before);
    }));

  test("a cursor that nobody gave out is refused", () =>
    withFolders(async ({ account: { events } }) => {
      const made = (cursor: object) => Buffer.from(JSON.stringify(cursor)).toString("base64url");
      const point = { epoch: null, position: 0, time: 0 };
      for (const cursor of ["", "nonsense", made({ epoch: 1 }), made(point), made({ ...point, held: "x" })])
        await assert.rejects(events.changes(cursor), fails("invalid_parameters"), cursor);
    }));
});
