/**
 * A bucket of 10,000 objects on OpenStack Swift, listed by us (recursively, through the outgoing client and its signer, as unified
 * files) and by rclone (`lsf -R --fast-list`, names and sizes: times would cost it a request each), by turns in one run: seconds of
 * a whole process, its start included, and its peak memory. `npx node dist/bench/object-listing.js [objects] [rounds]`
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setInterval } from "node:timers";
import { fileURLToPath } from "node:url";
import type { Credential } from "../src/auth/credential.js";
import { type Context, type Page, ROOT, type StorageItem } from "../src/connectors/connector.js";
import { s3Compatible } from "../src/connectors/s3_compatible/index.js";
import { Ids, Ref } from "../src/ids.js";
import { UpstreamClient } from "../src/upstream/client.js";
import { install } from "../test/servers/install.js";
import { rclone } from "../test/servers/rclone.js";
import { start } from "../test/servers/server.js";
import { SWIFT_KEYS, SWIFT_REGION, swift } from "../test/servers/swift.js";

const BUCKET = "bench";

/** An account on the bucket, without a store and a unified layer. */
const open = (origin: string): { client: UpstreamClient; context: Context } => {
  const { owner } = SWIFT_KEYS;
  const credential: Credential = { scheme: "aws4", ...owner, region: SWIFT_REGION, service: "s3", literalPaths: true };
  const client = new UpstreamClient({ privateNetworks: ["127.0.0.0/8"] });
  const target = {
    service: s3Compatible.service,
    account: "1",
    origin,
    budget: s3Compatible.budget,
    credentials: { current: async () => ({ credential, version: 1 }) },
  };
  const settings = { origin, bucket: BUCKET, style: "path" };
  const scope = { ids: new Ids([{ number: 1, secret: "for the bench" }]), application: "bench", account: 1 };
  const context: Context = {
    settings,
    upstream: client.for(target),
    connections: client.connections(target, settings),
    signal: new AbortController().signal,
    raw: false,
    ref: (type, native) => new Ref(scope, "storage", type, native),
  };
  return { client, context };
};

/** What the measured process of ours does. */
const listAll = async (origin: string): Promise<void> => {
  const { client, context } = open(origin);
  let cursor: string | null = null;
  let files = 0;
  do {
    const page: Page<StorageItem> | undefined = await s3Compatible.storage?.list?.(context, ROOT, {
      cursor,
      limit: 1000,
      recursive: true,
    });
    if (!page) throw new Error("there is no list");
    files += page.items.filter(({ type }) => type === "file").length;
    cursor = page.next;
  } while (cursor !== null);
  process.stdout.write(`${files}\n`);
  await client.close();
};

const fill = async (origin: string, objects: number): Promise<void> => {
  const { client, context } = open(origin);
  const put = (path: string) => context.upstream.text({ method: "PUT", path, body: "" });
  await put(`/${BUCKET}`);
  const numbers = Array.from({ length: objects }, (_, index) => index).values();
  const fillOn = async () => {
    for (const number of numbers) await put(`/${BUCKET}/folder%20${number % 100}/file%20${number}.txt`);
  };
  await Promise.all(Array.from({ length: 8 }, fillOn));
  await client.close();
};

interface Figures {
  seconds: number;
  /** MiB */
  peak: number;
  lines: number;
}

const measure = async (command: string, parameters: readonly string[], env = {}): Promise<Figures> => {
  const began = performance.now();
  const child = spawn(command, parameters, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [peak, text] = [0, ""];
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // it has ended
    }
  }, 10);
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  const [code] = await once(child, "close");
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - began) / 1000, peak, lines: text.trim().split("\n").length };
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const told = (name: string, figures: readonly Figures[]): string =>
  `${name}: ${median(figures.map(({ seconds }) => seconds)).toFixed(2)} s, peak ${median(figures.map(({ peak }) => peak)).toFixed(0)} MiB`;

const compare = async (objects: number, rounds: number): Promise<void> => {
  const missing = await install(swift, rclone);
  if (missing) throw new Error(missing);
  const server = await start(swift);
  try {
    const origin = server.url.replace(/\/$/, "");
    await fill(origin, objects);
    const { accessKeyId, secretAccessKey } = SWIFT_KEYS.owner;
    const configuration = {
      RCLONE_CONFIG: "/dev/null",
      RCLONE_CONFIG_S_TYPE: "s3",
      RCLONE_CONFIG_S_PROVIDER: "Other",
      RCLONE_CONFIG_S_ENDPOINT: origin,
      RCLONE_CONFIG_S_REGION: SWIFT_REGION,
      RCLONE_CONFIG_S_ACCESS_KEY_ID: accessKeyId,
      RCLONE_CONFIG_S_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const theirs = ["lsf", `s:${BUCKET}`, "-R", "--fast-list", "--files-only", "--format", "ps"];
    const [ours, peers]: [Figures[], Figures[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await measure(process.execPath, [fileURLToPath(import.meta.url), "list", origin]));
      const peer = await measure("/usr/bin/rclone", theirs, configuration);
      if (peer.lines !== objects) throw new Error(`rclone lists ${peer.lines} objects`);
      peers.push(peer);
    }
    console.log(`${objects} objects, medians of ${rounds} rounds, whole processes`);
    console.log(told("unigraph", ours));
    console.log(told("rclone  ", peers));
  } finally {
    await server.stop();
  }
};

const [first, second] = process.argv.slice(2);
if (first === "list") await listAll(String(second));
else await compare(Number(first ?? 10_000), Number(second ?? 5));
