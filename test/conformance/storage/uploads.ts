import assert from "node:assert/strict";
import { brokenAfter, bytesOf, sha256, streamOf } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { type Check, keyOf } from "./bench.js";
import { assertItem } from "./shape.js";

const TAKES = ["upload", "list", "download"] as const;
const CHUNK = 65_536;

export const uploads = (check: Check): void => {
  check("an upload answers with the file", [...TAKES, "get"], async (bench) => {
    const file = await bench.upload("a.txt", "hello", { mimeType: "text/plain" });
    assertItem(file);
    assert.equal(file.type, "file");
    assert.equal(file.name, "a.txt");
    assert.equal(file.parentId?.native, bench.folder.id.native);
    assert.equal((await bench.storage.get(keyOf(file))).id.valueOf(), file.id.valueOf());
  });

  check("a body of unknown length", TAKES, async (bench) => {
    const parent = bench.folder.id.native;
    const size = 3 * CHUNK + 1;
    const unsized = { parent, name: "unknown.bin", ifExists: "fail" } as const;
    const file = await bench.storage.upload(unsized, streamOf(size, "unknown"));
    assert.equal(file.size ?? size, size);
    assert.equal(sha256(await bench.read(file)), sha256(bytesOf(size, "unknown")));
  });

  check("fail: a name that is free is taken, one that is taken is a conflict", TAKES, async (bench) => {
    await bench.upload("a.txt", "first", { ifExists: "fail" });
    await assert.rejects(bench.upload("a.txt", "second", { ifExists: "fail" }), fails("naming_conflict"));
    assert.deepEqual(await bench.names(), ["a.txt"]);
  });

  check("rename: a (1).txt, a (2).txt, and the first is untouched", TAKES, async (bench) => {
    const made = [];
    for (const content of ["one", "two", "three"])
      made.push(await bench.upload("a.txt", content, { ifExists: "rename" }));
    assert.deepEqual(
      made.map(({ name }) => name),
      ["a.txt", "a (1).txt", "a (2).txt"],
    );
    assert.deepEqual(await Promise.all(made.map((file) => bench.text(file))), ["one", "two", "three"]);
  });

  check("rename: names without an ending, and with a leading dot", TAKES, async (bench) => {
    for (const name of ["README", ".profile", "archive.tar.gz"]) {
      await bench.upload(name);
      const second = await bench.upload(name, "second", { ifExists: "rename" });
      assert.notEqual(second.name, name);
      assert.match(second.name, /\(1\)/);
    }
    assert.equal((await bench.names()).length, 6);
  });

  check("rename: a folder of that name is in the way like a file", TAKES, async (bench) => {
    const folder = await bench.makeFolder("a.txt");
    const file = await bench.upload("a.txt", "file", { ifExists: "rename" });
    assert.equal(file.name, "a (1).txt");
    assert.deepEqual(await bench.items(folder), []);
  });

  check("replace: the same file with new contents, shorter or longer; nothing else changes", TAKES, async (bench) => {
    const file = await bench.upload("a.txt", "0123456789");
    const neighbour = await bench.upload("a.txt.old", "neighbour");
    for (const content of ["short", "much longer than it was before", ""]) {
      const replaced = await bench.upload("a.txt", content, { ifExists: "replace" });
      assert.equal(replaced.id.native, file.id.native);
      assert.equal(replaced.name, "a.txt");
      assert.equal(replaced.size ?? content.length, content.length);
      assert.equal(await bench.text(replaced), content);
    }
    assert.equal(await bench.text(neighbour), "neighbour");
    assert.deepEqual(await bench.names(), ["a.txt", "a.txt.old"]);
  });

  check("replace: with nothing to replace, a new file", TAKES, async (bench) => {
    const file = await bench.upload("new.txt", "new", { ifExists: "replace" });
    assert.equal(await bench.text(file), "new");
  });

  check("a parent that is a file", TAKES, async (bench) => {
    const file = await bench.upload("parent.txt", "untouched");
    await assert.rejects(bench.upload("child.txt", "x", { parent: file.id.native }), fails("invalid_parent_folder"));
    assert.equal(await bench.text(file), "untouched");
  });

  check("a parent that is gone", [...TAKES, "delete"], async (bench) => {
    const folder = await bench.makeFolder("gone");
    await bench.remove(folder);
    const upload = bench.upload("child.txt", "x", { parent: folder.id.native });
    await assert.rejects(upload, fails("not_found", "invalid_parent_folder"));
    assert.deepEqual(await bench.names(), []);
  });

  for (const [what, size] of [
    ["of known length", 10 * CHUNK],
    ["of unknown length", undefined],
  ] as const)
    for (const [when, sent] of [
      ["at once", 0],
      ["midway", 5 * CHUNK],
    ] as const)
      check(`a body ${what} that breaks ${when} leaves nothing behind`, TAKES, async (bench) => {
        const file = { parent: bench.folder.id.native, name: "broken.bin", size, ifExists: "fail" } as const;
        await assert.rejects(bench.storage.upload(file, brokenAfter(sent)));
        assert.deepEqual(await bench.names(), []);
        await bench.upload("broken.bin", "the name is free");
      });

  for (const [what, said, sent] of [
    ["shorter", 10 * CHUNK, 5 * CHUNK],
    ["shorter by one byte", CHUNK, CHUNK - 1],
    ["longer", 5 * CHUNK, 10 * CHUNK],
    ["longer by one byte", CHUNK, CHUNK + 1],
    ["longer than nothing", 0, 1],
  ] as const)
    check(`a body ${what} than it was said to be leaves nothing behind`, TAKES, async (bench) => {
      const file = { parent: bench.folder.id.native, name: "wrong.bin", size: said, ifExists: "fail" } as const;
      await assert.rejects(bench.storage.upload(file, streamOf(sent)), fails("request_failed"));
      assert.deepEqual(await bench.names(), []);
    });

  check("a replacement that breaks midway leaves the old contents", TAKES, async (bench) => {
    const file = await bench.upload("kept.txt", "the old contents");
    const next = { parent: bench.folder.id.native, name: "kept.txt", size: 10 * CHUNK, ifExists: "replace" } as const;
    await assert.rejects(bench.storage.upload(next, brokenAfter(5 * CHUNK)));
    assert.deepEqual(await bench.names(), ["kept.txt"]);
    assert.equal(await bench.text(file), "the old contents");
  });
};
