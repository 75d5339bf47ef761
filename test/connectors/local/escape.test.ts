import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../../../src/connectors/connector.js";
import { ApiError } from "../../../src/errors.js";
import { contentOf, streamFrom } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import { type LocalAccount, openLocal, readAll, withFolders } from "./account.js";

const recursive = { recursive: true, permanent: false };
const key = (id: string) => ({ type: "object", id }) as const;

/** Everything that reaches for what an id names, reading and writing. */
const uses = ({ storage }: LocalAccount, id: string): Promise<unknown>[] => [
  storage.get(key(id)),
  storage.byPath(id),
  storage.list(id, { cursor: null, limit: 10 }),
  storage.search({ query: "a", in: [id], cursor: null, limit: 10 }),
  storage.download(id).then(({ body }) => contentOf(body)),
  storage.createFolder({ parent: id, name: "made" }),
  storage.upload({ parent: id, name: "made.txt", ifExists: "replace" }, streamFrom("made")),
  storage.update(key(id), { name: "renamed" }),
  storage.copy(key(id), { parent: ROOT, name: "copied" }),
  storage.delete(key(id), recursive),
];

const refused = async (account: LocalAccount, id: string): Promise<void> => {
  for (const outcome of await Promise.allSettled(uses(account, id))) {
    assert.equal(outcome.status, "rejected", id);
    fails("not_found", "invalid_parent_folder")((outcome as PromiseRejectedResult).reason);
  }
};

/** Names, contents and times of a flat folder. */
const pictureOf = async (folder: string) => {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { mtimeNs, mode, nlink } = await stat(join(folder, name), { bigint: true });
      return { name, mtimeNs, mode, nlink, content: await readFile(join(folder, name), "utf8") };
    }),
  );
};

describe("local: nothing leads out of the folder", () => {
  test("paths, with dots or absolute", () =>
    withFolders(async ({ outside, account }) => {
      await writeFile(join(outside, "a.txt"), "outside");
      const ids = [
        "/..",
        "/../outside/a.txt",
        "/./a.txt",
        "/x/../../outside",
        outside,
        `/${outside}`,
        "//",
        "/",
        "",
        "a.txt",
      ];
      for (const id of ids) await assert.rejects(account.storage.get(key(id)), fails("not_found"), id);
      await refused(account, "/../outside");
      await refused(account, "/../outside/a.txt");
      assert.deepEqual(
        (await pictureOf(outside)).map(({ name }) => name),
        ["a.txt"],
      );
    }));

  test("symbolic links, wherever they lead, are not there", () =>
    withFolders(async ({ root, outside, account }) => {
      await writeFile(join(outside, "a.txt"), "outside");
      await mkdir(join(root, "inside"));
      await writeFile(join(root, "inside", "a.txt"), "inside");
      for (const [name, target] of [
        ["out", outside],
        ["out.txt", join(outside, "a.txt")],
        ["in", "inside"],
        ["in.txt", "inside/a.txt"],
        ["dangling", "nothing"],
        ["loop", "loop"],
      ] as const)
        await symlink(target, join(root, name));
      const before = await pictureOf(outside);
      for (const id of [
        "/out",
        "/out/a.txt",
        "/out.txt",
        "/in",
        "/in/a.txt",
        "/in.txt",
        "/dangling",
        "/loop",
        "/loop/a",
      ])
        await refused(account, id);
      const items = await readAll(100, (paging) => account.storage.list(ROOT, { ...paging, recursive: true }));
      assert.deepEqual(items.map(({ path }) => path).sort(), ["/inside", "/inside/a.txt"]);
      assert.deepEqual((await account.storage.search({ query: "a", cursor: null, limit: 10 })).items.length, 1);
      assert.deepEqual((await account.storage.recent({ cursor: null, limit: 10 })).items.length, 1);
      assert.deepEqual(await pictureOf(outside), before);
    }));

  test("the name of a link is taken, and the link stays as it is", () =>
    withFolders(async ({ root, outside, account: { storage } }) => {
      await writeFile(join(outside, "a.txt"), "outside");
      await symlink(join(outside, "a.txt"), join(root, "link"));
      await writeFile(join(root, "b.txt"), "b");
      const before = await pictureOf(outside);
      const conflict = fails("naming_conflict");
      for (const ifExists of ["fail", "replace"] as const)
        await assert.rejects(storage.upload({ parent: ROOT, name: "link", ifExists }, streamFrom("x")), conflict);
      await assert.rejects(storage.createFolder({ parent: ROOT, name: "link" }), conflict);
      await assert.rejects(storage.update(key("/b.txt"), { name: "link" }), conflict);
      await assert.rejects(storage.copy(key("/b.txt"), { parent: ROOT, name: "link" }), conflict);
      const renamed = await storage.upload({ parent: ROOT, name: "link", ifExists: "rename" }, streamFrom("x"));
      assert.equal(renamed.name, "link (1)");
      assert.deepEqual(await pictureOf(outside), before);
    }));

  test("copying a folder leaves links out, deleting one removes links and not what they name", () =>
    withFolders(async ({ root, outside, account: { storage } }) => {
      await writeFile(join(outside, "a.txt"), "outside");
      await mkdir(join(root, "folder", "deep"), { recursive: true });
      await writeFile(join(root, "folder", "deep", "b.txt"), "b");
      await symlink(outside, join(root, "folder", "deep", "out"));
      await symlink(join(outside, "a.txt"), join(root, "folder", "out.txt"));
      const before = await pictureOf(outside);
      await storage.copy(key("/folder"), { parent: ROOT, name: "copy" });
      assert.deepEqual((await readdir(join(root, "copy"), { recursive: true })).sort(), ["deep", "deep/b.txt"]);
      await storage.delete(key("/folder"), recursive);
      assert.deepEqual(await readdir(root), ["copy"]);
      assert.deepEqual(await pictureOf(outside), before);
    }));

  test("pipes, sockets and devices are neither listed nor opened", () =>
    withFolders(async ({ root, account }) => {
      execFileSync("mkfifo", [join(root, "pipe")]);
      const server = createServer().listen(join(root, "socket"));
      await once(server, "listening");
      try {
        assert.deepEqual((await account.storage.list(ROOT, { cursor: null, limit: 10 })).items, []);
        // To open a pipe that nobody writes to would wait for ever.
        for (const id of ["/pipe", "/socket"]) await refused(account, id);
        await account.events.changes(null);
        assert.deepEqual((await readdir(root)).sort(), ["pipe", "socket"]);
      } finally {
        server.close();
      }
    }));

  test("an account on a folder below the root has that for its root", () =>
    withFolders(async ({ root, outside }) => {
      await mkdir(join(root, "a", "b"), { recursive: true });
      await writeFile(join(root, "a", "above.txt"), "above");
      await writeFile(join(root, "a", "b", "within.txt"), "within");
      await symlink(outside, join(root, "linked"));
      const account = openLocal(root, "/a/b");
      const { items } = await account.storage.list(ROOT, { cursor: null, limit: 10 });
      assert.deepEqual(
        items.map(({ path, parentId }) => [path, parentId?.native]),
        [["/within.txt", ROOT]],
      );
      await refused(account, "/../above.txt");
      await refused(account, "/above.txt");
      for (const below of ["/linked", "/missing", "/a/above.txt"])
        await assert.rejects(openLocal(root, below).storage.get(key(ROOT)), fails("service_not_available"), below);
      await assert.rejects(openLocal(root, "/../outside").storage.get(key(ROOT)), fails("not_found"));
    }));
});

