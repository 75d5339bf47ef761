import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, test } from "node:test";
import { ROOT, type Settings } from "../../../src/connectors/connector.js";
import type { ApiError } from "../../../src/errors.js";
import { bytesOf, sha256, streamFrom } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { openLocal, withFolders } from "./account.js";

const TEMPORARY = `.unigraph-${crypto.randomUUID()}.tmp`;

/** Waits for something that goes on in the background. */
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("local: uploads", () => {
  test("of many writers of one name, one has it; nothing else remains", () =>
    withFolders(async ({ root }) => {
      // Two connectors know as little of each other as two processes do.
      const accounts = [openLocal(root), openLocal(root)];
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) =>
          accounts[index % 2]?.storage.upload(
            { parent: ROOT, name: "one.txt", ifExists: "fail" },
            streamFrom(`writer ${index}`),
          ),
        ),
      );
      const won = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
      assert.equal(won.length, 1);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") {
          fails("naming_conflict")(outcome.reason);
          assert.equal((outcome.reason as ApiError).context.conflicting?.native, "/one.txt");
        }
      assert.deepEqual(await readdir(root), ["one.txt"]);
      assert.equal(await readFile(join(root, "one.txt"), "utf8"), `writer ${won[0]}`);
    }));

  test("many writers that take free names each get one", () =>
    withFolders(async ({ root }) => {
      const accounts = [openLocal(root), openLocal(root)];
      const files = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const content = `writer ${index}`;
          const file = { parent: ROOT, name: "same.txt", ifExists: "rename" } as const;
          const made = await accounts[index % 2]?.storage.upload(file, streamFrom(content));
          return [made?.name ?? "", content] as const;
        }),
      );
      assert.equal(new Set(files.map(([name]) => name)).size, 40);
      for (const [name, content] of files) assert.equal(await readFile(join(root, name), "utf8"), content);
      assert.equal((await readdir(root)).length, 40);
    }));

  test("a free name for a long one still fits", () =>
    withFolders(async ({ account: { storage } }) => {
      const name = `${"é".repeat(125)}.txt`;
      assert.equal(Buffer.byteLength(name), 254);
      const make = () => storage.upload({ parent: ROOT, name, ifExists: "rename" }, streamFrom("x"));
      assert.equal((await make()).name, name);
      const second = await make();
      assert.match(second.name, /^é+ \(1\)\.txt$/);
      assert.ok(Buffer.byteLength(second.name) <= 255);
    }));

  test("readers of a file that is replaced see the old or the new one, whole", () =>
    withFolders(async ({ account: { storage } }) => {
      const contents = [bytesOf(300_000, "a"), bytesOf(200_000, "b")] as const;
      const hashes = new Set(contents.map(sha256));
      const replace = (turn: number) =>
        storage.upload({ parent: ROOT, name: "a.bin", ifExists: "replace" }, streamFrom(contents[turn % 2] as Buffer));
      await replace(0);
      let replacing = true;
      const reader = (async () => {
        for (let reads = 0; replacing || reads < 10; reads++) {
          const { body } = await storage.download("/a.bin");
          assert.ok(hashes.has(sha256(Buffer.concat(await body.toArray()))));
        }
      })();
      for (let turn = 1; turn <= 30; turn++) await replace(turn);
      replacing = false;
      await reader;
    }));

  test("what is under way is neither listed, found nor reached, and its kind of name is refused", () =>
    withFolders(async ({ root, account: { storage } }) => {
      const body = new PassThrough();
      const upload = storage.upload({ parent: ROOT, name: "a.txt", ifExists: "fail" }, body);
      body.write("first half");
      await until(async () => (await readdir(root)).length === 1);
      const [temporary] = await readdir(root);
      assert.match(temporary ?? "", /^\.unigraph-/);
      assert.deepEqual((await storage.list(ROOT, { cursor: null, limit: 10 })).items, []);
      assert.deepEqual((await storage.search({ query: "unigraph", cursor: null, limit: 10 })).items, []);
      await assert.rejects(storage.get({ type: "file", id: `/${temporary}` }), fails("not_found"));
      await assert.rejects(storage.download(`/${temporary}`), fails("not_found"));
      body.end(" and second");
      assert.equal((await upload).size, 21);
      assert.deepEqual(await readdir(root), ["a.txt"]);
      const reserved = storage.createFolder({ parent: ROOT, name: TEMPORARY });
      await assert.rejects(reserved, fails("invalid_parameters"));
      await storage.createFolder({ parent: ROOT, name: ".unigraph-notes" });
    }));

  test("an upload whose caller goes away leaves nothing", () =>
    withFolders(async ({ root, account: { storage } }) => {
      const body = new PassThrough();
      const upload = storage.upload({ parent: ROOT, name: "a.txt", ifExists: "fail" }, body);
      body.write("some");
      await until(async () => (await readdir(root)).length === 1);
      body.destroy();
      await assert.rejects(upload, fails("request_failed"));
      assert.deepEqual(await readdir(root), []);
    }));

  test("a body that breaks while the folder is still being opened ends the upload, not the process", () =>
    withFolders(async ({ root, account: { storage } }) => {
      const body = new PassThrough();
      const upload = storage.upload({ parent: ROOT, name: "a.txt", ifExists: "fail" }, body);
      body.destroy(new Error("the source broke off"));
      await assert.rejects(upload);
      assert.deepEqual(await readdir(root), []);
    }));

  test("a replaced file keeps its mode", { skip: process.platform === "win32" && "there are no modes" }, () =>
    withFolders(async ({ root, account: { storage } }) => {
      await writeFile(join(root, "private.txt"), "old");
      await chmod(join(root, "private.txt"), 0o600);
      await storage.upload({ parent: ROOT, name: "private.txt", ifExists: "replace" }, streamFrom("new"));
      assert.equal((await stat(join(root, "private.txt"))).mode & 0o777, 0o600);
    }),
  );

  test("what a dead process left is cleared when the next upload comes to its folder, and only that", () =>
    withFolders(async ({ root, account: { storage } }) => {
      const old = new Date(Date.now() - 8 * 24 * 3600_000);
      const names = [1, 2, 3].map(() => `.unigraph-${crypto.randomUUID()}.tmp`) as [string, string, string];
      for (const name of [names[0], names[1], "old.txt", ".unigraph-notes"]) await writeFile(join(root, name), "left");
      await mkdir(join(root, names[2], "inner"), { recursive: true });
      for (const name of [names[0], names[2], "old.txt", ".unigraph-notes"]) await utimes(join(root, name), old, old);
      await storage.upload({ parent: ROOT, name: "new.txt", ifExists: "fail" }, streamFrom("new"));
      await until(async () => (await readdir(root)).length === 4);
      assert.deepEqual((await readdir(root)).sort(), [names[1], ".unigraph-notes", "new.txt", "old.txt"].sort());
    }));
});

