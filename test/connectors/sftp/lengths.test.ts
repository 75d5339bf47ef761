import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { ROOT } from "../../../src/connectors/connector.js";
import { CHUNK, LONG_CHUNK } from "../../../src/connectors/sftp/wire.js";
import { bytesOf, contentOf, sha256, streamOf } from "../../support/bytes.js";
import { testCore } from "../../support/core.js";
import { fails } from "../../support/fails.js";
import { type Manner, StandIn } from "./standIn.js";

/** Bytes that ssh2 takes for safe with any server. */
const OTHERWISE = 31_952;
/** Limits above all of ours. */
const LARGE = [2n ** 30n, 2n ** 29n, 2n ** 40n, 0n] as const;
/** Bytes of the body that come at once: no WRITE waits for more. */
const PIECE = 64 << 10;
/** No whole number of requests of any length. */
const SIZE = 3 * 2 ** 20 + 12_345;

describe("sftp: as long as the server takes it", () => {
  const open = async (t: TestContext, manner: Manner) => {
    const core = await testCore();
    t.after(() => core.close());
    const server = await StandIn.start(t, manner);
    const { storage } = await core.connect("sftp", server.fields);
    return { server, storage };
  };
  /** Up and down again; gives the lengths of the longest READ and WRITE. */
  const roundTrip = async (t: TestContext, manner: Manner): Promise<[read: number, write: number]> => {
    const { server, storage } = await open(t, manner);
    await storage.upload({ parent: ROOT, name: "a", size: SIZE, ifExists: "fail" }, streamOf(SIZE));
    assert.equal(sha256(server.files.get("/a") ?? ""), sha256(bytesOf(SIZE)));
    assert.equal(sha256(await contentOf((await storage.download("/a")).body)), sha256(bytesOf(SIZE)));
    const { body } = await storage.download("/a", { start: 100_000, end: SIZE - 2 });
    assert.equal(sha256(await contentOf(body)), sha256(bytesOf(SIZE).subarray(100_000, SIZE - 1)));
    return [server.longestRead, server.longestWrite];
  };

  test("a server that tells no limits gets what every server takes", async (t) => {
    assert.deepEqual(await roundTrip(t, {}), [CHUNK, CHUNK]);
  });

  test("a server that tells of its limits, and then does not know them, as well", async (t) => {
    assert.deepEqual(await roundTrip(t, { limits: "refused" }), [OTHERWISE, OTHERWISE]);
  });

  test("limits below that are kept to, each its own", async (t) => {
    assert.deepEqual(await roundTrip(t, { limits: [34_000n, 10_000n, 20_000n, 0n] }), [10_000, 20_000]);
  });

  test("of those above no more is asked than fits into an answer; where there are none, what ssh2 takes for safe", async (t) => {
    assert.deepEqual(await roundTrip(t, { limits: LARGE }), [LONG_CHUNK, PIECE]);
    assert.deepEqual(await roundTrip(t, { limits: [0n, 0n, 0n, 0n] }), [OTHERWISE, OTHERWISE]);
  });

  test("long requests that are answered by less are asked for the rest", async (t) => {
    assert.deepEqual(await roundTrip(t, { limits: LARGE, shortReads: 65_536 }), [LONG_CHUNK, PIECE]);
    await roundTrip(t, { shortReads: 10_009 });
  });

  test("a file that is cut short while it is read is told, never filled up", async (t) => {
    const { server, storage } = await open(t, { limits: LARGE });
    server.files.set("/a", bytesOf(SIZE));
    const { body } = await storage.download("/a");
    server.files.set("/a", bytesOf(1000));
    await assert.rejects(contentOf(body), fails("data_conflict"));
  });
});
