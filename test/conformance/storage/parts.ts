import assert from "node:assert/strict";
import type { NewFile, Settings } from "../../../src/connectors/connector.js";
import type { BoundParts } from "../../../src/unified/bound.js";
import { bytesOf, sha256, streamFrom } from "../../support/bytes.js";
import { conflictsWith, fails } from "../../support/fails.js";
import { type Bench, type Check, settled } from "./bench.js";

const TAKES = ["parts", "upload", "list", "download"] as const;

/** One upload in parts, as the unified layer drives it: the session and receipts pass through JSON, for they are stored. */
class Parts {
  readonly #receipts: { number: number; receipt: string }[] = [];
  private constructor(
    readonly operations: BoundParts,
    readonly session: Settings,
  ) {}
  static async start({ account, folder }: Bench, name: string, size: number, ifExists: NewFile["ifExists"] = "fail") {
    const operations = account.parts as BoundParts;
    const session = await operations.start({ parent: folder.id.native, name, size, ifExists });
    return new Parts(operations, JSON.parse(JSON.stringify(session)));
  }
  async put(number: number, content: Buffer): Promise<void> {
    const receipt = await this.operations.put(this.session, { number, length: content.length }, streamFrom(content));
    const known = this.#receipts.find((part) => part.number === number);
    if (known) known.receipt = receipt;
    else this.#receipts.push({ number, receipt });
  }
  complete(numbers = this.#receipts.map(({ number }) => number)) {
    const parts = this.#receipts.filter(({ number }) => numbers.includes(number));
    return this.operations.complete(
      this.session,
      parts.sort((one, other) => one.number - other.number),
    );
  }
  abort(): Promise<void> {
    return this.operations.abort(this.session);
  }
}

const partBytes = ({ account: { traits } }: Bench): number => {
  assert.ok(traits.partBytes !== undefined && traits.partBytes > 0, "traits.partBytes says how long parts are");
  return traits.partBytes;
};

const cut = (whole: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(whole.length / length) }, (_, index) =>
    whole.subarray(index * length, (index + 1) * length),
  );

export const parts = (check: Check): void => {
  for (const [what, bytes] of [
    ["one byte", () => 1],
    ["one part less a byte", (part: number) => part - 1],
    ["exactly one part", (part: number) => part],
    ["one part and a byte", (part: number) => part + 1],
    ["three parts", (part: number) => 3 * part],
  ] as const)
    check(`${what}`, TAKES, async (bench) => {
      const part = partBytes(bench);
      const whole = bytesOf(bytes(part), what);
      const upload = await Parts.start(bench, "parts.bin", whole.length);
      for (const [index, piece] of cut(whole, part).entries()) await upload.put(index + 1, piece);
      assert.deepEqual(await bench.names(), [], "nothing is there before it is complete");
      const file = await upload.complete();
      assert.equal(file.name, "parts.bin");
      assert.equal(file.size ?? whole.length, whole.length);
      assert.equal(sha256(await bench.read(file)), sha256(whole));
      assert.deepEqual(await bench.names(), ["parts.bin"]);
    });

  check("parts in another order, and at the same time", TAKES, async (bench) => {
    const part = partBytes(bench);
    const whole = bytesOf(2 * part + 10, "order");
    const pieces = cut(whole, part);
    const upload = await Parts.start(bench, "order.bin", whole.length);
    const { errors } = await settled([3, 1, 2].map((number) => upload.put(number, pieces[number - 1] as Buffer)));
    assert.deepEqual(errors, []);
    assert.equal(sha256(await bench.read(await upload.complete())), sha256(whole));
  });

  check("a part that is sent again replaces what was sent", TAKES, async (bench) => {
    const part = partBytes(bench);
    const whole = bytesOf(part + 10, "again");
    const [first, second] = cut(whole, part) as [Buffer, Buffer];
    const upload = await Parts.start(bench, "again.bin", whole.length);
    await upload.put(1, Buffer.alloc(part, "wrong"));
    await upload.put(2, second);
    await upload.put(1, first);
    assert.equal(sha256(await bench.read(await upload.complete())), sha256(whole));
  });

  check("without one of its parts it cannot be completed", TAKES, async (bench) => {
    const part = partBytes(bench);
    const whole = bytesOf(2 * part + 10, "missing");
    const [first, , third] = cut(whole, part) as [Buffer, Buffer, Buffer];
    const upload = await Parts.start(bench, "missing.bin", whole.length);
    await upload.put(1, first);
    await upload.put(3, third);
    await assert.rejects(upload.complete([1, 3]), fails("bad_request"));
    assert.deepEqual(await bench.names(), []);
    await upload.abort();
  });

  check("aborted, it leaves nothing; to abort twice does no harm", TAKES, async (bench) => {
    const upload = await Parts.start(bench, "aborted.bin", partBytes(bench));
    await upload.put(1, bytesOf(partBytes(bench)));
    await upload.abort();
    await upload.abort().catch(fails("not_found"));
    assert.deepEqual(await bench.names(), []);
    await assert.rejects(upload.complete());
    assert.deepEqual(await bench.names(), []);
  });

  check("fail, rename and replace hold as for whole uploads", TAKES, async (bench) => {
    const there = await bench.upload("a.txt", "there");
    const send = async (ifExists: NewFile["ifExists"]) => {
      const upload = await Parts.start(bench, "a.txt", 5, ifExists);
      await upload.put(1, Buffer.from("parts"));
      return upload.complete().catch(async (error) => {
        await upload.abort();
        throw error;
      });
    };
    await assert.rejects(send("fail"), conflictsWith(there));
    assert.equal(await bench.text(there), "there");
    assert.equal((await send("rename")).name, "a (1).txt");
    const replaced = await send("replace");
    assert.equal(replaced.id.native, there.id.native);
    assert.equal(await bench.text(replaced), "parts");
    assert.deepEqual(await bench.names(), ["a (1).txt", "a.txt"]);
  });

  check("a parent that is a file", TAKES, async (bench) => {
    const file = await bench.upload("parent.txt");
    const start = (bench.account.parts as BoundParts).start({
      parent: file.id.native,
      name: "child.txt",
      size: 1,
      ifExists: "fail",
    });
    await assert.rejects(start, fails("invalid_parent_folder"));
  });
};
