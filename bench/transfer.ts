import { fork } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { install } from "../test/servers/install.js";
import { rclone } from "../test/servers/rclone.js";
import { start } from "../test/servers/server.js";
import { bytesOf, measure, streamOf } from "../test/support/bytes.js";
import { type Figures, median } from "./transfer/figures.js";
import type { Order } from "./transfer/process.js";
import { Rclone } from "./transfer/rclone.js";
import { SERVICES } from "./transfer/services.js";
import { ENTRIES, LARGE, type Place, SMALL, TASK_NAMES, TASKS, type TaskName } from "./transfer/tasks.js";

/**
 * Beside rclone on one server: 10,000 objects listed, 1,000 files of 4 KiB up and down, 1 GiB up and down; seconds and peak of
 * resident memory, medians of so many rounds (3), in each of which both sides take turns at every task and at beginning. What came back is compared
 * with what was sent. `node dist/bench/transfer.js [webdav|webdav-rclone|s3|sftp] [rounds]`
 *
 * Each task of ours runs once in a new process, which has started and connected its account when the clock begins: we are a server, so
 * its start is not in the seconds. Nor is it warmed up: the code is compiled, and further connections are opened, within them. rclone is a
 * command: its seconds hold its start (some 50 ms) and its connecting. Memory is the peak of either process as a whole. Of small files
 * both have 16 under way, but each has its own ways: ours looks at the name first and answers with the file's facts; rclone lists the
 * target once, and leaves 10 ms between two requests of WebDAV.
 */
const names = Object.keys(SERVICES).filter((name) => name === (process.argv[2] ?? name));
if (names.length === 0) throw new Error(`the services are ${Object.keys(SERVICES).join(", ")}`);
const ROUNDS = Number(process.argv[3] ?? 3);
const SIDES = ["ours", "rclone"] as const;

const worker = fileURLToPath(new URL("transfer/process.js", import.meta.url));

const ours = async (order: Order): Promise<Figures> => {
  const child = fork(worker);
  child.send(order);
  const ended = once(child, "close").then(([code]) => {
    if (code !== 0) throw new Error(`the process ended with ${code}`);
  });
  const [[figures]] = await Promise.all([once(child, "message"), ended]);
  return figures as Figures;
};

/** What is sent, in files of this machine. */
const prepare = async (local: string): Promise<void> => {
  await Promise.all(["many", "small"].map((name) => mkdir(join(local, name))));
  for (let index = 0; index < ENTRIES; index++) await writeFile(join(local, "many", `${index}`), "x");
  for (let index = 0; index < SMALL.count; index++)
    await writeFile(join(local, "small", `${index}`), bytesOf(SMALL.bytes, `${index}`));
  await pipeline(streamOf(LARGE), createWriteStream(join(local, "large")));
};

/** Throws where what a side has downloaded is not what it sent. */
const compare = async ({ local, side }: Place): Promise<void> => {
  const hashOf = async (...path: string[]) => (await measure(createReadStream(join(local, ...path)))).sha256;
  const files = (await readdir(join(local, "small"))).map((name) => [join("small", name), join(side, name)] as const);
  for (const [sent, got] of [...files, ["large", join(side, "large")] as const])
    if ((await hashOf(sent)) !== (await hashOf(got))) throw new Error(`${got} is not what was sent`);
};

const bench = async (name: string, local: string): Promise<void> => {
  const service = SERVICES[name] as (typeof SERVICES)[string];
  const server = await start(service.recipe);
  try {
    const peer = await Rclone.on(service, server);
    const many = join(local, "many");
    if (service.servesFiles) await cp(many, join(server.files, "many"), { recursive: true });
    else await peer.run(["copy", "--s3-no-head", many, `${peer.remote}many`]);
    const order = { connector: service.connector, fields: service.fields(server) };
    const taken: Record<string, Figures[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      for (const task of TASK_NAMES)
        for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
          const place = { local, side };
          const figures =
            side === "ours"
              ? await ours({ ...order, task, place })
              : await peer.run(TASKS[task].rclone(peer.remote, place));
          (taken[`${task} ${side}`] ??= []).push(figures);
        }
      for (const side of SIDES) {
        await compare({ local, side });
        await peer.run(["purge", `${peer.remote}${side}`]);
        await rm(join(local, side), { recursive: true });
      }
    }
    console.log(`${name}: medians of ${ROUNDS} rounds`);
    const told = (task: TaskName, side: Place["side"]) => median(taken[`${task} ${side}`] ?? []);
    console.table(
      Object.fromEntries(TASK_NAMES.map((task) => [task, rowOf(told(task, "ours"), told(task, "rclone"))])),
    );
  } finally {
    await server.stop();
  }
};

const rowOf = (one: Figures, other: Figures) => ({
  "ours, s": one.seconds.toFixed(2),
  "rclone, s": other.seconds.toFixed(2),
  "times its seconds": (one.seconds / other.seconds).toFixed(2),
  "ours, MiB": one.mebibytes.toFixed(0),
  "rclone, MiB": other.mebibytes.toFixed(0),
});

const missing = await install(rclone, ...names.map((name) => (SERVICES[name] as (typeof SERVICES)[string]).recipe));
if (missing) throw new Error(missing);
const local = await mkdtemp(join(tmpdir(), "unigraph-bench-"));
try {
  await prepare(local);
  for (const name of names) await bench(name, local);
} finally {
  await rm(local, { recursive: true, force: true });
}
