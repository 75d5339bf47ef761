import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Page, Paging } from "../../../src/connectors/connector.js";
import { ApiError } from "../../../src/errors.js";
import { merge, type Question } from "../../../src/unified/questions/merge.js";
import { byRank, byTime, type Order } from "../../../src/unified/questions/order.js";
import type { Source } from "../../../src/unified/questions/source.js";

export interface Row {
  id: string;
  /** Milliseconds; in lists by rank nobody looks at it. */
  time: number;
  /** Where it stands in its list; others come in between by halves. */
  place: number;
  list: string;
}

/** What a service may do to the one who reads. */
export interface Manners {
  paging: "keyset" | "offset";
  /** Items of each page at most, over and over; 0: an empty page though more follow. */
  caps: readonly number[];
  /** The end is told by an empty page of its own. */
  lateEnd: boolean;
}

export type Fault = "none" | "fails" | "hangs";

/** A service's list that others write to while it is read. */
export class List implements Source<Row, string> {
  readonly account: string;
  rows: Row[] = [];
  fault: Fault = "none";
  reads = 0;
  readonly limits: number[] = [];
  signal: AbortSignal | undefined;
  /** What others write as soon as a page has been given. */
  afterRead: () => void = () => undefined;

  constructor(
    readonly key: string,
    readonly number: number,
    readonly manners: Manners = { paging: "keyset", caps: [1000], lateEnd: false },
  ) {
    this.account = `account ${number}`;
  }

  /** Puts a row between two that are there. */
  insertAt(index: number, id: string, time: number): void {
    const before = this.rows[index - 1]?.place;
    const after = this.rows[index]?.place;
    const place =
      before === undefined ? (after ?? 1) - 1 : after === undefined ? before + 1 : before + (after - before) / 2;
    this.rows.splice(index, 0, { id, time, place, list: this.key });
  }
  /** Puts a row where its time belongs, `among` its equals. */
  insert(id: string, time: number, direction: "ascending" | "descending", among = 0): void {
    const sign = direction === "ascending" ? 1 : -1;
    const from = this.rows.findIndex((row) => sign * row.time >= sign * time);
    const first = from < 0 ? this.rows.length : from;
    const equals = this.rows.filter((row) => row.time === time).length;
    this.insertAt(first + (among % (equals + 1)), id, time);
  }
  remove(id: string): void {
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  async read({ cursor, limit }: Paging, signal: AbortSignal): Promise<Page<Row>> {
    this.signal = signal;
    this.limits.push(limit);
    const { paging, caps, lateEnd } = this.manners;
    const cap = caps[this.reads++ % caps.length] as number;
    if (this.fault === "fails") throw new ApiError("service_not_available", "broken");
    if (this.fault === "hangs") return new Promise(() => undefined);
    const position = cursor === null ? null : Number(cursor);
    const begin =
      paging === "offset" ? (position ?? 0) : this.rows.filter(({ place }) => place <= (position ?? -1e9)).length;
    const items = this.rows.slice(begin, begin + Math.min(limit, cap));
    const end = begin + items.length;
    const last = items.at(-1)?.place ?? position ?? -1e9;
    const over = lateEnd ? begin >= this.rows.length : end >= this.rows.length;
    this.afterRead();
    return { items, next: over ? null : String(paging === "offset" ? end : last) };
  }
}

export const newestFirst = (ties?: number): Order<Row> =>
  byTime({
    timeOf: ({ time }) => time,
    idOf: ({ id }) => id,
    direction: "descending",
    ...(ties === undefined ? {} : { ties }),
  });
export const oldestFirst: Order<Row> = byTime({
  timeOf: ({ time }) => time,
  idOf: ({ id }) => id,
  direction: "ascending",
});
export const relevance: Order<Row> = byRank({ idOf: ({ id }: Row) => id });

export const ask = (question: Partial<Question<Row, string>> & { sources: readonly Source<Row, string>[] }) =>
  merge<Row, string>({
    question: "test",
    order: newestFirst(),
    first: 50,
    after: null,
    deadline: 60_000,
    signal: new AbortController().signal,
    ...question,
  });

/** A list of the given times, ids in the order given. */
export const listOf = (number: number, times: readonly number[], manners?: Manners): List => {
  const list = new List(`${number}:`, number, manners);
  for (const [index, time] of times.entries()) list.insertAt(index, `${number}-${index}`, time);
  return list;
};

export const idsOf = ({ items }: { items: readonly Row[] }): string[] => items.map(({ id }) => id);

/** Every page to the end. */
export const everyPage = async (
  question: Parameters<typeof ask>[0],
  between: (page: number) => void = () => undefined,
): Promise<Row[][]> => {
  const pages: Row[][] = [];
  let after: string | null = null;
  do {
    const answer: Awaited<ReturnType<typeof ask>> = await ask({ ...question, after });
    pages.push(answer.items);
    after = answer.next;
    between(pages.length);
  } while (after !== null && pages.length < 5_000);
  return pages;
};

/** Long enough for what was begun to have failed loudly. */
export const aWhile = () => sleep(20);

export const manners = (least: number): fc.Arbitrary<Manners> =>
  fc.record({
    paging: fc.constantFrom("keyset", "offset"),
    caps: fc
      .array(fc.oneof(fc.integer({ min: least, max: 30 }), fc.constantFrom(least, 1000)), {
        minLength: 1,
        maxLength: 4,
      })
      .filter((caps) => caps.some((cap) => cap > 0)),
    lateEnd: fc.boolean(),
  });
