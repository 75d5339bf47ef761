import assert from "node:assert/strict";
import { bytesOf, measure, sha256, streamOf } from "../../support/bytes.js";
import { fails } from "../../support/fails.js";
import type { Check } from "./bench.js";

const MEBIBYTE = 2 ** 20;
const TAKES = ["upload", "download"] as const;

export const contents = (check: Check): void => {
  for (const size of [0, 1, 65_537, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])
    check(`${size} bytes come back as they went`, [...TAKES, "get", "list"], async ({ storage, folder }) => {
      const name = `${size}.bin`;
      const file = await storage.upload(
        { parent: folder.id.native, name, size, ifExists: "fail" },
        streamOf(size, name),
      );
      assert.equal(file.size ?? size, size);
      const { body, ...told } = await storage.download(file.id.native);
      assert.deepEqual(await measure(body), { size, sha256: sha256(bytesOf(size, name)) });
      assert.equal(told.length ?? size, size);
      assert.equal(told.size ?? size, size);
      assert.equal(told.range, undefined);
      const again = await storage.get({ type: "file", id: file.id.native });
      assert.equal(again.type === "file" && (again.size ?? size), size);
    });

  const size = 100_000;
  for (const [what, asked, start, end] of [
    ["the first byte", { start: 0, end: 0 }, 0, 0],
    ["the last byte", { start: size - 1, end: size - 1 }, size - 1, size - 1],
    ["the middle", { start: 1000, end: 70_000 }, 1000, 70_000],
    ["an open end", { start: 99_000 }, 99_000, size - 1],
    ["all of it", { start: 0, end: size - 1 }, 0, size - 1],
    ["an end beyond the end", { start: 99_990, end: size + 5 }, 99_990, size - 1],
  ] as const)
    check(`a range: ${what}`, TAKES, async (bench) => {
      const whole = bytesOf(size, "ranges");
      const file = await bench.upload("ranges.bin", whole);
      const { body, range, length, size: told } = await bench.storage.download(file.id.native, asked);
      const { sha256: hash } = await measure(body);
      assert.equal(told ?? size, size);
      if (range === undefined) return assert.equal(hash, sha256(whole), "without a range, it is the whole file");
      assert.deepEqual([range.start, range.end ?? size - 1], [start, end]);
      assert.equal(hash, sha256(whole.subarray(start, end + 1)));
      assert.equal(length ?? end + 1 - start, end + 1 - start);
    });

  check("a range that begins beyond the end is refused", TAKES, async (bench) => {
    const file = await bench.upload("short.txt", "0123456789");
    const empty = await bench.upload("empty.txt", "");
    for (const [id, start] of [
      [file.id.native, 10],
      [file.id.native, 2 ** 40],
      [empty.id.native, 0],
    ] as const)
      await assert.rejects(bench.storage.download(id, { start }), fails("invalid_parameters"), `from ${start}`);
  });

  check("the ETag stays while nothing changes, and changes with the contents", TAKES, async (bench) => {
    const etag = async (id: string) => {
      const { body, etag } = await bench.storage.download(id);
      body.resume();
      return etag;
    };
    const file = await bench.upload("etag.txt", "first");
    const first = await etag(file.id.native);
    if (first === null) return;
    assert.match(first, /^(W\/)?"[^"]*"$/, "as RFC 9110 8.8.3 writes it");
    assert.equal(await etag(file.id.native), first);
    const changed = await bench.upload("etag.txt", "second, and longer", { ifExists: "replace" });
    assert.notEqual(await etag(changed.id.native), first);
  });

  check("a download that nobody reads to its end does no harm", TAKES, async (bench) => {
    const file = await bench.upload("large.bin", bytesOf(2 * MEBIBYTE, "large"));
    for (let count = 0; count < 20; count++) {
      const { body } = await bench.storage.download(file.id.native);
      body.once("error", () => undefined).destroy();
    }
    assert.equal(sha256(await bench.read(file)), sha256(bytesOf(2 * MEBIBYTE, "large")));
  });

  check("a folder has no contents", TAKES, async (bench) => {
    const folder = await bench.makeFolder("folder");
    await assert.rejects(bench.read(folder), fails("invalid_resource_type", "permission_denied", "not_found"));
  });
};
