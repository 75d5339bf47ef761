/**
 * A folder of 100,000 files listed in pages of 1,000: milliseconds and memory, with the walk kept open between the pages and with
 * nothing but the cursor (as when another process answers each page). `npx node dist/bench/local-listing.js [files]`
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, Page, StorageItem, StorageOperations } from "../src/connectors/connector.js";
import { local } from "../src/connectors/local/index.js";
import { Ids, Ref } from "../src/ids.js";

const FILES = Number(process.argv[2] ?? 100_000);
const PAGE = 1_000;

const scope = { ids: new Ids([{ number: 1, secret: "for the bench" }]), application: "bench", account: 1 };
const contextOf = (root: string): Context => ({
  settings: { root, below: "root" },
  upstream: null as never,
  connections: null as never,
  signal: new AbortController().signal,
  raw: false,
  ref: (type, native) => new Ref(scope, "storage", type, native),
});

const megabytes = (): number => process.memoryUsage.rss() / 2 ** 20;

const measure = async (title: string, root: string, storageOfPage: () => StorageOperations): Promise<void> => {
  const context = contextOf(root);
  const idle = megabytes();
  const began = performance.now();
  let [peak, slowest, items, pages] = [idle, 0, 0, 0];
  let cursor: string | null = null;
  do {
    const asked = performance.now();
    const page: Page<StorageItem> | undefined = await storageOfPage().list?.(context, "root", { cursor, limit: PAGE });
    if (!page) throw new Error("there is no list");
    slowest = Math.max(slowest, performance.now() - asked);
    items += page.items.length;
    pages++;
    cursor = page.next;
    peak = Math.max(peak, megabytes());
  } while (cursor !== null);
  const took = performance.now() - began;
  const figures = [
    `${items} items`,
    `${pages} pages`,
    `${took.toFixed(0)} ms`,
    `slowest page ${slowest.toFixed(0)} ms`,
  ];
  console.log(
    `${title}: ${figures.join(", ")}, peak RSS ${(peak - idle).toFixed(0)} MiB over ${idle.toFixed(0)} MiB idle`,
  );
};

const root = await mkdtemp(join(tmpdir(), "unigraph-bench-"));
try {
  for (let index = 0; index < FILES; index += 500)
    await Promise.all(Array.from({ length: 500 }, (_, more) => writeFile(join(root, `file ${index + more}.txt`), "")));
  const open = () => local({ folders: [root] }).storage as StorageOperations;
  const storage = open();
  await measure("walk kept open", root, () => storage);
  await measure("the same again", root, () => storage);
  await measure("cursor alone  ", root, open);
} finally {
  await rm(root, { recursive: true, force: true });
}
