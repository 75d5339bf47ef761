import type { ApiError } from "../../errors.js";
import { write } from "./cursor.js";
import type { Reader } from "./reader.js";
import { type Entry, furthest, type Position, type Progress, type Source } from "./source.js";

/** A source that is missing from a page, and why; it is asked again on the next. */
export interface Failure<Item, Account> {
  source: Source<Item, Account>;
  account: Account;
  error: ApiError;
}

/** One page of many sources. Cursors are written only when they are asked for. */
export class Answer<Item, Account> {
  readonly items: Item[] = [];
  /** The furthest position told on this page, after each item. */
  readonly #highs: Position[] = [];

  constructor(
    private readonly question: string,
    readonly readers: readonly Reader<Item, Account>[],
    /** The furthest position told on the pages before. */
    private readonly high: Position | null,
  ) {}

  tell(reader: Reader<Item, Account>, entry: Entry<Item>): void {
    reader.tell(entry, this.items.length);
    this.items.push(entry.item);
    this.#highs.push(furthest(this.#highs.at(-1), entry.position) as Position);
  }

  /** In the order of the sources. */
  get failures(): Failure<Item, Account>[] {
    return this.readers.flatMap(({ source, failure }) =>
      failure ? [{ source, account: source.account, error: failure }] : [],
    );
  }
  /** A page may be short, or empty, while more follow; a source that failed may have more. */
  get hasNextPage(): boolean {
    return this.readers.some((reader) => !reader.after(this.items.length, null)?.ended);
  }
  /** Give it as `after` to read on; null: that was all. */
  get next(): string | null {
    return this.hasNextPage ? this.#cursorAfter(this.items.length) : null;
  }
  /** After the last item, at the end of the list as well; null: nothing was told and nothing follows. */
  get endCursor(): string | null {
    return this.items.length > 0 || this.hasNextPage ? this.#cursorAfter(this.items.length) : null;
  }
  /** Reads on after the item of this index. */
  cursorAfter(index: number): string {
    if (!Number.isInteger(index) || index < 0 || index >= this.items.length)
      throw new RangeError(`no item ${index} among ${this.items.length}`);
    return this.#cursorAfter(index + 1);
  }

  #cursorAfter(count: number): string {
    const told = this.#highs[count - 1] ?? null;
    const sources = new Map<string, Progress>();
    for (const reader of this.readers) {
      const progress = reader.after(count, told);
      if (progress) sources.set(reader.source.key, progress);
    }
    return write(this.question, { high: furthest(this.high, told), sources });
  }
}
