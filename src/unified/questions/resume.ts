import { hash } from "node:crypto";
import type { Entry } from "./source.js";

/** 48 bits that stand for an id: among 1,000 items and 16 prints one in ten thousand million is mistaken. */
export const printOf = (id: string): string => hash("sha256", id, "base64url").slice(0, PRINT);
export const PRINT = 8; // characters

/** Items that are looked through where none that was told is expected: a service's offset may repeat some. */
export const WINDOW = 16;
/** Items beyond those expected that may have come in between before the rest of the tail is given up. */
const SLACK = 100;

/**
 * Finds the place in a source's own order up to which it has been told, by the ids told last: whatever stands before one of them
 * was told, or was added there and is too late. It outlives up to `WINDOW` additions anywhere, services that repeat items after
 * them, and the removal of all but one of the tail.
 */
export class Resume<Item> {
  /** Items that may have been told: the place may lie behind them. */
  #doubts: readonly Entry<Item>[] = [];
  /** Told items that must still come, unless they were removed. */
  #expected: number;
  /** Of these, items that no print is kept of. */
  #nameless: number;
  #over: boolean;
  /** By their ages: 0 is the oldest. */
  readonly #prints: ReadonlyMap<string, number>;

  /**
   * `told`: how many of the tail's kind the first page is known to hold. `again` is called for each item left out without a print
   * of its own: if the service gives it once more, behind the place, it had not been told.
   */
  constructor(
    private readonly tail: readonly string[],
    told: number,
    private readonly again: (id: string) => void,
  ) {
    this.#prints = new Map(tail.map((print, age) => [print, age]));
    this.#expected = told;
    this.#nameless = Math.max(0, told - tail.length);
    this.#over = tail.length === 0;
  }

  get waits(): boolean {
    return this.#doubts.length > 0;
  }
  get over(): boolean {
    return this.#over;
  }

  /** It is one of the tail. */
  told(id: string): boolean {
    return this.#prints.size > 0 && this.#prints.has(printOf(id));
  }

  /** An item in doubt came once more, as others came in before it: its later place counts. */
  withdraw(id: string): boolean {
    const doubt = this.#doubts.find((one) => one.id === id);
    if (!doubt) return false;
    doubt.page.untold--;
    this.#doubts = this.#doubts.filter((one) => one !== doubt);
    return true;
  }

  /** The items of one page, in order, less those that have been told. */
  pass(entries: readonly Entry<Item>[]): readonly Entry<Item>[] {
    if (this.#over) return entries;
    let age: number | undefined;
    const found = entries.findLastIndex(({ id }) => (age = this.#prints.get(printOf(id))) !== undefined);
    if (found >= 0) {
      for (const entry of [...this.#doubts, ...entries.slice(0, found + 1)]) {
        drop(entry);
        if (!this.#prints.has(printOf(entry.id))) this.again(entry.id);
      }
      this.#doubts = entries.slice(found + 1);
      this.#nameless = 0;
      this.#expected = this.tail.length - 1 - (age ?? 0);
    } else this.#doubts = this.#doubts.concat(entries);
    const enough = this.#expected > 0 ? 2 * this.#expected + SLACK : WINDOW;
    const sure = found >= 0 && this.#expected === 0;
    return sure || this.#doubts.length >= enough ? this.end() : [];
  }

  /** No more will be found. Where the whole tail is gone, what stood before it is left out by number. */
  end(): readonly Entry<Item>[] {
    this.#over = true;
    this.#doubts.slice(0, this.#nameless).forEach(drop);
    const rest = this.#doubts.slice(this.#nameless);
    this.#doubts = [];
    return rest;
  }
}

const drop = ({ page }: Entry<unknown>): void => {
  page.untold--;
  page.skipped++;
};
