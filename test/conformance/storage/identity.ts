import assert from "node:assert/strict";
import type { File } from "../../../schema/storage/file.js";
import { ROOT, type StorageKey } from "../../../src/connectors/connector.js";
import { toApiError } from "../../../src/errors.js";
import { streamFrom } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { type Bench, brief, type Check, keyOf, type Operation } from "./bench.js";

const TAKES = ["upload", "list", "delete"] as const;
const recursive = { recursive: true, permanent: false };

/** Native ids that no service gave out: `encodeRawId` lets anybody make one. */
const MALFORMED = [
  "no such thing",
  "..",
  "../..",
  "../../../../../../etc/passwd",
  "/../../etc/passwd",
  "a/../../../etc/passwd",
  "%2e%2e/%2e%2e/etc/passwd",
  "..\\..\\windows",
  "a\0b",
  "\ud800",
  "http://127.0.0.1/",
  "//127.0.0.1/share",
  "-1",
  "9007199254740993",
  "'; drop table files; --",
  "x".repeat(9000),
];

/** Everything that can be done to a file by its id. */
const uses = ({ storage, folder, account }: Bench): [Operation, (id: string) => Promise<unknown>][] => {
  const key = (id: string): StorageKey => ({ type: "file", id });
  const parent = folder.id.native;
  const all: [Operation, (id: string) => Promise<unknown>][] = [
    ["get", (id) => storage.get(key(id))],
    ["get", (id) => storage.get({ type: "object", id })],
    ["download", (id) => storage.download(id)],
    ["download", (id) => storage.download(id, { start: 0, end: 0 })],
    ["update", (id) => storage.update(key(id), { name: "renamed" })],
    ["update", (id) => storage.update(key(id), { parent })],
    ["copy", (id) => storage.copy(key(id), { parent, name: "copied" })],
    ["delete", (id) => storage.delete(key(id), recursive)],
    ["delete", (id) => storage.delete({ type: "object", id }, recursive)],
    ["thumbnail", (id) => storage.thumbnail(id, { size: 32, format: "png" })],
    ["permissions", (id) => storage.permissions(key(id))],
    ["setPermissions", (id) => storage.setPermissions(key(id), [{ email: "lee@example.com", role: "reader" }], false)],
    ["properties", (id) => storage.properties(key(id))],
    ["setProperties", (id) => storage.setProperties(key(id), [{ key: "a", value: "1" }])],
  ];
  return all.filter(([operation]) => account.can(operation));
};

/** Everything that can be done to a folder by its id, with the codes that may answer. */
const folderUses = ({ storage, account }: Bench): [Operation, (id: string) => Promise<unknown>][] => {
  const key = (id: string): StorageKey => ({ type: "folder", id });
  const all: [Operation, (id: string) => Promise<unknown>][] = [
    ["get", (id) => storage.get(key(id))],
    ["list", (id) => storage.list(id, { cursor: null, limit: 10 })],
    ["list", (id) => storage.list(id, { cursor: null, limit: 10, recursive: true })],
    ["delete", (id) => storage.delete(key(id), recursive)],
    ["createFolder", (id) => storage.createFolder({ parent: id, name: "new" })],
    ["upload", (id) => storage.upload({ parent: id, name: "new", size: 1, ifExists: "fail" }, streamFrom("x"))],
  ];
  return all.filter(([operation]) => account.can(operation));
};

const asParent = new Set<Operation>(["createFolder", "upload"]);

/** Neither as a file nor as a folder is there anything to be had, and what the account holds stays as it is. */
const assertUnknown = async (bench: Bench, id: string): Promise<void> => {
  const before = (await bench.items()).map(brief);
  const shown = JSON.stringify(id.slice(0, 60));
  for (const [operation, use] of uses(bench))
    await assert.rejects(use(id), fails("not_found"), `${operation} of ${shown}`);
  for (const [operation, use] of folderUses(bench)) {
    const codes = asParent.has(operation) ? fails("not_found", "invalid_parent_folder") : fails("not_found");
    await assert.rejects(use(id), codes, `${operation} of ${shown}`);
  }
  assert.deepEqual((await bench.items()).map(brief), before);
};

