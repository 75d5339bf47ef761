import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { read, write } from "../../../src/unified/questions/cursor.js";
import type { Position, Progress } from "../../../src/unified/questions/source.js";
import { fails } from "../../support/fails.js";
import { ask, idsOf, listOf, newestFirst, oldestFirst, type Row, relevance } from "./lists.js";

const position: fc.Arbitrary<Position> = fc.tuple(
  fc.oneof(fc.integer(), fc.constant(Number.POSITIVE_INFINITY)),
  fc.integer({ min: -1 }),
  fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
  fc.string(),
);
const mark = fc
  .tuple(fc.option(position), fc.array(fc.stringMatching(/^[\w-]{8}$/), { minLength: 1, maxLength: 16 }), fc.nat(1000))
  .map(([floor, tail, told]) => ({ floor, tail, told }));
const progress: fc.Arbitrary<Progress> = fc
  .tuple(fc.option(fc.string()), mark)
  .map(([cursor, each]) => ({ cursor, ended: false, mark: each }));
const entries = fc.uniqueArray(fc.tuple(fc.string(), progress), { selector: ([key]) => key });

/** A token as services make them: a random one of so many characters. */
const token = (seed: string, length: number): string =>
  Array.from({ length: Math.ceil(length / 43) }, (_, part) =>
    createHash("sha256").update(`${seed} ${part}`).digest("base64url"),
  )
    .join("")
    .slice(0, length);

describe("cursors", () => {
  test("say what they were made of", () => {
    fc.assert(
      fc.property(fc.string(), fc.option(position), entries, (question, high, given) => {
        const sources = new Map(given);
        const cursor = write(question, { high, sources });
        assert.match(cursor, /^[\w-]+$/);
        assert.deepEqual(read(question, cursor), { high, sources });
      }),
    );
  });

  test("of another question or another order are refused", async () => {
    const sources = [listOf(1, [3, 2, 1])];
    const { next } = await ask({ sources, first: 1 });
    const refused = fails("invalid_parameters");
    await assert.rejects(ask({ sources, after: next, question: "other" }), refused);
    for (const order of [oldestFirst, relevance]) await assert.rejects(ask({ sources, after: next, order }), refused);
    assert.deepEqual(idsOf(await ask({ sources, after: next, order: newestFirst() })), ["1-1", "1-2"]);
  });

  test("made up, cut short, grown or altered are refused, and no service is asked", async () => {
    const lists = Array.from({ length: 20 }, (_, number) => listOf(number, [3, 2, 1]));
    const small = (await ask({ sources: lists.slice(0, 1), first: 1 })).next as string;
    const large = (await ask({ sources: lists, first: 1 })).next as string;
    const before = lists.map(({ reads }) => reads);
    const wrong = ["", "x", "null", "e30", "-1", "é", `${small} `, `${large}=`, `${small}AAAA`, `${large}AAAA`];
    for (const cursor of [small, large]) for (let end = 0; end < cursor.length; end++) wrong.push(cursor.slice(0, end));
    for (const json of ["null", "{}", "[]", '["x",0,[]]', "[1,2,3]", "[[],[],[]]"])
      wrong.push(Buffer.from(`\x01${json}`).toString("base64url"));
    for (const after of wrong) await assert.rejects(ask({ sources: lists, after }), fails("invalid_parameters"), after);
    assert.deepEqual(
      lists.map(({ reads }) => reads),
      before,
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        assert.throws(() => read("q", text), fails("invalid_parameters"));
        assert.throws(() => read("q", Buffer.from(`\x01${text}`).toString("base64url")), fails("invalid_parameters"));
      }),
    );
  });

  test("with parts of a wrong kind are refused", () => {
    const [name] = JSON.parse(
      Buffer.from(write("q", { high: null, sources: new Map() }), "base64url")
        .subarray(1)
        .toString(),
    ) as [string];
    const of = (high: unknown, sources: unknown) =>
      Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify([name, high, sources]))]).toString("base64url");
    assert.deepEqual(read("q", of(0, [])), { high: null, sources: new Map() });
    for (const high of [1, null, "x", [], [1, 2, 3], [1, 2, "a", 4], ["1", 2, "a", "b"], [1, 2, 3, "b"]])
      assert.throws(() => read("q", of(high, [])), fails("invalid_parameters"), JSON.stringify(high));
    for (const source of [
      1,
      null,
      [],
      [1, null],
      ["a"],
      ["a", 1],
      ["a", null, "x", 1],
      ["a", null, "", -1],
      ["a", null, "", 1.5],
      ["a", null, "", 1, "x"],
      ["a", null, "abcdefg!", 1],
      ["a", null, "", 1, 0, 1],
    ])
      assert.throws(() => read("q", of(0, [source])), fails("invalid_parameters"), JSON.stringify(source));
    assert.throws(() => read("q", of(0, ["a", "a"])), fails("invalid_parameters"));
    assert.throws(
      () =>
        read(
          "q",
          of(
            0,
            Array.from({ length: 1001 }, (_, index) => `${index}`),
          ),
        ),
      fails("invalid_parameters"),
    );
  });

  test("stay small: for 8 and 100 sources, with service cursors of 60 random characters", async (context) => {
    const sizes: Record<string, number> = {};
    for (const [name, order] of [
      ["time", newestFirst()],
      ["rank", relevance],
    ] as const)
      for (const number of [1, 8, 100]) {
        const sources = Array.from({ length: number }, (_, index) => {
          const list = listOf(
            index,
            Array.from({ length: 300 }, (_, row) => 1_700_000_000_000 - row * 60_000 * number - index * 1000),
          );
          return {
            key: `${1000 + index}:`,
            number: 1000 + index,
            account: "",
            read: async ({ cursor, limit }: { cursor: string | null; limit: number }) => {
              const begin = cursor === null ? 0 : Number(cursor.slice(60));
              const items: Row[] = list.rows.slice(begin, begin + limit);
              return { items, next: `${token(`${index} ${begin}`, 60)}${begin + items.length}` };
            },
          };
        });
        let [after, largest]: [string | null, number] = [null, 0];
        for (let page = 0; page < 10 * Math.max(1, number / 8); page++) {
          after = (await ask({ sources, order, after })).next;
          largest = Math.max(largest, after?.length ?? 0);
        }
        sizes[`${name} ${number}`] = largest;
      }
    context.diagnostic(`characters: ${JSON.stringify(sizes)}`);
    const most = { "time 1": 400, "time 8": 1_200, "time 100": 11_000 };
    for (const [name, size] of Object.entries(most))
      assert.ok((sizes[name] as number) <= size, `${name}: ${sizes[name]}`);
    assert.ok((sizes["rank 8"] as number) <= 2_600 && (sizes["rank 100"] as number) <= 13_500, JSON.stringify(sizes));
  });
});
