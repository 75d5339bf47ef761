import assert from "node:assert/strict";
import { fails } from "../../support/fails.js";
import { type Check, keyOf, settled } from "./bench.js";

const TAKES = ["upload", "list", "download"] as const;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

export const concurrency = (check: Check): void => {
  check("20 uploads of different names at the same time", TAKES, async (bench) => {
    const { values, errors } = await settled(numbers(20).map((index) => bench.upload(`file ${index}`)));
    assert.deepEqual(errors, []);
    assert.deepEqual(
      await bench.names(),
      numbers(20)
        .map((index) => `file ${index}`)
        .sort(),
    );
    for (const file of values) assert.equal(await bench.text(file), file.name);
  });

  check("10 uploads of one name that may be renamed: 10 files, none lost", TAKES, async (bench) => {
    const { values, errors } = await settled(
      numbers(10).map((index) => bench.upload("same.txt", `contents ${index}`, { ifExists: "rename" })),
    );
    assert.deepEqual(errors, []);
    const names = values.map(({ name }) => name).sort();
    assert.equal(new Set(names).size, 10);
    assert.deepEqual(await bench.names(), names);
    const contents = await Promise.all((await bench.items()).map((file) => bench.text(file)));
    assert.deepEqual(
      contents.sort(),
      numbers(10).map((index) => `contents ${index}`),
    );
  });

  check("10 uploads of one name that may not clash: one wins, whole", TAKES, async (bench) => {
    const { values, errors } = await settled(
      numbers(10).map((index) => bench.upload("same.txt", `contents ${index}`.repeat(1000))),
    );
    for (const error of errors) fails("naming_conflict")(error);
    assert.equal(values.length, 1);
    assert.deepEqual(await bench.names(), ["same.txt"]);
    assert.match((await bench.text(values[0]!)).slice(0, 10), /^contents \d$/);
  });

  check("10 replacements of one file: one of them is there, whole", TAKES, async (bench) => {
    const contents = numbers(10).map((index) => `contents ${index}, `.repeat(5000 + index));
    await bench.upload("same.txt", "before");
    const { errors } = await settled(
      contents.map((content) => bench.upload("same.txt", content, { ifExists: "replace" })),
    );
    assert.deepEqual(errors, []);
    const [file, ...others] = await bench.items();
    assert.deepEqual([file?.name, others.length], ["same.txt", 0]);
    assert.ok(file && contents.includes(await bench.text(file)), "a mixture of two uploads");
  });

  check("10 times the same new folder: there is one", TAKES, async (bench) => {
    const { values, errors } = await settled(numbers(10).map(() => bench.makeFolder("same")));
    for (const error of errors) fails("naming_conflict")(error);
    assert.ok(values.length <= 1, `${values.length} of them claim to have made it`);
    assert.deepEqual(await bench.names(), ["same"]);
  });

  check("two files that want the same new name: one gets it, none is lost", [...TAKES, "update"], async (bench) => {
    const files = [await bench.upload("one"), await bench.upload("two")];
    const { values, errors } = await settled(files.map((file) => bench.storage.update(keyOf(file), { name: "taken" })));
    for (const error of errors) fails("naming_conflict")(error);
    assert.deepEqual([values.length, errors.length], [1, 1]);
    const contents = await Promise.all((await bench.items()).map((file) => bench.text(file)));
    assert.deepEqual(contents.sort(), ["one", "two"]);
  });

  check("a list that is read while it changes names what stays exactly once", [...TAKES, "delete"], async (bench) => {
    const kept = [];
    for (const index of numbers(10)) kept.push((await bench.upload(`kept ${index}`)).name);
    const passing = numbers(10).map(async (index) => bench.remove(await bench.upload(`passing ${index}`)));
    const items = await bench.items(bench.folder, { limit: 3 });
    const { errors } = await settled(passing);
    assert.deepEqual(errors, []);
    const seen = items.map(({ name }) => name).filter((name) => name.startsWith("kept"));
    assert.deepEqual(seen.sort(), kept);
  });
};
