import type { Line, Place } from "./line.js";
import { printOf, Resume } from "./resume.js";
import { compare, type Entry, furthest, type Mark, type Position, type ServicePage } from "./source.js";

/** A source's items in its own order, each with its ordinal. */
export class RankLine<Item> implements Line<Item> {
  readonly #ready: Entry<Item>[] = [];
  #first = 0;
  #ordinal: number;
  readonly #seen = new Set<string>();
  readonly #resume: Resume<Item>;

  constructor(
    private readonly place: Place,
    private readonly idOf: (item: Item) => string,
  ) {
    const { floor, tail, told } = place.mark;
    this.#resume = new Resume(tail, told, (id) => this.#seen.delete(id));
    this.#ordinal = floor ? floor[0] : 0;
    // The floor may be another source's of the same ordinal.
    if (floor && compare(this.#position(), floor) <= 0) this.#ordinal++;
  }

  get head(): Entry<Item> | undefined {
    return this.#ready[this.#first];
  }
  get bound(): Position {
    return this.head?.position ?? this.#position();
  }
  get waits(): boolean {
    return this.#resume.waits;
  }
  shift(): void {
    this.#first++;
  }

  add(items: readonly Item[], page: ServicePage): void {
    const entries: Entry<Item>[] = [];
    for (const item of items) {
      const id = this.idOf(item);
      if (this.#seen.has(id) && !this.#resume.withdraw(id)) continue;
      this.#seen.add(id);
      page.untold++;
      entries.push({ item, id, page, position: this.#position(), loose: true, turn: -1 });
    }
    this.#release(this.#resume.pass(entries));
  }
  end(): void {
    this.#release(this.#resume.end());
  }
  loosen(): void {
    this.end();
  }
  lone(): undefined {
    return undefined;
  }

  markAfter(told: readonly Entry<Item>[], high: Position | null, page: ServicePage | undefined): Mark {
    const { mark, keep } = this.place;
    return {
      floor: furthest(mark.floor, high),
      tail: [...mark.tail, ...told.slice(-keep).map(({ id }) => printOf(id))].slice(-keep),
      told: page ? page.skipped + told.filter((entry) => entry.page === page).length : 0,
    };
  }

  #position(): Position {
    return [this.#ordinal, this.place.number, "", this.place.key];
  }
  #release(entries: readonly Entry<Item>[]): void {
    for (const entry of entries) {
      entry.position = this.#position();
      this.#ordinal++;
      this.#ready.push(entry);
    }
  }
}
