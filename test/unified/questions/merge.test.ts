import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fails } from "../../support/fails.js";
import {
  ask,
  everyPage,
  idsOf,
  List,
  listOf,
  type Manners,
  newestFirst,
  oldestFirst,
  type Row,
  relevance,
} from "./lists.js";

const count = (length: number, time: (index: number) => number): number[] => Array.from({ length }, (_, i) => time(i));
const reads = (lists: readonly List[]): number[] => lists.map((list) => list.reads);

const everyRest = async (sources: List[], from: string | null, order = newestFirst()): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let after = from; after !== null; ) {
    const page = await ask({ sources, order, first: 10, after });
    rows.push(...page.items);
    after = page.next;
  }
  return rows;
};

describe("one page of many lists", () => {
  test("newest first, the same time by account and then by id", async () => {
    const [twelve, three] = [new List("12:", 12), new List("3:", 3)];
    for (const id of ["b", "c", "a"]) {
      twelve.insert(id, 5, "descending", twelve.rows.length);
      three.insert(`${id}3`, 5, "descending", three.rows.length);
    }
    twelve.insert("new", 9, "descending");
    three.insert("old", 1, "descending");
    const expected = ["new", "a3", "b3", "c3", "a", "b", "c", "old"];
    assert.deepEqual(idsOf(await ask({ sources: [twelve, three] })), expected);
    assert.deepEqual(
      (await everyPage({ sources: [twelve, three], first: 3 })).flat().map(({ id }) => id),
      expected,
    );
  });

  test("two calendars of one account may hold an event of the same id: both are told", async () => {
    const lists = [new List("1:a", 1), new List("1:b", 1)];
    for (const list of lists) list.insert("event", 5, "ascending");
    const pages = await everyPage({ sources: lists, order: oldestFirst, first: 1 });
    assert.deepEqual(
      pages.flat().map(({ list }) => list),
      ["1:a", "1:b"],
    );
  });

  test("by rank: the first of each, then the second of each", async () => {
    const lists = [listOf(2, [0, 0, 0]), listOf(1, [0])];
    assert.deepEqual(idsOf(await ask({ sources: lists, order: relevance })), ["1-0", "2-0", "2-1", "2-2"]);
  });

  test("no sources: nothing, and nothing follows", async () => {
    const answer = await ask({ sources: [] });
    assert.deepEqual([answer.items, answer.next, answer.endCursor, answer.hasNextPage], [[], null, null, false]);
  });

  test("refuses what cannot be asked", async () => {
    for (const first of [0, -1, 1001, 1.5, Number.NaN])
      await assert.rejects(ask({ sources: [], first }), fails("invalid_parameters"));
    const many = Array.from({ length: 1001 }, (_, index) => new List(`${index}:`, index));
    await assert.rejects(ask({ sources: many }), fails("invalid_parameters"));
    assert.equal((await ask({ sources: many.slice(1) })).failures.length, 0);
    await assert.rejects(ask({ sources: [new List("1:", 1), new List("1:", 1)] }), RangeError);
  });
});

