import { ApiError } from "../../errors.js";
import { Answer } from "./answer.js";
import { type Reached, read, SOURCES } from "./cursor.js";
import type { Order } from "./order.js";
import { Reader } from "./reader.js";
import { compare, type Entry, type Position, type Source } from "./source.js";
import { TimeLimit } from "./timeLimit.js";

/** Items of one page at most. */
const FIRST = 1000;
/** Reads under way at once, unless said otherwise. */
const CONCURRENCY = 16;
/** Prints of ids that a cursor holds, over all sources; each keeps 2 to 16. */
const PRINTS = 128;

export interface Question<Item, Account> {
  /** Names what is asked, with its arguments: another question's cursor is refused. */
  question: string;
  sources: readonly Source<Item, Account>[];
  order: Order<Item>;
  /** 1 to 1000. */
  first: number;
  after: string | null;
  /** Milliseconds until those that have not answered are cut. */
  deadline: number;
  /** Fires when the caller has gone: then there is no answer. */
  signal: AbortSignal;
  /** Reads under way at once. */
  concurrency?: number;
}

/**
 * One page of many lists as one. What was there when the reading began and is not removed is told once; what is added meanwhile
 * once at most. A service resumes after its pages, not after items, so a page that was told in part is read again, and
 * what it repeats is known by its position.
 *
 * What no reader can mend: a service that counts (offsets) passes over as many items as are removed before the place, and an item
 * whose time changes counts as removed and added.
 *
 * Each source is asked for `first`: all may come from one of them, and a second round trip costs more than items left over.
 * Throws `invalid_parameters` for a bad `first`, `after` or too many sources, and `timed_out` when the caller has gone.
 */
export const merge = async <Item, Account>(question: Question<Item, Account>): Promise<Answer<Item, Account>> => {
  check(question);
  const { first, deadline, signal, concurrency = CONCURRENCY } = question;
  const answer = open(question);
  const limit = new TimeLimit(deadline, signal);
  try {
    limit.throwIfGone();
    let lineup = inOrder(answer.readers);
    while (answer.items.length < first && lineup.length > 0) {
      if (tellNext(answer, lineup, first)) continue;
      const needed = needing(lineup);
      const tired = needed.filter((reader) => reader.tired);
      if (tired.length > 0) {
        // Short is better than out of order: the next page goes on from what was read. Where nothing goes on at all, ties wait no longer.
        if (answer.items.length > 0 || !tired.every(({ line }) => line.waits)) break;
        for (const { line } of tired) line.loosen();
      } else {
        await sideBySide(needed, concurrency, (reader) => reader.read(first, limit));
        limit.throwIfGone();
      }
      lineup = inOrder(lineup);
    }
    return answer;
  } finally {
    limit.close();
  }
};

const check = <Item, Account>({ first, sources }: Question<Item, Account>): void => {
  if (!Number.isInteger(first) || first < 1 || first > FIRST)
    throw new ApiError("invalid_parameters", `\`first\` must be from 1 to ${FIRST}, not ${first}.`);
  if (sources.length > SOURCES)
    throw new ApiError("invalid_parameters", `This asks ${sources.length} lists at once; at most ${SOURCES} can be.`);
  if (new Set(sources.map(({ key }) => key)).size < sources.length) throw new RangeError("two sources have one key");
};

/** Nothing told yet, and every source where the cursor says. One that the cursor does not know begins where the others are. */
const open = <Item, Account>(question: Question<Item, Account>): Answer<Item, Account> => {
  const { sources, order, after } = question;
  const name = `${order.name} ${question.question}`;
  const { high, sources: known } = after === null ? NOWHERE : read(name, after);
  const keep = Math.min(Math.max(Math.floor(PRINTS / sources.length), 2), 16);
  const beginning = { cursor: null, ended: false, mark: { floor: high, tail: [], told: 0 } };
  const readers = sources.map((source) => {
    const progress = known.get(source.key);
    return new Reader(source, order, progress ?? beginning, after !== null && !progress, keep);
  });
  return new Answer(name, readers, high);
};
const NOWHERE: Reached = { high: null, sources: new Map() };

/** Those that have something for this page, by what each can tell next. */
const inOrder = <Item, Account>(readers: readonly Reader<Item, Account>[]): Reader<Item, Account>[] =>
  readers.filter(({ over }) => !over).sort((one, other) => compare(one.line.bound, other.line.bound));

/** Those to be read before anything can be told: what they have may come first. */
const needing = <Item, Account>(lineup: readonly Reader<Item, Account>[]): readonly Reader<Item, Account>[] => {
  const ready = lineup.findIndex(({ line }) => line.head !== undefined);
  return ready < 0 ? lineup : lineup.slice(0, ready);
};

/** False: the first in the line-up has to be read first. */
const tellNext = <Item, Account>(
  answer: Answer<Item, Account>,
  lineup: Reader<Item, Account>[],
  first: number,
): boolean => {
  const reader = lineup[0] as Reader<Item, Account>;
  const { head } = reader.line;
  const entry = head ?? (answer.items.length + 1 === first ? lastOf(lineup) : undefined);
  if (!entry) return false;
  if (head) reader.line.shift();
  answer.tell(reader, entry);
  lineup.shift();
  if (!reader.over) lineup.splice(placeOf(lineup, reader.line.bound), 0, reader);
  return true;
};

/**
 * The last item of our page may be the last of a service's page, too, and the only one of its time so far. It is told without
 * asking whether more of that time follow: that would be another read for every page. If they do, they follow in the source's order.
 */
const lastOf = <Item, Account>([reader, other]: readonly Reader<Item, Account>[]): Entry<Item> | undefined => {
  const entry = reader?.line.lone();
  if (!entry || (other && compare(other.line.bound, entry.position) < 0)) return undefined;
  entry.loose = true;
  return entry;
};

const placeOf = <Item, Account>(lineup: readonly Reader<Item, Account>[], bound: Position): number => {
  let [low, high] = [0, lineup.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare((lineup[middle] as Reader<Item, Account>).line.bound, bound) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const sideBySide = async <One>(
  all: readonly One[],
  bound: number,
  work: (one: One) => Promise<void>,
): Promise<void> => {
  const rest = all.values();
  const worker = async () => {
    for (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(bound, all.length) }, worker));
};
