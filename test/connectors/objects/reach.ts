import assert from "node:assert/strict";
import { ROOT, type StorageItem } from "../../../src/connectors/connector.js";
import type { UnifiedStorage } from "../../../src/unified/storage/storage.js";
import { everyItem } from "../../conformance/storage/bench.js";
import { contentOf } from "../../support/bytes.js";
import { contentsOf } from "./odd.js";

/**
 * Everything under these keys is told exactly once by walking the folders and by one recursive list, under the same ids; it is
 * found by its id and its path of folders leads back to the root.
 */
export const assertAllReachable = async (storage: UnifiedStorage, keys: readonly string[]): Promise<void> => {
  const files = keys.filter((key) => contentsOf(key) !== "");
  const folders = new Set(keys.flatMap((key) => [...key.matchAll(/\//g)].map(({ index }) => key.slice(0, index + 1))));
  const expected = [
    ...files.map((key) => `file ${key.endsWith("/") ? "=" : ""}/${key}`),
    ...[...folders].map((key) => `folder /${key}`),
  ].sort();
  const told = (items: readonly StorageItem[]) => items.map(({ type, id }) => `${type} ${id.native}`).sort();

  const walked: StorageItem[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const item of await everyItem(2, (paging) => storage.list(folder, paging))) {
      walked.push(item);
      if (item.type === "folder") await walk(item.id.native);
    }
  };
  await walk(ROOT);
  assert.deepEqual(told(walked), expected, "by walking");
  for (const limit of [1, 7, 1000]) {
    const flat = await everyItem(limit, (paging) => storage.list(ROOT, { ...paging, recursive: true }));
    assert.deepEqual(told(flat), expected, `recursively, ${limit} a page`);
  }

  const parents = new Map(walked.map((item) => [item.id.native, item]));
  for (const item of walked) {
    const found = await storage.get({ type: "object", id: item.id.native });
    assert.deepEqual([found.type, found.name, found.path], [item.type, item.name, item.path], item.id.native);
    assert.ok(item.name !== "", item.id.native);
    let above = 0;
    for (let at = item.parentId; at && at.native !== ROOT; at = parents.get(at.native)?.parentId ?? null) {
      assert.equal(parents.get(at.native)?.type, "folder", `${at.native} above ${item.id.native}`);
      assert.ok(++above < 20);
    }
    if (item.type === "folder") continue;
    const key = item.id.native.replace(/^=?\//, "");
    const { body } = await storage.download(item.id.native);
    assert.equal((await contentOf(body)).toString(), contentsOf(key), item.id.native);
  }
};
