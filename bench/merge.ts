/**
 * One page of eight lists of 50 items, read from memory and merged: microseconds, first page and later ones, with and without the
 * cursor. `npx node dist/bench/merge.js`
 */
import { merge } from "../src/unified/questions/merge.js";
import { byRank, byTime } from "../src/unified/questions/order.js";
import type { Source } from "../src/unified/questions/source.js";

const RUNS = 2_000;

interface Item {
  id: string;
  time: number;
}

const sources = Array.from({ length: 8 }, (_, number): Source<Item, number> => {
  const items = Array.from({ length: 1_000 }, (_, index) => ({
    id: `${number}-${index}`,
    time: 1.7e12 - index * 8_000 - number * 900,
  }));
  return {
    key: `${number}:`,
    number,
    account: number,
    read: async ({ cursor, limit }) => {
      const end = Number(cursor) + limit;
      return { items: items.slice(Number(cursor), end), next: end < items.length ? String(end) : null };
    },
  };
});

const orders = {
  time: byTime<Item>({ timeOf: ({ time }) => time, idOf: ({ id }) => id, direction: "descending" }),
  rank: byRank<Item>({ idOf: ({ id }) => id }),
};

const table: Record<string, Record<string, number>> = {};
for (const [name, order] of Object.entries(orders)) {
  const page = (after: string | null) =>
    merge({
      question: "bench",
      sources,
      order,
      first: 50,
      after,
      deadline: 10_000,
      signal: new AbortController().signal,
    });
  const second = (await page(null)).next;
  const measure = async (after: string | null, withCursor: boolean): Promise<number> => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now();
      const answer = await page(after);
      if (withCursor && answer.next === null) throw new Error("there is more");
      times.push((performance.now() - began) * 1_000);
    }
    return Math.round(times.toSorted((a, b) => a - b)[RUNS / 2] as number);
  };
  await measure(second, true);
  table[`by ${name}`] = {
    "first page": await measure(null, false),
    "and its cursor": await measure(null, true),
    "second page": await measure(second, false),
    "and its cursor (2)": await measure(second, true),
  };
}
console.table(table);
