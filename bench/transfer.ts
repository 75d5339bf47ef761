import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { ROOT } from "../src/connectors/connector.js";
import type { UnifiedStorage } from "../src/unified/storage/storage.js";
import { install } from "../test/servers/install.js";
import { keyFields, openssh } from "../test/servers/openssh.js";
import { rcloneSftp } from "../test/servers/rclone.js";
import { start } from "../test/servers/server.js";
import { streamOf } from "../test/support/bytes.js";
import { testCore } from "../test/support/core.js";

/**
 * SFTP beside rclone, on one OpenSSH: 1,000 small files up and down, one of 1 GiB, a folder of 10,000. Each task by turns in one run;
 * seconds, and the peak of resident memory in MiB, each side in a process of its own. `node dist/bench/transfer.js`
 */
const SMALL = 1000;
const SMALL_BYTES = 4096;
const LARGE = 2 ** 30;
const ENTRIES = 10_000;
const PARALLEL = 16;

const run = promisify(execFile);
const [, script = "", task, port = "", files = "", local = "", privateKey = ""] = process.argv;

/** What one task does with our own client. */
const ours: Readonly<Record<string, (storage: UnifiedStorage, folder: string) => Promise<unknown>>> = {
  async "small up"(storage, folder) {
    const { id } = await storage.createFolder({ parent: ROOT, name: "ours" });
    await inParallel(SMALL, async (index) => {
      const body = createReadStream(join(folder, "small", `${index}`));
      await storage.upload({ parent: id.native, name: `${index}`, size: SMALL_BYTES, ifExists: "replace" }, body);
    });
  },
  async "small down"(storage, folder) {
    await mkdir(join(folder, "ours"), { recursive: true });
    await inParallel(SMALL, async (index) => {
      const { body } = await storage.download(`/ours/${index}`);
      await pipeline(body, createWriteStream(join(folder, "ours", `${index}`)));
    });
  },
  "large up": (storage, folder) =>
    storage.upload(
      { parent: ROOT, name: "ours.bin", size: LARGE, ifExists: "replace" },
      createReadStream(join(folder, "large.bin"), { highWaterMark: 256 << 10 }),
    ),
  async "large down"(storage, folder) {
    const { body } = await storage.download("/ours.bin");
    await pipeline(body, createWriteStream(join(folder, "ours.bin")));
  },
  async list(storage) {
    let cursor: string | null = null;
    do cursor = (await storage.list("/many/", { cursor, limit: 1000 })).next;
    while (cursor !== null);
  },
};

const inParallel = async (count: number, work: (index: number) => Promise<void>): Promise<void> => {
  const indices = Array.from({ length: count }, (_, index) => index).values();
  const lane = async () => {
    for (const index of indices) await work(index);
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
};

/** The same for rclone. */
const theirs: Readonly<Record<string, (remote: string, folder: string) => readonly string[]>> = {
  "small up": (remote, folder) => ["copy", join(folder, "small"), `${remote}/rclone`],
  "small down": (remote, folder) => ["copy", `${remote}/rclone`, join(folder, "rclone")],
  "large up": (remote, folder) => ["copyto", join(folder, "large.bin"), `${remote}/rclone.bin`],
  "large down": (remote, folder) => ["copyto", `${remote}/rclone.bin`, join(folder, "rclone.bin")],
  list: (remote) => ["lsf", `${remote}/many`],
};

const doOne = async (name: string): Promise<void> => {
  const core = await testCore();
  const key = await readFile(privateKey, "utf8");
  const fields = { host: "127.0.0.1", port, folder: files, username: keyFields.username, privateKey: key };
  const { storage } = await core.connect("sftp", fields);
  const began = performance.now();
  await ours[name]?.(storage, local);
  const seconds = (performance.now() - began) / 1000;
  await core.close();
  console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
};

const doAll = async (): Promise<void> => {
  const missing = await install(openssh, rcloneSftp);
  if (missing) throw new Error(missing);
  const server = await start(openssh);
  const folder = await mkdtemp(join(tmpdir(), "unigraph-bench-"));
  try {
    const key = join(folder, "key");
    await writeFile(key, keyFields.privateKey, { mode: 0o600 });
    await mkdir(join(folder, "small"));
    for (let index = 0; index < SMALL; index++)
      await writeFile(join(folder, "small", `${index}`), Buffer.alloc(SMALL_BYTES, `${index}`));
    await pipeline(streamOf(LARGE), createWriteStream(join(folder, "large.bin")));
    await mkdir(join(server.files, "many"));
    for (let index = 0; index < ENTRIES; index++) await writeFile(join(server.files, "many", `${index}`), "x");
    const options = `host=127.0.0.1,port=${server.port},user=${keyFields.username},key_file=${key}`;
    const remote = `:sftp,${options}:${server.files}`;
    console.log("task         ours s   MiB   rclone s   MiB");
    for (const name of Object.keys(ours)) {
      const { stdout } = await run(process.execPath, [script, name, `${server.port}`, server.files, folder, key]);
      const mine = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { seconds: number; mebibytes: number };
      const rclone = await timed([
        "rclone",
        ...(theirs[name]?.(remote, folder) ?? []),
        "--config",
        join(folder, "none"),
        "--transfers",
        `${PARALLEL}`,
      ]);
      const columns = [
        mine.seconds.toFixed(2),
        mine.mebibytes.toFixed(0),
        rclone.seconds.toFixed(2),
        rclone.mebibytes.toFixed(0),
      ];
      console.log(name.padEnd(12), columns.map((column) => column.padStart(7)).join(" "));
    }
    const [one, other] = await Promise.all(["ours.bin", "rclone.bin"].map((name) => hashOf(join(folder, name))));
    if (one !== other) throw new Error("the files differ");
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Linux tells the peak of a process that has ended to its parent, here a shell's `getrusage` by way of Python. */
const timed = async (command: readonly string[]): Promise<{ seconds: number; mebibytes: number }> => {
  const program =
    "import resource,subprocess,sys,time;t=time.time();subprocess.run(sys.argv[1:],check=True,stdout=subprocess.DEVNULL);print(time.time()-t,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024)";
  const { stdout } = await run("python3", ["-c", program, ...command]);
  const [seconds = 0, mebibytes = 0] = stdout.trim().split(" ").map(Number);
  return { seconds, mebibytes };
};

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
};

await (task === undefined ? doAll() : doOne(task));
