import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StorageItem } from "../../src/connectors/connector.js";
import { compare } from "../../src/unified/activity/comparing.js";
import { eventsConformance } from "../conformance/events.js";
import type { OpenedAccount } from "../conformance/storage.js";
import { apache } from "../servers/apache.js";
import { install as installServers } from "../servers/install.js";
import { start } from "../servers/server.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { openThroughUnified } from "../support/open.js";
import { install, itemOf, scripted } from "../support/scripted.js";

/** The account with no feed of its own but what comparing tells. */
const compared = (account: OpenedAccount): OpenedAccount => ({
  ...account,
  events: {
    ...account.events,
    changes: (cursor) => compare(account.storage as Parameters<typeof compare>[0], cursor),
  } as OpenedAccount["events"],
  can: (operation) => operation === "changes" || (operation !== "watch" && account.can(operation)),
  // The cursor is all that it has: any process is another one.
  elsewhere: async () => ({ ...compared(account), close: async () => undefined }),
});

eventsConformance("a storage compared with itself, ids that last", async () =>
  compared(await openThroughUnified("sandbox", {})),
);

describe("on a server that we did not write", { skip: await installServers(apache("Basic")) }, () => {
  eventsConformance("a storage compared with itself, ids that are paths", async () => {
    const server = await start(apache("Basic"));
    const { url, username, password } = server;
    const fields = { url, username, password };
    return compared(await openThroughUnified("webdav", fields, { close: () => server.stop() }));
  });
});

describe("comparing", () => {
  let items: ((context: { ref(type: string, native: string): unknown }) => StorageItem)[] = [];
  const inCore = async (work: (core: TestCore) => Promise<void>) => {
    const core = await testCore();
    install(
      core,
      scripted(
        {
          list: async (context, _folder, { cursor, limit }) => {
            const begin = Number(cursor ?? 0);
            const page = items.slice(begin, begin + limit).map((make) => make(context));
            return { items: page, next: begin + limit < items.length ? String(begin + limit) : null };
          },
        },
        "listed",
      ),
    );
    try {
      await work(core);
    } finally {
      await core.close();
    }
  };

  test("new name, new place and new contents at once are three changes; a folder's time is none", () =>
    inCore(async (core) => {
      const { storage } = await core.connect("listed");
      const facts = (name: string, parent: string, time: string) => (context: Parameters<typeof itemOf>[0]) =>
        itemOf(context, "file", "f", { name, parentId: context.ref("folder", parent), modified: time });
      const folder = (time: string) => (context: Parameters<typeof itemOf>[0]) =>
        itemOf(context, "folder", "d", { modified: time });
      items = [folder("2026-01-01T00:00:00Z"), facts("a", "x", "2026-01-01T00:00:00Z")];
      const { next } = await compare(storage, null);
      items = [folder("2026-02-02T00:00:00Z"), facts("b", "y", "2026-02-02T00:00:00Z")];
      const { changes, next: after } = await compare(storage, next);
      assert.deepEqual(
        changes.map(({ kind, id }) => `${kind} ${id}`),
        ["MOVE f", "RENAME f", "UPDATE f"],
      );
      assert.equal(changes[2]?.occurred, "2026-02-02T00:00:00Z");
      assert.deepEqual(await compare(storage, after), { changes: [], next: after, more: false });
    }));

  test("50,000 items are compared, one more is refused", () =>
    inCore(async (core) => {
      const { storage } = await core.connect("listed");
      const file = (index: number) => (context: Parameters<typeof itemOf>[0]) =>
        itemOf(context, "file", `/folder ${index % 100}/${index}`);
      items = Array.from({ length: 50_000 }, (_, index) => file(index));
      const { next } = await compare(storage, null);
      items = items.slice(1);
      const { changes } = await compare(storage, next);
      assert.deepEqual(
        changes.map(({ kind, id }) => `${kind} ${id}`),
        ["DELETE /folder 0/0"],
      );
      items = Array.from({ length: 50_001 }, (_, index) => file(index));
      await assert.rejects(compare(storage, next), fails("not_implemented"));
    }));
});
