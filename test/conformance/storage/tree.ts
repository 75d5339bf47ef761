import assert from "node:assert/strict";
import { ROOT } from "../../../src/connectors/connector.js";
import { fails } from "../../support/fails.js";
import { brief, type Check, keyOf } from "./bench.js";
import { assertItem } from "./shape.js";

const TAKES = ["upload", "list", "download", "update", "delete"] as const;
const how = { recursive: true, permanent: false };

export const tree = (check: Check): void => {
  check("a new folder answers as it will be listed", TAKES, async (bench) => {
    const folder = await bench.makeFolder("new");
    assertItem(folder);
    assert.equal(folder.type, "folder");
    assert.equal(folder.parentId?.native, bench.folder.id.native);
    assert.deepEqual((await bench.items()).map(brief), [brief(folder)]);
    assert.deepEqual(await bench.items(folder), []);
  });

  check("a file renamed: new name, same contents, same place", TAKES, async (bench) => {
    const renamed = await bench.storage.update(keyOf(await bench.upload("old.txt", "same")), { name: "new.md" });
    assertItem(renamed);
    assert.equal(renamed.name, "new.md");
    assert.equal(renamed.parentId?.native, bench.folder.id.native);
    assert.equal(await bench.text(renamed), "same");
    assert.deepEqual((await bench.items()).map(brief), [brief(renamed)]);
  });

  check("a name whose case alone changes", TAKES, async (bench) => {
    const file = await bench.upload("Report.txt", "report");
    const renamed = await bench.storage.update(keyOf(file), { name: "report.txt" });
    assert.equal(renamed.name, "report.txt");
    assert.deepEqual(await bench.names(), ["report.txt"]);
    assert.equal(await bench.text(renamed), "report");
  });

  check("a file moved, and moved with a new name", TAKES, async (bench) => {
    const target = await bench.makeFolder("target");
    const file = await bench.upload("a.txt", "travels");
    const moved = await bench.storage.update(keyOf(file), { parent: target.id.native });
    assert.equal(moved.parentId?.native, target.id.native);
    assert.deepEqual(await bench.names(), ["target"]);
    const back = await bench.storage.update(keyOf(moved), { parent: bench.folder.id.native, name: "b.txt" });
    assert.deepEqual(await bench.names(), ["b.txt", "target"]);
    assert.deepEqual(await bench.names(target), []);
    assert.equal(await bench.text(back), "travels");
  });

  check("a folder renamed and moved takes along all it holds", TAKES, async (bench) => {
    const [target, folder] = [await bench.makeFolder("target"), await bench.makeFolder("folder")];
    const inner = await bench.makeFolder("inner", folder);
    await bench.upload("deep.txt", "deep", { parent: inner.id.native });
    const moved = await bench.storage.update(keyOf(folder), { parent: target.id.native, name: "moved" });
    assert.equal(moved.name, "moved");
    const below = await bench.items(moved, { recursive: true });
    assert.deepEqual(below.map(({ name }) => name).sort(), ["deep.txt", "inner"]);
    const file = below.find(({ type }) => type === "file");
    assert.ok(file);
    assert.equal(await bench.text(file), "deep");
    assert.deepEqual(await bench.names(), ["target"]);
  });

  check("a folder cannot be moved into itself or below", TAKES, async (bench) => {
    const outer = await bench.makeFolder("outer");
    const inner = await bench.makeFolder("inner", outer);
    const deep = await bench.makeFolder("deep", inner);
    for (const { id } of [outer, inner, deep])
      await assert.rejects(bench.storage.update(keyOf(outer), { parent: id.native }), fails("invalid_parent_folder"));
    assert.deepEqual((await bench.items(bench.folder, { recursive: true })).map(({ name }) => name).sort(), [
      "deep",
      "inner",
      "outer",
    ]);
    const sibling = await bench.makeFolder("outer and more");
    await bench.storage.update(keyOf(outer), { parent: sibling.id.native });
    assert.deepEqual(await bench.names(), ["outer and more"]);
  });

  check("nothing can be moved into a file, or to a folder that is gone", TAKES, async (bench) => {
    const [file, item, gone] = [await bench.upload("file"), await bench.upload("item"), await bench.makeFolder("gone")];
    await bench.remove(gone);
    const move = (parent: string) => bench.storage.update(keyOf(item), { parent });
    await assert.rejects(move(file.id.native), fails("invalid_parent_folder"));
    await assert.rejects(move(gone.id.native), fails("not_found", "invalid_parent_folder"));
    assert.deepEqual(await bench.names(), ["file", "item"]);
  });

  check("no folder can be made in a file, or in a folder that is gone", TAKES, async (bench) => {
    const [file, gone] = [await bench.upload("file"), await bench.makeFolder("gone")];
    await bench.remove(gone);
    const make = (parent: string) => bench.storage.createFolder({ parent, name: "child" });
    await assert.rejects(make(file.id.native), fails("invalid_parent_folder"));
    await assert.rejects(make(gone.id.native), fails("not_found", "invalid_parent_folder"));
    assert.deepEqual(await bench.names(), ["file"]);
  });

  check("a deleted file is gone, and its name is free", TAKES, async (bench) => {
    const file = await bench.upload("a.txt");
    await bench.remove(file);
    await bench.gone(file);
    await bench.upload("a.txt", "again");
    assert.deepEqual(await bench.names(), ["a.txt"]);
  });

  check("a folder with contents is deleted only recursively, with all of it", TAKES, async (bench) => {
    const folder = await bench.makeFolder("full");
    const inner = await bench.makeFolder("inner", folder);
    const file = await bench.upload("deep.txt", "deep", { parent: inner.id.native });
    await assert.rejects(bench.remove(folder), fails("folder_not_empty"));
    assert.equal(await bench.text(file), "deep");
    await bench.remove(folder, true);
    for (const item of [folder, inner, file]) await bench.gone(item);
    assert.deepEqual(await bench.names(), []);
  });

  check("an empty folder is deleted without more ado, past the trash too", TAKES, async (bench) => {
    await bench.remove(await bench.makeFolder("empty"));
    const other = await bench.makeFolder("other");
    await bench.storage.delete(keyOf(other), { recursive: false, permanent: true });
    assert.deepEqual(await bench.names(), []);
  });

  check("the root folder cannot be deleted, renamed or moved", TAKES, async (bench) => {
    const file = await bench.upload("survivor.txt");
    const root = await bench.storage.get({ type: "folder", id: ROOT });
    for (const id of [ROOT, root.id.native]) {
      const key = { type: "folder", id } as const;
      await assert.rejects(bench.storage.delete(key, how), fails("bad_request"));
      await assert.rejects(bench.storage.update(key, { name: "other" }), fails("bad_request"));
      const move = bench.storage.update(key, { parent: bench.folder.id.native });
      await assert.rejects(move, fails("bad_request", "invalid_parent_folder"));
    }
    assert.equal(await bench.text(file), "survivor.txt");
  });

  check("paths follow what happens to folders", ["byPath", ...TAKES], async (bench) => {
    const base = `/${bench.folder.name}`;
    const folder = await bench.makeFolder("old");
    const file = await bench.upload("a.txt", "a", { parent: folder.id.native });
    assert.deepEqual(brief(await bench.storage.byPath(`${base}/old/a.txt`)), brief(file));
    assert.deepEqual(brief(await bench.storage.byPath(`${base}/old`)), brief(folder));
    await bench.storage.update(keyOf(folder), { name: "new" });
    assert.equal((await bench.storage.byPath(`${base}/new/a.txt`)).name, "a.txt");
    for (const path of [`${base}/old/a.txt`, `${base}/none`, `${base}/new/a.txt/below`])
      await assert.rejects(bench.storage.byPath(path), fails("not_found"), path);
    assert.equal((await bench.storage.byPath("/")).parentId, null);
  });

  check("a path never leads out of the account", ["byPath"], async (bench) => {
    for (const path of [
      "/../etc/passwd",
      `/${bench.folder.name}/../../etc/passwd`,
      "/..",
      "/%2e%2e/etc/passwd",
      "/a\0b",
    ])
      await assert.rejects(bench.storage.byPath(path), fails("not_found", "invalid_parameters"), path);
  });
};