export const identity = (check: Check): void => {
  check("a file that is gone is not found, whatever one wants of it", TAKES, async (bench) => {
    await bench.upload("other.txt");
    const file = await bench.upload("gone.txt");
    await bench.remove(file);
    await assertUnknown(bench, file.id.native);
  });

  check("a folder that is gone is not found, whatever one wants of it", TAKES, async (bench) => {
    const folder = await bench.makeFolder("gone");
    const inner = await bench.upload("inner.txt", "x", { parent: folder.id.native });
    await bench.remove(folder, true);
    await assertUnknown(bench, folder.id.native);
    await assertUnknown(bench, inner.id.native);
  });

  for (const id of MALFORMED)
    check(`an id that nobody gave out is not found: ${JSON.stringify(id.slice(0, 40))}`, TAKES, async (bench) => {
      await bench.upload("other.txt");
      await assertUnknown(bench, id);
    });

  check("no spelling of the root folder's id lets it be deleted", TAKES, async (bench) => {
    const file = await bench.upload("survivor.txt");
    const { native } = (await bench.storage.get({ type: "folder", id: ROOT })).id;
    for (const id of ["", "/", ".", "./", "//", ROOT, native, `${native}/`, `${native}/.`])
      for (const type of ["folder", "object"] as const)
        await assert.rejects(
          bench.storage.delete({ type, id }, recursive),
          fails("bad_request", "not_found"),
          JSON.stringify(id),
        );
    assert.deepEqual((await bench.items()).map(brief), [brief(file)]);
  });

  check("what lives in another account is not found", TAKES, async (bench) => {
    const { foreign } = bench.account;
    if (!foreign) return bench.skip("this account stands alone");
    await assertUnknown(bench, await foreign());
  });

  check("the id is the same in every answer", [...TAKES, "get"], async (bench) => {
    const made = await bench.upload("a.txt");
    const [listed] = await bench.items();
    assert.ok(listed);
    const got = await bench.storage.get(keyOf(made));
    assert.equal(listed.id.valueOf(), made.id.valueOf());
    assert.equal(got.id.valueOf(), made.id.valueOf());
    assert.equal(bench.account.ref("file", made.id.native).valueOf(), made.id.valueOf());
  });

  check("asked by its id alone, or as the wrong type, a thing is what it is", ["upload"], async (bench) => {
    const [file, folder] = [await bench.upload("file"), await bench.makeFolder("folder")];
    for (const item of [file, folder])
      for (const type of ["object", "file", "folder"] as const)
        assert.deepEqual(brief(await bench.storage.get({ type, id: item.id.native })), brief(item));
  });

  check(
    "many at once: aligned with their keys, missing ones and repeated ones",
    [...TAKES, "getMany"],
    async (bench) => {
      const [file, folder, gone] = [
        await bench.upload("file"),
        await bench.makeFolder("folder"),
        await bench.upload("gone"),
      ];
      await bench.remove(gone);
      const keys: StorageKey[] = [
        keyOf(gone),
        keyOf(file),
        keyOf(folder),
        keyOf(file),
        { type: "object", id: folder.id.native },
        { type: "file", id: folder.id.native },
        { type: "folder", id: file.id.native },
        { type: "object", id: gone.id.native },
        { type: "file", id: "no such thing" },
      ];
      const expected = [null, file, folder, file, folder, folder, file, null, null];
      const answers = await inBatches(bench, keys);
      for (const [index, answer] of answers.entries()) {
        const item = expected[index];
        if (!item) fails("not_found")(answer);
        else {
          assert.ok(!(answer instanceof Error), `key ${index}: ${answer}`);
          assert.deepEqual(brief(answer), brief(item), `key ${index}`);
        }
      }
    },
  );

  check("as many at once as the service takes", [...TAKES, "getMany"], async (bench) => {
    const files: File[] = [];
    for (let index = 0; index < 7; index++) files.push(await bench.upload(`file ${index}`));
    const most = bench.account.traits.getMany ?? 0;
    const keys = Array.from({ length: Math.min(most, 200) }, (_, index) => keyOf(files[index % 7] as File));
    const answers = await inBatches(bench, keys);
    assert.deepEqual(
      answers.map((answer) => (answer instanceof Error ? toApiError(answer).code : answer.id.native)),
      keys.map(({ id }) => id),
    );
  });
};

const inBatches = async ({ storage, account }: Bench, keys: readonly StorageKey[]) => {
  const most = account.traits.getMany ?? 0;
  assert.ok(most > 0, "traits.getMany says how many keys one call takes");
  const answers = [];
  for (let start = 0; start < keys.length; start += most) {
    const batch = keys.slice(start, start + most);
    const part = await storage.getMany(batch);
    assert.equal(part.length, batch.length);
    answers.push(...part);
  }
  return answers;
};
