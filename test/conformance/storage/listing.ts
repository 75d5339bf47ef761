import assert from "node:assert/strict";
import type { Folder } from "../../../schema/storage/folder.js";
import { ROOT, type StorageItem } from "../../../src/connectors/connector.js";
import { ApiError } from "../../../src/errors.js";
import { fails } from "../../support/fails.js";
import { type Bench, brief, type Check } from "./bench.js";
import { assertItem } from "./shape.js";

/** So many items, files and folders by turns. */
const fill = async (bench: Bench, count: number): Promise<StorageItem[]> => {
  const items: StorageItem[] = [];
  for (let index = 0; index < count; index++)
    items.push(await (index % 2 ? bench.makeFolder(`folder ${index}`) : bench.upload(`file ${index}`)));
  return items;
};

const sameItems = (actual: readonly StorageItem[], expected: readonly StorageItem[]): void => {
  const sorted = (items: readonly StorageItem[]) => items.map(brief).sort((one, other) => (one.id < other.id ? -1 : 1));
  assert.deepEqual(sorted(actual), sorted(expected));
};

export const listing = (check: Check): void => {
  for (const limit of [1, 2, 5])
    for (const count of new Set([0, 1, limit, limit + 1]))
      check(`${count} items in pages of ${limit}: each of them once`, ["list", "upload"], async (bench) => {
        const made = await fill(bench, count);
        sameItems(await bench.items(bench.folder, { limit }), made);
      });

  check("pages of the service's own size, and a limit beyond it", ["list", "upload"], async (bench) => {
    const made = await fill(bench, 3);
    const { pageSize } = bench.account.traits;
    sameItems(await bench.items(bench.folder, { limit: pageSize }), made);
    sameItems(await bench.items(bench.folder, { limit: pageSize * 10 }), made);
  });

  check("a page can be asked for again by its cursor", ["list", "upload"], async (bench) => {
    await fill(bench, 5);
    const folder = bench.folder.id.native;
    const { next } = await bench.storage.list(folder, { cursor: null, limit: 2 });
    assert.ok(next !== null, "two of five items are not the end");
    const [once, again] = [
      await bench.storage.list(folder, { cursor: next, limit: 2 }),
      await bench.storage.list(folder, { cursor: next, limit: 2 }),
    ];
    assert.deepEqual(again.items.map(brief), once.items.map(brief));
  });

  check("a cursor that nobody gave out is refused, not believed", ["list", "upload"], async (bench) => {
    await fill(bench, 3);
    for (const cursor of ["nonsense", "../../etc", "\0", "0"])
      await assert.rejects(
        bench.storage.list(bench.folder.id.native, { cursor, limit: 2 }),
        (error) => error instanceof ApiError && error.status < 500,
        `the cursor ${JSON.stringify(cursor)}`,
      );
  });

  check("items say what they are: shape, times, parent", ["list", "upload", "get"], async (bench) => {
    await fill(bench, 2);
    const items = await bench.items();
    assert.equal(items.length, 2);
    for (const item of items) {
      assertItem(item);
      assert.equal(item.parentId?.native, bench.folder.id.native);
      assertItem(await bench.storage.get({ type: item.type, id: item.id.native }));
    }
  });

  check("only what lies directly in a folder", ["list", "upload"], async (bench) => {
    const inner = await bench.makeFolder("inner");
    await bench.upload("deep.txt", "deep", { parent: inner.id.native });
    assert.deepEqual(await bench.names(), ["inner"]);
  });

  check("recursive: the whole subtree, flat, each item once", ["list", "upload"], async (bench) => {
    const made: StorageItem[] = [];
    let parent: Folder = bench.folder;
    for (let depth = 1; depth <= 12; depth++) {
      const here = parent.id.native;
      made.push(await bench.upload("same name.txt", `at ${depth}`, { parent: here }));
      made.push(await bench.makeFolder("empty", parent));
      parent = await bench.makeFolder(`level ${depth}`, parent);
      made.push(parent);
    }
    for (const limit of [1, 4, 100]) sameItems(await bench.items(bench.folder, { limit, recursive: true }), made);
  });

  check("recursive: an empty folder is an empty list", ["list"], async (bench) => {
    assert.deepEqual(await bench.items(bench.folder, { recursive: true }), []);
  });

  check("the root folder: one id, no parent, lists its children", ["list"], async (bench) => {
    const { storage } = bench;
    const root = await storage.get({ type: "folder", id: ROOT });
    assertItem(root);
    assert.equal(root.type, "folder");
    assert.equal(root.parentId, null);
    assert.deepEqual(brief(await storage.get({ type: "folder", id: root.id.native })), brief(root));
    assert.equal(bench.folder.parentId?.native, root.id.native);
    const [byWord, byId] = [await storage.list(ROOT, { cursor: null, limit: 1 }), await bench.items(root)];
    assert.equal(byWord.items.length <= 1, true);
    assert.ok(byId.some(({ id }) => id.native === bench.folder.id.native));
  });

  check("a file has no list", ["list", "upload"], async (bench) => {
    const file = await bench.upload("leaf.txt");
    await assert.rejects(bench.items(file), fails("invalid_resource_type", "not_found"));
  });

  check(
    "first pages of several folders, aligned with their ids",
    ["list", "listMany", "upload", "delete"],
    async (bench) => {
      const one = await bench.makeFolder("one");
      const empty = await bench.makeFolder("empty");
      const lost = await bench.makeFolder("lost");
      for (const name of ["a", "b", "c"]) await bench.upload(name, name, { parent: one.id.native });
      await bench.remove(lost);
      const folders = [empty, lost, one, empty].map(({ id }) => id.native);
      const maximum = bench.account.traits.listMany ?? 0;
      assert.ok(maximum > 0, "traits.listMany says how many folders one call takes");
      for (let start = 0; start < folders.length; start += maximum) {
        const asked = folders.slice(start, start + maximum);
        const pages = await bench.storage.listMany(asked, 2);
        assert.equal(pages.length, asked.length);
        for (const [index, page] of pages.entries()) {
          const folder = asked[index];
          if (folder === lost.id.native) fails("not_found")(page);
          else {
            assert.ok(!(page instanceof Error), String(page));
            assert.ok(page.items.length <= 2);
            if (folder === empty.id.native) assert.deepEqual(page, { ...page, items: [] });
            else assert.ok(page.next !== null || page.items.length === 3, "a page of three items that ends after two");
          }
        }
      }
    },
  );
};