describe("local: uploads in parts", () => {
  const start = (root: string, size?: number) => {
    const parts = openLocal(root).parts;
    assert.ok(parts);
    return parts.start({ parent: ROOT, name: "parts.bin", size, ifExists: "fail" });
  };

  test("each part by another process, out of order, one of them twice and longer at first", () =>
    withFolders(async ({ root, account: { traits } }) => {
      const part = traits.partBytes ?? 0;
      const whole = bytesOf(2 * part + 10, "restart");
      const session = JSON.parse(JSON.stringify(await start(root))) as Settings;
      const put = async (number: number, content: Buffer) => {
        const receipt = await openLocal(root).parts?.put(
          session,
          { number, length: content.length },
          streamFrom(content),
        );
        return { number, receipt: receipt as string };
      };
      await put(3, bytesOf(part, "too much"));
      const receipts = [
        await put(3, whole.subarray(2 * part)),
        await put(1, whole.subarray(0, part)),
        await put(2, whole.subarray(part, 2 * part)),
      ];
      const file = await openLocal(root).parts?.complete(session, receipts);
      assert.equal(file?.size, whole.length);
      assert.equal(sha256(await readFile(join(root, "parts.bin"))), sha256(whole));
      assert.deepEqual(await readdir(root), ["parts.bin"]);
    }));

  test("a part that is longer or shorter than it said has no receipt, and never reaches its neighbour", () =>
    withFolders(async ({ root, account: { parts, traits } }) => {
      assert.ok(parts);
      const part = traits.partBytes ?? 0;
      const [first, second] = [bytesOf(part, "first"), bytesOf(100, "second")];
      const session = await start(root, part + 100);
      const receipt = await parts.put(session, { number: 2, length: 100 }, streamFrom(second));
      const long = parts.put(session, { number: 1, length: part }, streamFrom(Buffer.concat([first, first])));
      await assert.rejects(long, fails("request_failed"));
      const short = parts.put(session, { number: 1, length: part }, streamFrom(first.subarray(1)));
      await assert.rejects(short, fails("request_failed"));
      const huge = parts.put(session, { number: 1, length: part + 1 }, streamFrom(first));
      await assert.rejects(huge, fails("invalid_parameters"));
      const receipts = [
        { number: 1, receipt: await parts.put(session, { number: 1, length: part }, streamFrom(first)) },
        { number: 2, receipt },
      ];
      await parts.complete(session, receipts);
      assert.equal(sha256(await readFile(join(root, "parts.bin"))), sha256(Buffer.concat([first, second])));
    }));

  test("a session that was tampered with reaches no other file", () =>
    withFolders(async ({ root, outside, account: { parts } }) => {
      assert.ok(parts);
      await writeFile(join(outside, "a.txt"), "outside");
      await writeFile(join(root, "a.txt"), "inside");
      const session = await start(root);
      for (const temporary of ["a.txt", "../outside/a.txt", "", null]) {
        const forged = { ...session, temporary };
        await assert.rejects(parts.put(forged, { number: 1, length: 1 }, streamFrom("x")), fails("not_found"));
        await assert.rejects(parts.abort(forged), fails("not_found"));
      }
      await parts.abort(session);
      assert.equal(await readFile(join(root, "a.txt"), "utf8"), "inside");
      assert.deepEqual(await readdir(root), ["a.txt"]);
    }));
});

