import assert from "node:assert/strict";
import { fails } from "../../support/fails.js";
import { brief, type Check, keyOf } from "./bench.js";
import { assertItem } from "./shape.js";

const TAKES = ["copy", "upload", "list", "download", "delete"] as const;

export const copies = (check: Check): void => {
  check("a file into another folder, and under another name", TAKES, async (bench) => {
    const target = await bench.makeFolder("target");
    const file = await bench.upload("a.txt", "contents");
    const copied = await bench.storage.copy(keyOf(file), { parent: target.id.native });
    const named = await bench.storage.copy(keyOf(file), { parent: bench.folder.id.native, name: "b.txt" });
    assertItem(copied);
    assert.deepEqual([copied.name, named.name], ["a.txt", "b.txt"]);
    assert.equal(new Set([file, copied, named].map(({ id }) => id.native)).size, 3);
    for (const copy of [copied, named, file]) assert.equal(await bench.text(copy), "contents");
    assert.deepEqual((await bench.items(target)).map(brief), [brief(copied)]);
  });

  check("a copy and its original are independent", TAKES, async (bench) => {
    const file = await bench.upload("a.txt", "original");
    const copy = await bench.storage.copy(keyOf(file), { parent: bench.folder.id.native, name: "copy.txt" });
    await bench.upload("a.txt", "changed", { ifExists: "replace" });
    assert.equal(await bench.text(copy), "original");
    await bench.remove(file);
    assert.equal(await bench.text(copy), "original");
  });

  check("a folder with all it holds", TAKES, async (bench) => {
    const source = await bench.makeFolder("source");
    const inner = await bench.makeFolder("inner & more", source);
    await bench.makeFolder("empty", source);
    await bench.upload("top.txt", "top", { parent: source.id.native });
    await bench.upload("é #1.txt", "deep", { parent: inner.id.native });
    await bench.upload("zero", "", { parent: inner.id.native });
    const tree = async (folder: typeof source) =>
      Promise.all(
        (await bench.items(folder, { recursive: true }))
          .sort((one, other) => (one.name < other.name ? -1 : 1))
          .map(async (item) => [item.name, item.type === "file" ? await bench.text(item) : null]),
      );
    const before = await tree(source);
    const copy = await bench.storage.copy(keyOf(source), { parent: bench.folder.id.native, name: "copy" });
    assert.ok(copy.type === "folder");
    assert.deepEqual([copy.name, await tree(copy)], ["copy", before]);
    await bench.remove(source, true);
    assert.deepEqual(await tree(copy), before);
    assert.deepEqual(await bench.names(), ["copy"]);
  });

  check("a folder cannot be copied into itself or below", TAKES, async (bench) => {
    const outer = await bench.makeFolder("outer");
    const inner = await bench.makeFolder("inner", outer);
    for (const { id } of [outer, inner]) {
      const copy = bench.storage.copy(keyOf(outer), { parent: id.native, name: "copy" });
      await assert.rejects(copy, fails("invalid_parent_folder"));
    }
    assert.equal((await bench.items(bench.folder, { recursive: true })).length, 2);
  });

  check("nothing can be copied into a file, or to a folder that is gone", TAKES, async (bench) => {
    const [file, gone] = [await bench.upload("file"), await bench.makeFolder("gone")];
    await bench.remove(gone);
    const copy = (parent: string) => bench.storage.copy(keyOf(file), { parent, name: "copy" });
    await assert.rejects(copy(file.id.native), fails("invalid_parent_folder"));
    await assert.rejects(copy(gone.id.native), fails("not_found", "invalid_parent_folder"));
    assert.deepEqual(await bench.names(), ["file"]);
  });
};