describe("reads of the services", () => {
  test("one list alone costs what it costs without us: one read of `first` for each page", async () => {
    const list = listOf(
      1,
      count(200, (index) => 1000 - index),
    );
    const pages = await everyPage({ sources: [list], first: 50 });
    assert.deepEqual(
      pages.map(({ length }) => length),
      [50, 50, 50, 50],
    );
    assert.deepEqual(list.limits, [50, 50, 50, 50]);
  });

  test("eight lists: one read each for a page, and seldom a second where a service's page ends", async () => {
    const lists = count(8, (index) => index).map((number) =>
      listOf(
        number,
        count(200, (index) => 10_000 - index * 8 - number),
      ),
    );
    let [after, total]: [string | null, number] = [null, 0];
    for (let page = 0; page < 16; page++) {
      const answer: Awaited<ReturnType<typeof ask>> = await ask({ sources: lists, first: 50, after });
      assert.equal(answer.items.length, 50);
      after = answer.next;
      const now = reads(lists).reduce((sum, one) => sum + one, 0);
      assert.ok(now - total >= 8);
      total = now;
    }
    // 100 items of each list were told, in service pages of 50.
    assert.ok(total <= 16 * 8 + 8 * 2, `${total} reads`);
  });

  test("a list that has been told to its end is not read again", async () => {
    const [short, long] = [
      listOf(1, [900, 899]),
      listOf(
        2,
        count(30, (index) => 800 - index),
      ),
    ];
    await everyPage({ sources: [short, long], first: 5 });
    assert.equal(short.reads, 1);
    const { endCursor } = await ask({ sources: [short, long], first: 100 });
    const before = reads([short, long]);
    const end = await ask({ sources: [short, long], after: endCursor });
    assert.deepEqual([end.items, end.next, reads([short, long])], [[], null, before]);
  });

  test("a list whose later items come after all others is not read on for this page", async () => {
    const old = listOf(1, [5, 4, 3, 2, 1], { paging: "keyset", caps: [2], lateEnd: false });
    const young = listOf(
      2,
      count(20, (index) => 100 - index),
    );
    await ask({ sources: [old, young], first: 10 });
    assert.deepEqual(reads([old, young]), [1, 1]);
  });

  test("no more reads under way at once than allowed", async () => {
    let [running, most] = [0, 0];
    const sources = count(40, (index) => index).map((number) => ({
      key: `${number}:`,
      number,
      account: "",
      read: async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return { items: [], next: null };
      },
    }));
    await ask({ sources, concurrency: 5 });
    assert.equal(most, 5);
    await ask({ sources });
    assert.equal(most, 16);
  });

  test("empty pages without end make a short page that goes on, not a read without end", async () => {
    const empty: Manners = { paging: "keyset", caps: [...count(24, () => 0), 1], lateEnd: false };
    const lists = [
      listOf(1, [7], empty),
      listOf(
        2,
        count(5, () => 6),
      ),
    ];
    const pages = await everyPage({ sources: lists, first: 50 });
    assert.deepEqual(
      pages.map(({ length }) => length),
      [0, 0, 6],
    );
    assert.equal(lists[0]?.reads, 25);
  });
});

describe("many of the very same time", () => {
  test("1,000 are in order by id; of more, the source's order stands and none is lost", async () => {
    for (const [length, sorted] of [
      [999, true],
      [1500, false],
    ] as const) {
      const list = listOf(
        1,
        count(length, () => 5),
        { paging: "offset", caps: [200], lateEnd: true },
      );
      const ids = (await everyPage({ sources: [list], first: 100 })).flat().map(({ id }) => id);
      const given = list.rows.map(({ id }) => id);
      assert.deepEqual(ids, sorted ? given.toSorted() : given);
    }
  });

  test("where a page would take too many reads they go in the source's order", async () => {
    const list = listOf(
      1,
      count(60, () => 5),
      { paging: "keyset", caps: [3], lateEnd: false },
    );
    const pages = await everyPage({ sources: [list], first: 10 });
    assert.deepEqual(
      pages.flat().map(({ id }) => id),
      list.rows.map(({ id }) => id),
    );
    assert.equal(pages[0]?.length, 10);
  });
});

describe("lists that come and go", () => {
  const pair = () => [
    listOf(
      1,
      count(10, (index) => 100 - 2 * index),
    ),
    listOf(
      2,
      count(10, (index) => 99 - 2 * index),
    ),
  ];

  test("a list that is gone is left out silently, and its place is forgotten", async () => {
    const [one, two] = pair() as [List, List];
    const { next } = await ask({ sources: [one, two], first: 4 });
    const second = await ask({ sources: [two], first: 4, after: next });
    assert.deepEqual([idsOf(second), second.failures], [["2-2", "2-3", "2-4", "2-5"], []]);
  });

  test("by time a list that joins is told from where the others are", async () => {
    const [one, two] = pair() as [List, List];
    const joining = listOf(
      3,
      count(60, (index) => 120 - index),
    );
    const { next } = await ask({ sources: [one, two], first: 4 }); // 100 99 98 97
    const { items } = await ask({ sources: [one, two, joining], first: 5, after: next });
    assert.deepEqual(
      items.map(({ time, list }) => `${time} ${list}`),
      ["97 3:", "96 1:", "96 3:", "95 2:", "95 3:"],
    );
  });

  test("one that joins but fails joins later, where the others are by then", async () => {
    const [one, two] = pair() as [List, List];
    const joining = listOf(
      3,
      count(60, (index) => 120 - index),
    );
    const sources = [one, two, joining];
    const first = await ask({ sources: [one, two], first: 4 }); // 100 99 98 97
    joining.fault = "fails";
    const second = await ask({ sources, first: 4, after: first.next }); // 96 95 94 93
    joining.fault = "none";
    const { items } = await ask({ sources, first: 2, after: second.next });
    assert.deepEqual(
      items.map(({ time, list }) => `${time} ${list}`),
      ["93 3:", "92 1:"],
    );
  });

  test("one that joins after a page without items, or of late ones, does not begin before the others", async () => {
    const [one, two] = pair() as [List, List];
    two.fault = "fails";
    const first = await ask({ sources: [one, two], first: 4 }); // 100 98 96 94
    one.fault = "fails";
    const nothing = await ask({ sources: [one, two], after: first.next });
    one.fault = two.fault = "none";
    const late = await ask({ sources: [one, two], first: 1, after: nothing.next });
    assert.deepEqual([nothing.items, late.items.map(({ time }) => time)], [[], [99]]);
    for (const { next } of [nothing, late]) {
      const joining = listOf(3, [101, 99.5, 93]);
      const rest = (await everyRest([one, two, joining], next)).filter(({ list }) => list === "3:");
      assert.deepEqual(
        rest.map(({ time }) => time),
        [93],
      );
    }
  });

  test("by rank a list that joins takes its turns from its first", async () => {
    const [one, two] = pair() as [List, List];
    const { next } = await ask({ sources: [one, two], order: relevance, first: 4 });
    const joined = [one, two, listOf(3, [1, 1])];
    assert.deepEqual(idsOf(await ask({ sources: joined, order: relevance, first: 6, after: next })), [
      "3-0",
      "1-2",
      "2-2",
      "3-1",
      "1-3",
      "2-3",
    ]);
  });
});

