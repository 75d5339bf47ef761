import assert from "node:assert/strict";
import { test } from "node:test";
import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import {
  type ByteRange,
  type EventsOperations,
  type NewFile,
  type Page,
  type Paging,
  ROOT,
  type StorageItem,
  type StorageKey,
  type StorageOperations,
} from "../../../src/connectors/connector.js";
import { contentOf, streamFrom } from "../../support/bytes.js";
import type { OpenedAccount } from "../storage.js";

export type Operation = Exclude<keyof StorageOperations, "traits"> | keyof EventsOperations;

/** A test: what it shows, the operations it takes, and its steps at a bench of its own. */
export type Check = (title: string, takes: readonly Operation[], steps: (bench: Bench) => Promise<void>) => void;

const EVENTS: ReadonlySet<string> = new Set(["changes", "watch"] satisfies (keyof EventsOperations)[]);

export const checksOf = (
  service: string,
  account: () => OpenedAccount,
  deviations: Readonly<Record<string, string>>,
): { check: Check; titles: ReadonlySet<string> } => {
  let count = 0;
  const titles = new Set<string>();
  const check: Check = (title, takes, steps) => {
    titles.add(title);
    test(title, async (context) => {
      const opened = account();
      const lacking = (["createFolder", ...takes] as const).find((operation) =>
        operation === "parts" ? opened.parts === null : !opened.can(operation),
      );
      if (lacking)
        return context.skip(`${service} declares no ${EVENTS.has(lacking) ? "events" : "storage"}.${lacking}`);
      if (deviations[title]) return context.skip(deviations[title]);
      count++;
      const folder = await opened.storage.createFolder({ parent: ROOT, name: `case ${count}` });
      await steps(new Bench(opened, folder, (reason) => context.skip(reason)));
    });
  };
  return { check, titles };
};

/** One new folder of the account, and short words for what tests do all the time. */
export class Bench {
  readonly storage: OpenedAccount["storage"];
  readonly events: OpenedAccount["events"];
  constructor(
    readonly account: OpenedAccount,
    readonly folder: Folder,
    /** For what a service may lack without declaring it. */
    readonly skip: (reason: string) => void,
  ) {
    this.storage = account.storage;
    this.events = account.events;
  }

  upload(name: string, content: string | Buffer = name, file: Partial<NewFile> = {}): Promise<File> {
    const whole = {
      parent: this.folder.id.native,
      name,
      size: Buffer.byteLength(content),
      ifExists: "fail",
      ...file,
    } as const;
    return this.storage.upload(whole, streamFrom(content));
  }

  makeFolder(name: string, parent = this.folder): Promise<Folder> {
    return this.storage.createFolder({ parent: parent.id.native, name });
  }

  /** All that a folder holds, over all its pages. */
  items(folder: StorageItem = this.folder, { limit = 100, recursive = false } = {}): Promise<StorageItem[]> {
    return everyItem(limit, (paging) => this.storage.list(folder.id.native, { ...paging, recursive }));
  }

  /** Names of what a folder holds, sorted. */
  async names(folder: StorageItem = this.folder): Promise<string[]> {
    return (await this.items(folder)).map(({ name }) => name).sort();
  }

  async read(file: StorageItem, range?: ByteRange): Promise<Buffer> {
    const { body } = await this.storage.download(file.id.native, range);
    return contentOf(body);
  }

  async text(file: StorageItem): Promise<string> {
    return (await this.read(file)).toString();
  }

  remove(item: StorageItem, recursive = false): Promise<void> {
    return this.storage.delete(keyOf(item), { recursive, permanent: false });
  }

  /** Asserts that there is no such thing any more. */
  async gone(item: StorageItem): Promise<void> {
    await assert.rejects(this.storage.get(keyOf(item)), { code: "not_found" }, `${item.name} is still there`);
  }
}

export const keyOf = ({ type, id }: StorageItem): StorageKey => ({ type, id: id.native });

/** Type, id and name: enough to tell that two answers speak of one thing. */
export const brief = ({ type, id, name }: StorageItem) => ({ type, id: id.native, name });

/** Reads a list to its end, asserting that it has one and that no page is longer than was asked for. */
export const everyItem = async <Item>(limit: number, ask: (paging: Paging) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = [];
  const cursors = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await ask({ cursor, limit });
    assert.ok(page.items.length <= limit, `a page of ${page.items.length} items where ${limit} were asked for`);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) break;
    assert.ok(cursor !== "" && !cursors.has(cursor), "a cursor came twice: the list has no end");
    cursors.add(cursor);
  } while (cursors.size < 10_000);
  return items;
};

/** All of them, whatever happened: no promise is left behind by the first that fails. */
export const settled = async <Value>(promises: readonly Promise<Value>[]) => {
  const outcomes = await Promise.allSettled(promises);
  return {
    values: outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : [])),
    errors: outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : [])),
  };
};