describe("local: moves", () => {
  test("of many movers of one file, one moves it", () =>
    withFolders(async ({ root }) => {
      const accounts = [openLocal(root), openLocal(root)];
      for (let round = 0; round < 20; round++) {
        await mkdir(join(root, `${round}`));
        await writeFile(join(root, `${round}`, "a.txt"), "moved");
        const outcomes = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) =>
            accounts[index % 2]?.storage.update({ type: "file", id: `/${round}/a.txt` }, { name: `${index}.txt` }),
          ),
        );
        const names = await readdir(join(root, `${round}`));
        assert.equal(names.length, 1, `${names}`);
        assert.equal(await readFile(join(root, `${round}`, names[0] as string), "utf8"), "moved");
        assert.equal((await stat(join(root, `${round}`, names[0] as string))).nlink, 1);
        assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
      }
    }));

  test("of many things moved to one name, one gets it and the others stay", () =>
    withFolders(async ({ root, account: { storage } }) => {
      for (let index = 0; index < 10; index++)
        if (index % 2) await writeFile(join(root, `${index}`), `${index}`);
        else await mkdir(join(root, `${index}`, `inner ${index}`), { recursive: true });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          storage.update({ type: "object", id: `/${index}` }, { name: "target" }),
        ),
      );
      assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
      for (const outcome of outcomes) if (outcome.status === "rejected") fails("naming_conflict")(outcome.reason);
      assert.equal((await readdir(root)).length, 10);
      const won = outcomes.findIndex(({ status }) => status === "fulfilled");
      if (won % 2) assert.equal(await readFile(join(root, "target"), "utf8"), `${won}`);
      else assert.deepEqual(await readdir(join(root, "target")), [`inner ${won}`]);
    }));
});
