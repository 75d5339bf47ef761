import assert from "node:assert/strict";
import { mkdir, readdir, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../../../src/connectors/connector.js";
import { fails } from "../../support/fails.js";
import { openLocal, readAll, withFolders } from "./account.js";

const fill = async (folder: string, count: number): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < count; index++) await writeFile(join(folder, `${index}.txt`), "");
};

const openDescriptors = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
const onLinux = { skip: process.platform !== "linux" && "descriptors are counted in /proc" };

/** Each page asked of another process: nothing but the cursor is carried on. */
const readAcrossProcesses = (root: string, limit: number, recursive: boolean) =>
  readAll(limit, (paging) => openLocal(root).storage.list(ROOT, { ...paging, recursive }));

describe("local: listing", () => {
  test("thousands of entries in pages, each once, with few descriptors", onLinux, () =>
    withFolders(async ({ root, account: { storage } }) => {
      await fill(root, 5_000);
      const before = await openDescriptors();
      const seen = new Set<string>();
      let cursor: string | null = null;
      do {
        const page = await storage.list(ROOT, { cursor, limit: 300 });
        for (const { name } of page.items) seen.add(name);
        cursor = page.next;
        assert.ok((await openDescriptors()) - before <= 4, "a walk holds one folder and its stream");
      } while (cursor !== null);
      assert.equal(seen.size, 5_000);
      assert.equal(await openDescriptors(), before);
    }),
  );

  test("lists that nobody reads to their end hold a bounded number of descriptors, and still go on", onLinux, () =>
    withFolders(async ({ root, account: { storage } }) => {
      await fill(root, 30);
      const before = await openDescriptors();
      const begun = [];
      for (let list = 0; list < 200; list++) begun.push(await storage.list(ROOT, { cursor: null, limit: 10 }));
      assert.ok((await openDescriptors()) - before <= 64 * 2 + 4);
      const [oldest] = begun;
      assert.ok(oldest);
      const rest = await storage.list(ROOT, { cursor: oldest.next, limit: 100 });
      const names = [...oldest.items, ...rest.items].map(({ name }) => name);
      assert.equal(new Set(names).size, 30);
      assert.equal(names.length, 30);
    }),
  );

  for (const limit of [1, 7, 64, 65])
    test(`pages of ${limit} go on in another process, without loss or repetition`, () =>
      withFolders(async ({ root }) => {
        await fill(root, 40);
        await fill(join(root, "a"), 20);
        await fill(join(root, "a", "b", "c"), 20);
        await mkdir(join(root, "a", "b", "empty"));
        for (const recursive of [false, true]) {
          const names = (await readAcrossProcesses(root, limit, recursive)).map(({ path }) => path);
          const expected = (await readdir(root, { recursive })).map((name) => `/${name}`);
          assert.deepEqual(names.toSorted(), expected.toSorted());
        }
      }));

  test("a page asked for again, also after later ones, is the same", () =>
    withFolders(async ({ root, account: { storage } }) => {
      await fill(root, 20);
      const first = await storage.list(ROOT, { cursor: null, limit: 5 });
      const second = await storage.list(ROOT, { cursor: first.next, limit: 5 });
      const third = await storage.list(ROOT, { cursor: second.next, limit: 5 });
      for (const [cursor, page] of [
        [first.next, second],
        [second.next, third],
        [first.next, second],
      ] as const) {
        const again = await storage.list(ROOT, { cursor, limit: 5 });
        assert.deepEqual(
          again.items.map(({ path }) => path),
          page.items.map(({ path }) => path),
        );
      }
    }));

  test("deleting what was listed loses nothing that was not, with the walk open or gone", () =>
    withFolders(async ({ root, account }) => {
      for (const ask of [() => account, () => openLocal(root)]) {
        await fill(root, 50);
        let cursor: string | null = null;
        do {
          const page = await ask().storage.list(ROOT, { cursor, limit: 10 });
          for (const { name } of page.items) await unlink(join(root, name));
          cursor = page.next;
        } while (cursor !== null);
        assert.deepEqual(await readdir(root), []);
      }
    }));

  test("a folder that goes away in the middle of a recursive list ends its part of it", () =>
    withFolders(async ({ root, outside }) => {
      await fill(join(root, "a"), 10);
      await fill(join(root, "b"), 10);
      for (const keepOpen of [true, false]) {
        const one = openLocal(root);
        const page = await one.storage.list(ROOT, { cursor: null, limit: 5, recursive: true });
        const [first] = page.items;
        assert.ok(first?.type === "folder");
        await rename(join(root, first.name), join(outside, first.name));
        const account = keepOpen ? one : openLocal(root);
        const rest = await readAll(100, ({ cursor, limit }) =>
          account.storage.list(ROOT, { cursor: cursor ?? page.next, limit, recursive: true }),
        );
        const other = first.name === "a" ? "b" : "a";
        assert.equal(rest.filter(({ path }) => path?.startsWith(`/${other}/`)).length, 10);
        await rename(join(outside, first.name), join(root, first.name));
      }
    }));

  test("names that are no UTF-8 are passed over, and deleted with their folder", onLinux, () =>
    withFolders(async ({ root, account: { storage } }) => {
      await mkdir(join(root, "folder"));
      const bad = (name: Buffer) => Buffer.concat([Buffer.from(`${root}/folder/`), name]);
      await writeFile(bad(Buffer.from([0x62, 0xff, 0x2e])), "bad");
      await mkdir(bad(Buffer.from([0xc3, 0x28])));
      await writeFile(Buffer.concat([bad(Buffer.from([0xc3, 0x28])), Buffer.from("/inner")]), "inner");
      await writeFile(join(root, "folder", "b\ufffd."), "good");
      const items = await readAll(10, (paging) => storage.list(ROOT, { ...paging, recursive: true }));
      assert.deepEqual(items.map(({ name }) => name).sort(), ["b\ufffd.", "folder"]);
      await storage.delete({ type: "folder", id: "/folder" }, { recursive: true, permanent: false });
      assert.deepEqual(await readdir(root), []);
    }),
  );

  test("a cursor serves the list that gave it and no other", () =>
    withFolders(async ({ root, account: { storage } }) => {
      await fill(root, 5);
      await fill(join(root, "folder"), 5);
      const { next } = await storage.list("/folder", { cursor: null, limit: 2 });
      const wrong = fails("invalid_parameters");
      await assert.rejects(storage.list(ROOT, { cursor: next, limit: 2 }), wrong);
      await assert.rejects(storage.list("/folder", { cursor: next, limit: 2, recursive: true }), wrong);
      await assert.rejects(storage.search({ query: "txt", cursor: next, limit: 2 }), wrong);
      const forged = Buffer.from(JSON.stringify({ begun: 1, names: [".."], enter: true, question: "", kept: "" }));
      await assert.rejects(storage.list(ROOT, { cursor: forged.toString("base64url"), limit: 2 }), wrong);
    }));

  test("failed operations leave no descriptor open", onLinux, () =>
    withFolders(async ({ root, account: { storage, events } }) => {
      await writeFile(join(root, "file"), "");
      await storage.get({ type: "file", id: "/file" });
      const before = await openDescriptors();
      for (const id of ["/..", "/none", "/none/none", "/file/none", "no id", "/file"])
        await Promise.allSettled([
          storage.list(id, { cursor: null, limit: 1 }),
          storage.get({ type: "object", id: `${id}x` }),
          storage.getMany([
            { type: "object", id },
            { type: "object", id: `${id}/x/y` },
          ]),
          storage.download(id, { start: 5 }),
          storage.createFolder({ parent: id, name: "x" }),
          storage.update({ type: "object", id }, { parent: "/none" }),
          storage.copy({ type: "object", id }, { parent: "/file" }),
          storage.delete({ type: "folder", id }, { recursive: true, permanent: true }),
          events.changes("bad"),
        ]);
      assert.equal(await openDescriptors(), before);
    }),
  );
});

