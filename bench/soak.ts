import "../src/externalMemory.js";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connectAccount } from "../src/unified/accounts.js";
import { serveForTest } from "../test/support/serving.js";
import { startServers } from "./soak/accounts.js";
import type { Subject } from "./soak/acting.js";
import { HttpCallers } from "./soak/http.js";
import { load, subjectOf } from "./soak/load.js";
import { openNetwork } from "./soak/network.js";
import { Outcomes } from "./soak/outcomes.js";
import { descriptors, slopeOf, type Usage, usage } from "./soak/usage.js";

/**
 * Every connector that has a server here, through networks that fail, under a mixed load, for so many minutes (3): a line each minute, then
 * what became of all operations, how memory grew after five minutes, and whether all that was open is closed. Ends with 1 when it found
 * what must not be: an error that is none of the table, a success that is not true, something left open. Linux.
 * `node --max-old-space-size=512 --expose-gc dist/bench/soak.js 30`
 */
const MINUTES = Number(process.argv[2] ?? 3);
const MINUTE = 60_000;
const SAMPLE = 5_000; // milliseconds
const WARM_UP = 5 * MINUTE;
/** Milliseconds in which idle connections, and the folders of unfinished lists, must have been closed. */
const IDLE = 70_000;
const API_KEY = "a-key-for-the-soak-that-nobody-keeps";
/** Connections that wait for news stay open throughout for every second account. */
const FOLLOWED = 2;

const outcomes = new Outcomes();
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (error: unknown) => outcomes.finding(`${event}: ${String(error)}`, error));
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") outcomes.finding(`warning: ${warning.message}`, warning);
});

const say = (words: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${words}`);
const written = ({ rss, heap, external, descriptors, sockets }: Usage): string =>
  `RSS ${rss.toFixed(0)} MiB, heap ${heap.toFixed(0)}, external ${external.toFixed(0)}, descriptors ${descriptors}, sockets ${sockets}`;

const network = openNetwork();
const local = await mkdtemp(join(tmpdir(), "unigraph-soak-"));
const servers = await startServers(network, local);
const before = usage();
const openBefore = new Set(descriptors());
say(`${servers.plans.length} accounts; at the start: ${written(before)}`);

const serving = await serveForTest({ local: [local], seed: "none", apiKey: API_KEY, restRate: 0 });
const { unified, application } = serving.core;
const http = new HttpCallers(serving.url, API_KEY, outcomes);
const session = unified.internal(application, new AbortController().signal, false);
const subjects: Subject[] = [];
for (const { name, service, fields } of servers.plans)
  subjects.push(await subjectOf(name, (await connectAccount(session, { service, fields })).account));

const stop = new AbortController();
for (const { number } of subjects.filter((_, index) => index % FOLLOWED === 0))
  unified.feeds.listen(application, number, stop.signal);
await network.fail();
const began = performance.now();
const points: (readonly [minutes: number, mebibytes: number])[] = [];
const sampling = setInterval(() => {
  const { rss } = usage();
  if (performance.now() - began > WARM_UP) points.push([(performance.now() - began) / MINUTE, rss]);
}, SAMPLE);
const loading = load({ serving, subjects, outcomes, http }, stop.signal);
for (let minute = 1; minute <= MINUTES; minute++) {
  await delay(began + minute * MINUTE - performance.now());
  say(
    `minute ${minute}: ${outcomes.total} operations: ${outcomes.kinds()}; refused: ${outcomes.codes()}; ${written(usage())}, pooled connections ${unified.client.openConnections}`,
  );
}
clearInterval(sampling);
stop.abort();
await loading;
say(`the load has ended: ${written(usage())}, pooled connections ${unified.client.openConnections}`);
await delay(IDLE);
const idle = unified.client.openConnections;
if (idle > 0) outcomes.finding(`${idle} pooled connections are open though nobody uses them`, undefined);

await http.close();
await serving.closeCore();
await delay(1_000);
const after = usage();
const left = descriptors().filter((target) => !openBefore.has(target));
const pooled = unified.client.openConnections;
if (left.length > 0) outcomes.finding(`descriptors that are still open: ${left.join(" ")}`, undefined);
if (pooled > 0) outcomes.finding(`${pooled} pooled connections are still open`, undefined);
const faults = await network.faults();
const { findings } = outcomes;
console.log(
  [
    `${outcomes.total} operations in ${MINUTES} minutes`,
    `by kind (ended well + refused): ${outcomes.kinds()}`,
    `refused with: ${outcomes.codes()}`,
    `faults: ${JSON.stringify(faults)}`,
    `retries: ${JSON.stringify(unified.client.counts)}`,
    outcomes.table(),
    "refusals in words:",
    outcomes.refusals(),
    points.length > 1
      ? `RSS grows by ${slopeOf(points).toFixed(2)} MiB a minute after ${WARM_UP / MINUTE}`
      : "too short to say how RSS grows",
    `at the start: ${written(before)}`,
    `at the end: ${written(after)}, pooled connections when idle ${idle}, closed ${pooled}`,
    `${findings.length} findings`,
    ...findings,
  ].join("\n"),
);
await servers.close();
await network.close();
await rm(local, { recursive: true, force: true });
process.exit(findings.length > 0 ? 1 : 0);
