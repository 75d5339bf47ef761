import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Peak memory over idle of a server of its own, while so many bytes go up and down through it. Linux. */
const BYTES = Number(process.argv[2] ?? 2 * 2 ** 30);
const main = fileURLToPath(new URL("../src/main.js", import.meta.url));

const data = await mkdtemp(join(tmpdir(), "unigraph-bench-"));
const server = spawn(process.execPath, [main], {
  env: { PATH: process.env.PATH, UNIGRAPH_DATA: data, PORT: "0", UNIGRAPH_LOG_LEVEL: "warn" },
  stdio: ["ignore", "pipe", "inherit"],
});
let out = "";
server.stdout.on("data", (chunk) => {
  out += chunk;
});
while (!out.includes("ready ")) await once(server.stdout, "data");
const [, key] = /API key (\S+)/.exec(out) ?? [];
const [, url] = /ready (\S+)/.exec(out) ?? [];

const ask = async (query: string): Promise<Record<string, Record<string, string>>> => {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `APIKey ${key}` },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: Record<string, Record<string, string>> }).data;
};

/** Kilobytes, as the kernel counts them. */
const memory = async (name: "VmRSS" | "VmHWM"): Promise<number> =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(await readFile(`/proc/${server.pid}/status`, "utf8"))?.[1]);

const chunk = Buffer.alloc(1 << 20, "unigraph ");
function* chunks(): Generator<Buffer> {
  for (let left = BYTES; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
}

const account = JSON.stringify(await ask(`{ account(id: "2") { storage { root { id } } } }`)).match(
  /"id":"([^"]+)"/,
)?.[1];
const idle = await memory("VmRSS");

const { createUpload } = await ask(
  `mutation { createUpload(input: { parent: "${account}", name: "large.bin", size: ${BYTES} }) { url } }`,
);
let began = performance.now();
const uploaded = await fetch(
  createUpload?.url as string,
  {
    method: "PUT",
    headers: { "content-length": String(BYTES) },
    body: Readable.toWeb(Readable.from(chunks())) as ReadableStream,
    duplex: "half",
  } as RequestInit,
);
const { id } = (await uploaded.json()) as { id: string };
const up = (performance.now() - began) / 1000;
const peakUp = await memory("VmHWM");

const found = JSON.stringify(await ask(`{ node(id: "${id}") { ... on File { downloadUrl } } }`));
const download = found.match(/"downloadUrl":"([^"]+)"/)?.[1] as string;
began = performance.now();
let seen = 0;
for await (const part of (await fetch(download)).body as AsyncIterable<Uint8Array>) seen += part.length;
const down = (performance.now() - began) / 1000;
const peak = await memory("VmHWM");

console.table({
  "MiB moved each way": seen / 2 ** 20,
  "idle, MiB": Math.round(idle / 1024),
  "peak over idle after the upload, MiB": Math.round((peakUp - idle) / 1024),
  "peak over idle after both, MiB": Math.round((peak - idle) / 1024),
  "up, MiB/s": Math.round(BYTES / up / 2 ** 20),
  "down, MiB/s": Math.round(BYTES / down / 2 ** 20),
});
server.kill();
await rm(data, { recursive: true });