describe("local: search and recent", () => {
  test("recent goes on in another process, and beyond what one walk remembers", () =>
    withFolders(async ({ root, account }) => {
      await fill(root, 1_300);
      for (const [limit, ask] of [
        [100, () => account],
        [700, () => account],
        [300, () => openLocal(root)],
      ] as const) {
        const files = await readAll(limit, (paging) => ask().storage.recent(paging));
        assert.equal(new Set(files.map(({ path }) => path)).size, 1_300);
        assert.equal(files.length, 1_300);
        const times = files.map(({ modified }) => Date.parse(modified ?? ""));
        assert.deepEqual(
          times,
          times.toSorted((one, other) => other - one),
        );
      }
    }));

  test("search finds names in any case and either form of their accents, once each in nested folders", () =>
    withFolders(async ({ root, account: { storage } }) => {
      await mkdir(join(root, "a", "inner"), { recursive: true });
      await writeFile(join(root, "a", "CAFE\u0301.txt"), "");
      await writeFile(join(root, "a", "inner", "caf\u00e9.md"), "");
      await writeFile(join(root, "Caf\u00e9"), "");
      const found = async (folders?: string[]) => {
        const search = { query: "Caf\u00c9", ...(folders ? { in: folders } : {}) };
        return (await readAll(1, (paging) => storage.search({ ...paging, ...search }))).length;
      };
      assert.equal(await found(), 3);
      assert.equal(await found(["/a", "/a/inner", "/a"]), 2);
      assert.equal(await found(["/a/inner", ROOT]), 3);
      await assert.rejects(found(["/none"]), fails("not_found"));
    }));
});
