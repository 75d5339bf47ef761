import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));
const FILES = 1000;

describe("SIGKILL in the middle of a copy of 1,000 files (F13)", () => {
  let data: string;
  let files: string;
  let server: { child: ChildProcess; url: string };
  let key = "";

  const start = async () => {
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH,
        UNIGRAPH_OVERLOAD_MS: "0",
        UNIGRAPH_DATA: data,
        PORT: "0",
        UNIGRAPH_LOG_LEVEL: "error",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    while (!out.includes("ready ")) await once(child.stdout, "data");
    key ||= /API key (\S+)/.exec(out)?.[1] ?? "";
    server = { child, url: /ready (\S+)/.exec(out)?.[1] ?? "" };
  };
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, as a frontend without types does.
  const ask = async (query: string): Promise<any> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `APIKey ${key}` },
      body: JSON.stringify({ query }),
    });
    const { data: answer, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
    assert.equal(errors, undefined);
    return answer;
  };
  const inodes = async (folder: string): Promise<Map<string, number>> => {
    const names = await readdir(folder).catch(() => []);
    return new Map(
      await Promise.all(
        names
          .filter((name) => !name.startsWith("."))
          .map(async (name) => [name, (await stat(join(folder, name))).ino] as const),
      ),
    );
  };

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "unigraph-loss-"));
    files = join(data, "files");
    await start();
    await mkdir(join(files, "Source"));
    for (let index = 0; index < FILES; index++) await writeFile(join(files, "Source", `${index}.txt`), `file ${index}`);
  });
  after(async () => {
    server.child.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
  });

  test("nothing is copied twice, nothing is lost", async () => {
    const { account } = await ask(`{ account(id: "2") { storage { root { id } byPath(path: "/Source") { id } } } }`);
    const { root, byPath } = account.storage;
    const { copyFolder } = await ask(
      `mutation { copyFolder(input: { id: "${byPath.id}", parent: "${root.id}", name: "Target", async: true }) { task { id } } }`,
    );
    const target = join(files, "Target");
    while ((await inodes(target)).size < FILES / 10) await sleep(5);
    const exited = once(server.child, "exit");
    server.child.kill("SIGKILL");
    await exited;
    const copied = await inodes(target);
    assert.ok(copied.size < FILES, "it was killed before the end");

    await start();
    const task = () =>
      ask(
        `{ task(id: "${copyFolder.task.id}") { status attempt result { ... on Folder { path } } error { message } } }`,
      );
    let now = (await task()).task;
    for (const until = Date.now() + 60_000; ["PENDING", "STARTED"].includes(now.status) && Date.now() < until; ) {
      await sleep(200);
      now = (await task()).task;
    }
    assert.deepEqual(now, { status: "SUCCEEDED", attempt: 2, result: { path: "/Target" }, error: null });
    const whole = await inodes(target);
    assert.equal(whole.size, FILES);
    // What was there is the same file still: it was not written again.
    for (const [name, inode] of copied) assert.equal(whole.get(name), inode, name);
    for (let index = 0; index < FILES; index++)
      assert.equal(await readFile(join(target, `${index}.txt`), "utf8"), `file ${index}`);
  });
});
