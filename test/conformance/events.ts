import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Change, StorageItem } from "../../src/connectors/connector.js";
import { fails } from "../support/fails.js";
import { type Bench, type Check, checksOf, keyOf } from "./storage/bench.js";
import { assertTime } from "./storage/shape.js";
import type { OpenedAccount } from "./storage.js";

const TAKES = ["changes", "upload", "update", "delete"] as const;

/** Reads a feed on from now, each time to its end. */
class Reader {
  constructor(
    readonly bench: Pick<Bench, "events">,
    public cursor: string,
  ) {}
  static async from(bench: Bench): Promise<Reader> {
    const { changes, next, more } = await bench.events.changes(null);
    assert.deepEqual([changes, more], [[], false], "without a cursor, nothing but the cursor of now");
    return new Reader(bench, next);
  }
  async read(): Promise<Change[]> {
    const read: Change[] = [];
    for (let more = true; more; ) {
      const page = await this.bench.events.changes(this.cursor);
      read.push(...page.changes);
      ({ more, next: this.cursor } = page);
    }
    for (const { occurred } of read) assertTime(occurred);
    return read;
  }
  /** Changes of these items, from when the first is told until nothing more comes; a feed may lag behind. */
  async about(...items: readonly StorageItem[]): Promise<Change[]> {
    const ids = new Set(items.map(({ id }) => id.native));
    const found: Change[] = [];
    for (let quiet = 0, tries = 0; tries < 200 && quiet < 2; tries++) {
      const relevant = (await this.read()).filter(({ id }) => ids.has(id));
      found.push(...relevant);
      quiet = found.length > 0 && relevant.length === 0 ? quiet + 1 : 0;
      if (quiet < 2) await pause(25);
    }
    return found;
  }
}

const told = (changes: readonly Change[]) => changes.map(({ kind, type, id }) => ({ kind, type, id }));

/** What every connector with a change feed owes, shown by what happens to files. Skips and deviations as in `storage.ts`. */
export const eventsConformance = (
  name: string,
  open: () => Promise<OpenedAccount>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: events`, () => {
    let account: OpenedAccount | undefined;
    before(async () => {
      account = await open();
    });
    after(() => account?.close());
    changes(checksOf(name, () => account as OpenedAccount, deviations).check);
  });
};

const changes = (check: Check): void => {
  check("a new file and a new folder are told once", TAKES, async (bench) => {
    const feed = await Reader.from(bench);
    const file = await bench.upload("new.txt");
    assert.deepEqual(told(await feed.about(file)), [{ kind: "ADD", type: "file", id: file.id.native }]);
    const folder = await bench.makeFolder("new");
    assert.deepEqual(told(await feed.about(folder)), [{ kind: "ADD", type: "folder", id: folder.id.native }]);
  });

  check("new contents are told once", TAKES, async (bench) => {
    const file = await bench.upload("a.txt", "before");
    const feed = await Reader.from(bench);
    await bench.upload("a.txt", "after, and longer", { ifExists: "replace" });
    assert.deepEqual(told(await feed.about(file)), [{ kind: "UPDATE", type: "file", id: file.id.native }]);
  });

  check("a new name, or a new place: one change where ids last, else gone there and new here", TAKES, async (bench) => {
    const target = await bench.makeFolder("target");
    let file: StorageItem = await bench.upload("a.txt");
    const feed = await Reader.from(bench);
    for (const [kind, change] of [
      ["RENAME", { name: "b.txt" }],
      ["MOVE", { parent: target.id.native }],
    ] as const) {
      const changed: StorageItem = await bench.storage.update(keyOf(file), change);
      const changes = told(await feed.about(file, changed));
      const lasting = [{ kind, type: "file", id: changed.id.native }];
      const passing: ReturnType<typeof told> = [
        { kind: "DELETE", type: "file", id: file.id.native },
        { kind: "ADD", type: "file", id: changed.id.native },
      ];
      if (changes.length === 1) assert.deepEqual(changes, lasting);
      else
        assert.deepEqual(
          new Set(changes.map((one) => JSON.stringify(one))),
          new Set(passing.map((one) => JSON.stringify(one))),
        );
      assert.ok(changes.length <= 2);
      file = changed;
    }
  });

  check("what is deleted is told once", TAKES, async (bench) => {
    const file = await bench.upload("a.txt");
    const feed = await Reader.from(bench);
    await bench.remove(file);
    assert.deepEqual(told(await feed.about(file)), [{ kind: "DELETE", type: "file", id: file.id.native }]);
  });

  check("an old cursor tells again what came after it; the newest tells nothing", TAKES, async (bench) => {
    const feed = await Reader.from(bench);
    const start = feed.cursor;
    const file = await bench.upload("a.txt");
    const first = await feed.about(file);
    const other = await bench.upload("b.txt");
    await feed.about(other);
    assert.deepEqual(await feed.read(), []);
    feed.cursor = start;
    const again = (await feed.read()).map(({ id }) => id);
    assert.equal(first.length, 1);
    for (const { id } of [file, other]) assert.equal(again.filter((one) => one === id.native).length, 1);
  });

  check("a cursor lasts: another process goes on from it, and nothing is lost or told twice", TAKES, async (bench) => {
    const { elsewhere } = bench.account;
    if (!elsewhere) return bench.skip("there is no other process");
    const [gone, changed] = [await bench.upload("gone.txt"), await bench.upload("changed.txt")];
    const feed = await Reader.from(bench);
    await bench.remove(gone);
    await bench.upload("changed.txt", "changed, and longer", { ifExists: "replace" });
    const added = await bench.upload("added.txt");
    const other = await elsewhere();
    try {
      const reader = new Reader(other, feed.cursor);
      const expected = [
        { kind: "DELETE", type: "file", id: gone.id.native },
        { kind: "UPDATE", type: "file", id: changed.id.native },
        { kind: "ADD", type: "file", id: added.id.native },
      ];
      const byKind = (changes: ReturnType<typeof told>) => changes.map((one) => JSON.stringify(one)).sort();
      assert.deepEqual(
        byKind(told(await reader.about(gone, changed, added))),
        byKind(expected as ReturnType<typeof told>),
      );
      assert.deepEqual(await reader.read(), []);
    } finally {
      await other.close();
    }
  });

  check("a cursor that nobody gave out is refused", TAKES, async ({ events }) => {
    await assert.rejects(events.changes("nonsense"), fails("bad_request", "invalid_parameters", "not_found"));
  });

  check("watching wakes up after a change, and stops when told to", ["watch", ...TAKES], async (bench) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = await bench.events.watch(resolve);
    await bench.upload("a.txt");
    await promise;
    stop();
  });
};
