import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page, Paging, Settings } from "../../../src/connectors/connector.js";
import { local } from "../../../src/connectors/local/index.js";
import { bindConnector } from "../../support/bind.js";

export type LocalAccount = ReturnType<typeof bindConnector>;

/** An account on a folder, by a connector of its own: what one process keeps in memory, another does not have. */
export const openLocal = (root: string, below = "root"): LocalAccount => {
  const settings: Settings = { root, below };
  return bindConnector(local({ folders: [root] }), settings);
};

/** Runs a test on an empty folder, `root`, beside which lies another, `outside`, that no account reaches. */
export const withFolders = async (
  test: (folders: { root: string; outside: string; account: LocalAccount }) => Promise<void>,
): Promise<void> => {
  const base = await realpath(await mkdtemp(join(tmpdir(), "unigraph-local-")));
  const [root, outside] = [join(base, "root"), join(base, "outside")];
  try {
    await mkdir(root);
    await mkdir(outside);
    await test({ root, outside, account: openLocal(root) });
  } finally {
    await rm(base, { recursive: true, force: true });
  }
};

/** Every item of a list, page by page. */
export const readAll = async <Item>(limit: number, ask: (paging: Paging) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await ask({ cursor, limit });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
};