/** Another process that swaps `name` with a symbolic link to `target` as fast as it can, until it is killed. */
const swapping = async (root: string, name: string, target: string): Promise<{ stop(): Promise<void> }> => {
  const script = `
    const { renameSync, symlinkSync } = require("node:fs");
    const [, root, name, target] = process.argv;
    const [here, link, away] = [name, ".link", ".away"].map((file) => root + "/" + file);
    symlinkSync(target, link);
    process.stdout.write("ready");
    for (;;) {
      renameSync(here, away); renameSync(link, here);
      renameSync(here, link); renameSync(away, here);
    }`;
  const swapper = spawn(process.execPath, ["-e", script, root, name, target], { stdio: ["ignore", "pipe", "inherit"] });
  await once(swapper.stdout, "data");
  return {
    async stop() {
      swapper.kill("SIGKILL");
      await once(swapper, "exit");
    },
  };
};

/** Rounds of use until enough of them met the real thing and enough the link. */
const ENOUGH = 100;
const MOST = 20_000;

describe("local: a race between check and use is never won", {
  skip: process.platform !== "linux" && "paths are held on Linux alone",
}, () => {
  test("a folder swapped with a link while it is read and written", () =>
    withFolders(async ({ root, outside, account }) => {
      const { storage } = account;
      for (const [folder, content] of [
        [join(root, "swapped"), "inside"],
        [outside, "outside"],
      ] as const) {
        await mkdir(folder, { recursive: true });
        for (const name of ["a.txt", "victim.txt", "kept.txt"]) await writeFile(join(folder, name), content);
        if (content === "inside") await writeFile(join(folder, "only inside.txt"), content);
        else await writeFile(join(folder, "only outside.txt"), content);
      }
      await mkdir(join(root, "kept"));
      const before = await pictureOf(outside);
      const swapper = await swapping(root, "swapped", outside);
      let [met, missed] = [0, 0];
      try {
        for (let round = 0; round < MOST && (met < ENOUGH || missed < ENOUGH); round++) {
          const outcomes = await Promise.allSettled([
            storage.download("/swapped/a.txt").then(async ({ body }) => {
              assert.equal((await contentOf(body)).toString(), "inside");
            }),
            storage.list("/swapped", { cursor: null, limit: 2 }).then(async ({ items, next }) => {
              const more = next === null ? [] : (await storage.list("/swapped", { cursor: next, limit: 100 })).items;
              for (const { name } of [...items, ...more]) assert.notEqual(name, "only outside.txt");
            }),
            storage.getMany([key("/swapped/only outside.txt"), key("/swapped/a.txt")]).then(([lost]) => {
              assert.ok(lost instanceof Error);
            }),
            storage.upload({ parent: "/swapped", name: `new ${round % 5}`, ifExists: "replace" }, streamFrom("new")),
            storage.createFolder({ parent: "/swapped", name: `folder ${round}` }),
            storage.delete(key("/swapped/victim.txt"), recursive),
            storage.upload({ parent: "/swapped", name: "victim.txt", ifExists: "replace" }, streamFrom("again")),
            storage.copy(key("/swapped/kept.txt"), { parent: "/kept", name: `copy ${round}` }).then(async ({ id }) => {
              const { body } = await storage.download(id.native);
              assert.equal((await contentOf(body)).toString(), "inside");
            }),
            storage.update(key("/swapped/a.txt"), { parent: "/kept" }),
            storage.update(key("/kept/a.txt"), { parent: "/swapped" }),
            storage.delete(key(`/swapped/folder ${round - 1}`), recursive),
          ]);
          for (const outcome of outcomes)
            if (outcome.status === "fulfilled") met++;
            else {
              assert.ok(outcome.reason instanceof ApiError, String(outcome.reason));
              missed++;
            }
        }
      } finally {
        await swapper.stop();
      }
      assert.ok(met >= ENOUGH && missed >= ENOUGH, `${met} met the folder and ${missed} the link`);
      assert.deepEqual(await pictureOf(outside), before);
    }));

  test("the swapped folder deleted with all it holds, and copied", () =>
    withFolders(async ({ root, outside, account: { storage, events } }) => {
      for (let index = 0; index < 20; index++) await writeFile(join(outside, `${index}.txt`), "outside");
      await mkdir(join(root, "parent", "swapped"), { recursive: true });
      const before = await pictureOf(outside);
      const swapper = await swapping(join(root, "parent"), "swapped", outside);
      let copies = 0;
      try {
        for (let round = 0; round < 100; round++) {
          const outcomes = await Promise.allSettled([
            storage.copy(key("/parent/swapped"), { parent: ROOT, name: `copy ${round}` }),
            // Not the folder itself: the swapping needs it.
            storage.list("/parent", { cursor: null, limit: 100, recursive: true }).then(({ items }) => {
              for (const { name } of items) assert.ok(!/^\d+\.txt$/.test(name), name);
            }),
            storage
              .search({ query: ".txt", cursor: null, limit: 100 })
              .then(({ items }) => assert.deepEqual(items, [])),
            storage.recent({ cursor: null, limit: 100 }).then(({ items }) => assert.deepEqual(items, [])),
            events.changes(null),
          ]);
          if (outcomes[0].status === "fulfilled") copies++;
          for (const outcome of outcomes)
            if (outcome.status === "rejected") assert.ok(outcome.reason instanceof ApiError, String(outcome.reason));
        }
      } finally {
        await swapper.stop();
      }
      assert.ok(copies > 0);
      for (const name of await readdir(root))
        if (name.startsWith("copy")) assert.deepEqual(await readdir(join(root, name)), [], name);
      assert.deepEqual(await pictureOf(outside), before);
    }));

  test("a file swapped with a link", () =>
    withFolders(async ({ root, outside, account: { storage } }) => {
      await writeFile(join(outside, "secret.txt"), "outside");
      await writeFile(join(root, "swapped.txt"), "inside");
      await mkdir(join(root, "copies"));
      const before = await pictureOf(outside);
      const swapper = await swapping(root, "swapped.txt", join(outside, "secret.txt"));
      let [met, missed] = [0, 0];
      try {
        for (let round = 0; round < MOST && (met < ENOUGH || missed < ENOUGH); round++) {
          const outcomes = await Promise.allSettled([
            storage.download("/swapped.txt").then(async ({ body }) => {
              assert.equal((await contentOf(body)).toString(), "inside");
            }),
            storage.copy(key("/swapped.txt"), { parent: "/copies", name: `${round}.txt` }).then(async ({ id }) => {
              const { body } = await storage.download(id.native);
              assert.equal((await contentOf(body)).toString(), "inside");
            }),
            storage.get(key("/swapped.txt")).then((item) => assert.equal(item.type === "file" && item.size, 6)),
          ]);
          for (const outcome of outcomes)
            if (outcome.status === "fulfilled") met++;
            else {
              assert.ok(outcome.reason instanceof ApiError, String(outcome.reason));
              missed++;
            }
        }
      } finally {
        await swapper.stop();
      }
      assert.ok(met >= ENOUGH && missed >= ENOUGH, `${met} met the file and ${missed} the link`);
      assert.deepEqual(await pictureOf(outside), before);
    }));
});

test("local: a hard link is a file like any other; to replace it leaves its other names alone", () =>
  withFolders(async ({ root, outside, account: { storage } }) => {
    await writeFile(join(outside, "shared.txt"), "shared");
    await link(join(outside, "shared.txt"), join(root, "shared.txt"));
    await storage.upload({ parent: ROOT, name: "shared.txt", ifExists: "replace" }, streamFrom("mine"));
    assert.equal(await readFile(join(outside, "shared.txt"), "utf8"), "shared");
    assert.equal(await readFile(join(root, "shared.txt"), "utf8"), "mine");
  }));