describe("a place in a service's own order", () => {
  test("is found behind more additions than a page holds, after a failure, and without reading from there for ever", async () => {
    const lists = [
      listOf(
        1,
        count(60, () => 0),
      ),
      listOf(
        2,
        count(60, () => 0),
      ),
    ] as [List, List];
    const first = await ask({ sources: lists, order: relevance, first: 40 }); // of each 20, all on its first page
    for (let added = 0; added < 40; added++) lists[0].insertAt(0, `added ${added}`, 0);
    lists[0].fault = "fails";
    const second = await ask({ sources: lists, order: relevance, first: 5, after: first.next });
    lists[0].fault = "none";
    const before = lists[0].reads;
    const rest = [...idsOf(second), ...idsOf({ items: await everyRest(lists, second.next, relevance) })];
    const originals = lists.flatMap(({ number }) => count(60, (index) => index).map((index) => `${number}-${index}`));
    assert.deepEqual([...idsOf(first), ...rest].filter((id) => !id.startsWith("added")).sort(), originals.sort());
    assert.ok(lists[0].reads - before <= 16, `${lists[0].reads - before} reads`);
  });

  test("is found though the last told and an earlier one were removed", async () => {
    const list = listOf(
      1,
      count(30, () => 5),
    );
    const order = newestFirst(1);
    const first = await ask({ sources: [list], order, first: 10 });
    const second = await ask({ sources: [list], order, first: 1, after: first.cursorAfter(2) });
    assert.deepEqual(idsOf(second), ["1-3"]);
    for (const id of ["1-0", "1-3"]) list.remove(id);
    assert.deepEqual(
      idsOf({ items: await everyRest([list], second.next, order) }),
      count(26, (index) => index + 4).map((index) => `1-${index}`),
    );
  });
});

describe("a cursor after every item", () => {
  test("reads on exactly there, in both orders", async () => {
    const times = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(times, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(newestFirst(), newestFirst(3), relevance),
        async (lists, first, cap, order) => {
          const sources = lists.map((each, index) =>
            listOf(
              index,
              each.toSorted((a, b) => b - a),
              { paging: "keyset", caps: [cap], lateEnd: false },
            ),
          );
          const answer = await ask({ sources, order, first });
          const all = new Set(sources.flatMap(({ rows }) => rows.map(({ id }) => id)));
          for (const [index] of answer.items.entries()) {
            const told = idsOf(answer).slice(0, index + 1);
            const rest: string[] = [];
            for (let after: string | null = answer.cursorAfter(index); after; ) {
              const page: Awaited<ReturnType<typeof ask>> = await ask({ sources, order, first, after });
              rest.push(...idsOf(page));
              after = page.next;
            }
            assert.deepEqual([...told, ...rest].sort(), [...all].sort());
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("there is none after an item that is not there", async () => {
    const answer = await ask({ sources: [listOf(1, [1])] });
    for (const index of [-1, 1, 0.5]) assert.throws(() => answer.cursorAfter(index), RangeError);
    assert.equal(answer.cursorAfter(0), answer.endCursor);
  });
});
