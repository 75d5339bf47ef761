import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { StorageItem } from "../../../src/connectors/connector.js";
import { type Bench, brief, type Check, everyItem, keyOf } from "./bench.js";
import { assertItem } from "./shape.js";

const LIMITS = [1, 2, 100] as const;

const search = (bench: Bench, query: string, within: readonly StorageItem[] | null, limit = 100) => {
  const folders = within ? { in: within.map(({ id }) => id.native) } : {};
  return everyItem(limit, (paging) => bench.storage.search({ query, ...folders, ...paging }));
};
const names = (items: readonly StorageItem[]): string[] => items.map(({ name }) => name).sort();

export const finding = (check: Check): void => {
  check(
    "shared with an address: the file itself, and what lies in a shared folder",
    ["sharedWith", "upload", "setPermissions"],
    async (bench) => {
      const email = `reader-${randomUUID()}@guests.example`;
      const read = () =>
        everyItem(1, async (paging) => bench.storage.sharedWith({ email, ...paging })).then((files) =>
          files.map(({ id }) => id.native).sort(),
        );
      assert.deepEqual(await read(), []);
      const file = await bench.upload("shared.txt");
      const folder = await bench.makeFolder("shared");
      const inner = await bench.upload("inner.txt", "inner", { parent: folder.id.native });
      await bench.upload("private.txt");
      for (const item of [file, folder])
        await bench.storage.setPermissions(keyOf(item), [{ email, type: "user", role: "reader" }], false);
      assert.deepEqual(await read(), [file.id.native, inner.id.native].sort());
    },
  );

  check("search finds files and folders by a word of their name, each once", ["search", "upload"], async (bench) => {
    const made = [
      await bench.upload("quarterly walrus.txt"),
      await bench.makeFolder("walrus plans"),
      await bench.upload("A Walrus.md"),
    ];
    await bench.upload("penguin.txt");
    for (const limit of LIMITS) assert.deepEqual(names(await search(bench, "walrus", null, limit)), names(made));
    for (const item of await search(bench, "walrus", null)) assertItem(item);
  });

  check("search within folders looks below them and nowhere else", ["search", "upload"], async (bench) => {
    const [one, two, three] = [
      await bench.makeFolder("one"),
      await bench.makeFolder("two"),
      await bench.makeFolder("three"),
    ];
    const below = await bench.makeFolder("below", one);
    for (const folder of [one, two, three, below])
      await bench.upload(`narwhal in ${folder.name}`, "x", { parent: folder.id.native });
    assert.deepEqual(names(await search(bench, "narwhal", [one])), ["narwhal in below", "narwhal in one"]);
    for (const limit of LIMITS)
      assert.deepEqual(names(await search(bench, "narwhal", [one, two], limit)), [
        "narwhal in below",
        "narwhal in one",
        "narwhal in two",
      ]);
  });

  check("search for what is not there is an empty list", ["search", "upload"], async (bench) => {
    await bench.upload("a.txt");
    assert.deepEqual(await search(bench, "no such name 4711", null), []);
    assert.deepEqual(await search(bench, "a.txt", [await bench.makeFolder("empty")]), []);
  });

  check("search takes its words as words, not as patterns", ["search", "upload"], async (bench) => {
    await bench.upload("ordinary.txt");
    for (const query of ["*", "%", "_________", ".*", "(", '"', "'", "\\", "[a-z]"])
      assert.deepEqual(await search(bench, query, [bench.folder]), [], JSON.stringify(query));
  });

  check("recent: every file, newest first, each once", ["recent", "upload"], async (bench) => {
    const made = [];
    for (const name of ["a", "b", "c"]) made.push(await bench.upload(name));
    await bench.makeFolder("no file");
    for (const limit of [2, 100]) {
      const items = await everyItem(limit, (paging) => bench.storage.recent(paging));
      for (const item of items) assert.equal(item.type, "file");
      const times = items.map(({ modified }) => Date.parse(modified ?? ""));
      assert.deepEqual(
        times,
        times.toSorted((one, other) => other - one),
      );
      assert.equal(new Set(items.map(({ id }) => id.native)).size, items.length);
      const found = items.filter(({ parentId }) => parentId?.native === bench.folder.id.native);
      assert.deepEqual(found.map(brief).toSorted(byName), made.map(brief));
    }
  });

  check("recent since a time: strictly later files only", ["recent", "upload"], async (bench) => {
    const made = [];
    for (const name of ["a", "b", "c"]) made.push(await bench.upload(name));
    const since = made[1]?.modified;
    assert.ok(since, "a service that sorts by time tells it");
    const items = await everyItem(100, (paging) => bench.storage.recent({ ...paging, since }));
    const later = (modified: string | null) => Date.parse(modified ?? "") > Date.parse(since);
    for (const { name, modified } of items) assert.ok(later(modified), `${name} of ${modified} is not after ${since}`);
    const found = items.filter(({ parentId }) => parentId?.native === bench.folder.id.native);
    const expected = made.filter(({ modified }) => later(modified));
    assert.deepEqual(found.map(brief).toSorted(byName), expected.map(brief));
    const future = { since: "2999-01-01T00:00:00Z", cursor: null, limit: 10 };
    assert.deepEqual((await bench.storage.recent(future)).items, []);
  });
};

const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
