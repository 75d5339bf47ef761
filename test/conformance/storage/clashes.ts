import assert from "node:assert/strict";
import type { StorageItem } from "../../../src/connectors/connector.js";
import { conflictsWith } from "../../support/fails.js";
import { type Bench, brief, type Check, keyOf } from "./bench.js";

const TAKES = ["upload", "list", "download", "update"] as const;
const KINDS = ["file", "folder"] as const;
type Kind = (typeof KINDS)[number];

const make = (bench: Bench, kind: Kind, name: string, parent = bench.folder): Promise<StorageItem> =>
  kind === "file" ? bench.upload(name, name, { parent: parent.id.native }) : bench.makeFolder(name, parent);

/** Runs a step that must fail, then asserts that the account is as it was. */
const refusedBy = async (bench: Bench, inTheWay: StorageItem, step: () => Promise<unknown>): Promise<void> => {
  const tree = async () => (await bench.items(bench.folder, { recursive: true })).map(brief).sort(byId);
  const before = await tree();
  await assert.rejects(step(), conflictsWith(inTheWay));
  assert.deepEqual(await tree(), before);
  if (inTheWay.type === "file") assert.equal(await bench.text(inTheWay), inTheWay.name);
};
const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);

export const clashes = (check: Check): void => {
  for (const kind of KINDS)
    for (const there of KINDS) {
      check(`a ${kind} renamed to the name of a ${there}`, TAKES, async (bench) => {
        const item = await make(bench, kind, "moving");
        const taken = await make(bench, there, "taken");
        await refusedBy(bench, taken, () => bench.storage.update(keyOf(item), { name: "taken" }));
      });

      check(`a ${kind} moved to where a ${there} has its name`, TAKES, async (bench) => {
        const target = await bench.makeFolder("target");
        const item = await make(bench, kind, "same");
        const taken = await make(bench, there, "same", target);
        await refusedBy(bench, taken, () => bench.storage.update(keyOf(item), { parent: target.id.native }));
      });

      check(`a ${kind} moved and renamed to the name of a ${there}`, TAKES, async (bench) => {
        const target = await bench.makeFolder("target");
        const item = await make(bench, kind, "one");
        const taken = await make(bench, there, "other", target);
        const change = { name: "other", parent: target.id.native };
        await refusedBy(bench, taken, () => bench.storage.update(keyOf(item), change));
      });

      check(`a ${kind} copied to the name of a ${there}`, [...TAKES, "copy"], async (bench) => {
        const item = await make(bench, kind, "one");
        const taken = await make(bench, there, "taken");
        const to = { parent: bench.folder.id.native, name: "taken" };
        await refusedBy(bench, taken, () => bench.storage.copy(keyOf(item), to));
      });
    }

  for (const there of KINDS) {
    check(`a new folder with the name of a ${there}`, TAKES, async (bench) => {
      const taken = await make(bench, there, "taken");
      await refusedBy(bench, taken, () => bench.makeFolder("taken"));
    });

    check(`an upload with the name of a ${there}`, TAKES, async (bench) => {
      const taken = await make(bench, there, "taken");
      await refusedBy(bench, taken, () => bench.upload("taken", "new"));
    });
  }

  check("an upload never replaces a folder", TAKES, async (bench) => {
    const folder = await bench.makeFolder("folder");
    await bench.upload("inner.txt", "inner.txt", { parent: folder.id.native });
    await refusedBy(bench, folder, () => bench.upload("folder", "new", { ifExists: "replace" }));
  });

  check("a copy beside its original needs a name of its own", [...TAKES, "copy"], async (bench) => {
    const file = await bench.upload("a.txt");
    await refusedBy(bench, file, () => bench.storage.copy(keyOf(file), { parent: bench.folder.id.native }));
  });

  check("to give a thing the name and place it has changes nothing", TAKES, async (bench) => {
    for (const kind of KINDS) {
      const item = await make(bench, kind, `my ${kind}`);
      const same = await bench.storage.update(keyOf(item), { name: item.name, parent: bench.folder.id.native });
      assert.deepEqual(brief(same), brief(item));
    }
    assert.deepEqual(await bench.names(), ["my file", "my folder"]);
  });
};
