import { type ApiError, toApiError } from "../../errors.js";
import type { Line } from "./line.js";
import type { Order } from "./order.js";
import { WINDOW } from "./resume.js";
import { type Entry, furthest, type Position, type Progress, type ServicePage, type Source } from "./source.js";
import type { TimeLimit } from "./timeLimit.js";

/** Pages of one source that fill one page of ours at most. */
const READS = 10;
/** Further pages are for ties, repeats and what was told before: each asks for so many items more, lest they be many. */
const FURTHER = 100;
const MAXIMUM = 1000; // items of one page

/** One source while one page of ours is made. */
export class Reader<Item, Account> {
  readonly line: Line<Item>;
  readonly #pages: ServicePage[] = [];
  readonly #told: Entry<Item>[] = [];
  #next: string | null;
  #ended: boolean;
  failure: ApiError | undefined;

  constructor(
    readonly source: Source<Item, Account>,
    order: Order<Item>,
    private readonly progress: Progress,
    /** It was not there when the reading began. */
    private readonly joining: boolean,
    keep: number,
  ) {
    this.line = order.line({ number: source.number, key: source.key, mark: progress.mark, keep });
    this.#next = progress.cursor;
    this.#ended = progress.ended;
  }

  /** It has nothing more for this page. */
  get over(): boolean {
    return this.failure !== undefined || (this.#ended && !this.line.head);
  }
  /** Enough was asked of it for one page. */
  get tired(): boolean {
    return this.#pages.length >= READS;
  }

  /** Reads one page. Never rejects: a failure cuts the source from this page. */
  async read(first: number, limit: TimeLimit): Promise<void> {
    const paging = { cursor: this.#next, limit: Math.min(Math.max(first, this.#least()), MAXIMUM) };
    try {
      const { items, next } = await limit.run((signal) => this.source.read(paging, signal));
      const page: ServicePage = { cursor: this.#next, untold: 0, skipped: 0, last: -1 };
      this.line.add(items, page);
      this.#pages.push(page);
      this.#next = next;
      this.#ended = next === null;
      if (this.#ended) this.line.end();
    } catch (thrown) {
      this.failure = toApiError(thrown);
    }
  }

  /** Items that a read is for at least. */
  #least(): number {
    const { floor, tail, told } = this.progress.mark;
    if (this.#pages.length > 0) return FURTHER * this.#pages.length;
    if (this.joining && floor !== null) return FURTHER;
    return tail.length > 0 ? Math.max(told, WINDOW) + 1 : 1;
  }

  /** The entry has become the one of that index on our page. */
  tell(entry: Entry<Item>, turn: number): void {
    entry.turn = turn;
    entry.page.untold--;
    entry.page.last = turn;
    this.#told.push(entry);
  }

  /** Where to read on after `count` items of our page, the furthest of which stands at `high`; null: as if never asked. */
  after(count: number, high: Position | null): Progress | null {
    const told = this.#told.filter(({ turn }) => turn < count);
    if (this.progress.ended) return this.progress;
    const page = this.#pages.find(({ untold, last }) => untold > 0 || last >= count);
    const cut = this.failure !== undefined;
    if (cut && this.#pages.length === 0) return this.joining ? null : this.progress;
    const own = told.at(-1)?.position;
    return {
      cursor: page ? page.cursor : this.#next,
      ended: !page && this.#ended,
      mark: this.line.markAfter(told, cut ? (own ?? null) : furthest(high, own), page),
    };
  }
}
