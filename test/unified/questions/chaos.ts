import assert from "node:assert/strict";
import fc from "fast-check";
import type { Order } from "../../../src/unified/questions/order.js";
import { ask, type Fault, List, type Manners, manners, type Row } from "./lists.js";

/** What happens between two pages to one of the lists; numbers are taken modulo what is there. */
export interface Change {
  list: number;
  kind: "add" | "removeTold" | "removeUntold";
  at: number;
  time: number;
}
export interface Step {
  first: number;
  /** Between this page and the next. */
  changes: Change[];
  /** While this page is read: each after a read of its list. */
  additions: Change[];
  faults: Fault[];
}
export interface Story {
  lists: { account: number; manners: Manners; times: number[]; shuffle: number }[];
  steps: Step[];
}

/** Few times, so that many are the same. */
const time = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1_000 }));
const first = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1_000 }));

export const stories = (how: {
  /** Items of a service's page at least. */
  least: number;
  faults: boolean;
  changes: number;
  removals: boolean;
}): fc.Arbitrary<Story> =>
  fc.record({
    lists: fc.array(
      fc.record({
        account: fc.integer({ min: 1, max: 4 }),
        manners: manners(how.least),
        times: fc.array(time, { maxLength: 60 }),
        shuffle: fc.nat(),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    steps: fc.array(
      fc.record({
        first,
        additions: fc.array(fc.record({ list: fc.nat(7), kind: fc.constant("add" as const), at: fc.nat(), time }), {
          maxLength: Math.min(how.changes, 3),
        }),
        changes: fc.array(
          fc.record({
            list: fc.nat(7),
            kind: how.removals
              ? fc.constantFrom("add", "add", "removeTold", "removeUntold")
              : fc.constant("add" as const),
            at: fc.nat(),
            time,
          }),
          { maxLength: how.changes },
        ),
        faults: how.faults
          ? fc.array(fc.constantFrom<Fault>("none", "none", "none", "fails", "none", "none", "none", "hangs"), {
              maxLength: 8,
            })
          : fc.constant([]),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  });

/** What became of a story. */
export interface Told {
  lists: List[];
  pages: Row[][];
  /** A source was missing from this page or one before. */
  troubled: boolean;
  /** Added while a page was read: where those stand is chance. */
  hasty: (row: Row) => boolean;
}

/** Reads to the end while the steps happen, over and over without faults once they are through; checks who was told how often. */
export const live = async (order: Order<Row>, { lists: planned, steps }: Story, byRank = false): Promise<Told> => {
  let made = 0;
  const lists = planned.map(({ account, manners, times, shuffle }, index) => {
    const list = new List(`${account}:list ${index}`, account, manners);
    // Ids that say nothing about the order.
    for (const one of byRank ? times : times.toSorted((a, b) => (order.name === "ascending" ? a - b : b - a)))
      list.insertAt(list.rows.length, `${((made++ * 7919 + shuffle) % 10_007).toString(36)}-${index}-${made}`, one);
    return list;
  });
  const beginning = lists.flatMap(({ rows }) => rows.map(keyOf));
  const removed = new Set<string>();
  /** Rows that offsets may pass over, by list: as many as were removed before them. */
  const shifts = new Map<string, number>();
  const times = new Map<string, number>();
  const hasty = new Set<string>();
  const happen = ({ list: which, kind, at, time: when }: Change): string => {
    const list = lists[which % lists.length] as List;
    const id = `${(at % 10_007).toString(36)}+${made++}`;
    if (kind === "add") {
      if (byRank) list.insertAt(at % (list.rows.length + 1), id, when);
      else list.insert(id, when, order.name as "ascending" | "descending", at);
      return `${list.key}/${id}`;
    }
    const rows = list.rows.filter((row) => times.has(keyOf(row)) === (kind === "removeTold"));
    const row = rows[at % rows.length];
    if (!row) return "";
    list.remove(row.id);
    removed.add(keyOf(row));
    if (list.manners.paging === "offset") shifts.set(list.key, (shifts.get(list.key) ?? 0) + 1);
    return keyOf(row);
  };
  const pages: Row[][] = [];
  let troubled = false;
  let after: string | null = null;
  for (let count = 0; ; count++) {
    assert.ok(count < 3_000, "the reading has no end");
    const step = steps[count % steps.length] as Step;
    const faulty = count < steps.length;
    for (const [index, list] of lists.entries()) {
      list.fault = (faulty && step.faults[index]) || "none";
      const additions = faulty ? step.additions.filter(({ list: which }) => lists[which % lists.length] === list) : [];
      list.afterRead = () => {
        const addition = additions.shift();
        if (addition) hasty.add(happen(addition));
      };
    }
    const hangs = lists.some(({ fault }) => fault === "hangs");
    const answer: Awaited<ReturnType<typeof ask>> = await ask({
      sources: lists,
      order,
      first: step.first,
      after,
      deadline: hangs ? 2 : 60_000,
    });
    assert.ok(answer.items.length <= step.first, "more than was asked for");
    if (answer.failures.length > 0) troubled = true;
    pages.push(answer.items);
    for (const row of answer.items) {
      const told = (times.get(keyOf(row)) ?? 0) + 1;
      assert.ok(told === 1, `${keyOf(row)} was told twice`);
      times.set(keyOf(row), told);
    }
    after = answer.next;
    if (after === null) break;
    if (!faulty) continue;
    for (const change of step.changes) happen(change);
  }
  const lost = new Map<string, string[]>();
  for (const key of beginning) {
    const list = key.slice(0, key.indexOf("/"));
    if (!times.has(key) && !removed.has(key)) lost.set(list, [...(lost.get(list) ?? []), key]);
  }
  for (const [list, keys] of lost)
    assert.ok(keys.length <= (shifts.get(list) ?? 0), `lost: ${keys.join(" ")} (${shifts.get(list) ?? 0} removed)`);
  return { lists, pages, troubled, hasty: (row) => hasty.has(keyOf(row)) };
};

const keyOf = ({ list, id }: Row): string => `${list}/${id}`;
