import type { Line, Place } from "./line.js";
import { printOf, Resume } from "./resume.js";
import { compare, compareValues, type Entry, furthest, type Mark, type Position, type ServicePage } from "./source.js";

export interface ByTime<Item> {
  /** Milliseconds since 1970; null: the service does not say, which comes last. */
  timeOf(item: Item): number | null;
  /** The service's own id. */
  idOf(item: Item): string;
  direction: "ascending" | "descending";
  /** Items of one source and one time that are put in order by id; of more, the source's order stands. */
  ties?: number;
}

/**
 * A source's items in order of time. Those of one time wait until another time follows, and are put in order by id: then a
 * position says exactly what has been told. Where they cannot wait they go in the source's own order (`loose`), and a tail of ids says it.
 */
export class TimeLine<Item> implements Line<Item> {
  readonly #ready: Entry<Item>[] = [];
  #first = 0;
  /** Of one time, waiting. */
  #open: Entry<Item>[] = [];
  #latest = Number.NEGATIVE_INFINITY;
  /** The time whose items go in the source's own order. */
  #loose: number | undefined;
  readonly #seen = new Set<string>();
  readonly #resume: Resume<Item>;

  constructor(
    private readonly place: Place,
    private readonly how: Required<ByTime<Item>>,
  ) {
    const { floor, tail, told } = place.mark;
    this.#resume = new Resume(tail, told, (id) => this.#seen.delete(id));
    if (floor && tail.length > 0) this.#loose = floor[0];
  }

  get head(): Entry<Item> | undefined {
    return this.#ready[this.#first];
  }
  get bound(): Position {
    if (this.head) return this.head.position;
    const { mark, number } = this.place;
    return furthest(mark.floor, [this.#latest, number, "", ""]) as Position;
  }
  get waits(): boolean {
    return this.#open.length > 0 || this.#resume.waits;
  }
  shift(): void {
    this.#first++;
  }

  add(items: readonly Item[], page: ServicePage): void {
    const entries = this.#untold(items, page);
    const others = entries.findIndex(({ position }) => position[0] !== this.#loose);
    this.#release(this.#resume.pass(others < 0 ? entries : entries.slice(0, others)));
    if (others < 0) return;
    this.#release(this.#resume.end());
    for (const entry of others > 0 ? entries.slice(others) : entries) {
      const at = entry.position[0];
      if (at === this.#loose) this.#release([entry]);
      else {
        if (this.#open[0] && this.#open[0].position[0] !== at) this.#close();
        this.#open.push(entry);
        if (this.#open.length >= this.how.ties) this.loosen();
      }
    }
  }
  end(): void {
    this.#release(this.#resume.end());
    this.#close();
  }
  loosen(): void {
    this.#release(this.#resume.end());
    if (this.#open[0]) this.#loose = this.#open[0].position[0];
    this.#release(this.#open.splice(0));
  }
  lone(): Entry<Item> | undefined {
    return this.#open.length === 1 ? this.#open[0] : undefined;
  }

  markAfter(told: readonly Entry<Item>[], high: Position | null, page: ServicePage | undefined): Mark {
    const { mark, keep, number } = this.place;
    const last = told.at(-1);
    const at = last?.position[0];
    const passed = high && at !== undefined && (high[0] > at || (high[0] === at && high[1] > number));
    if (at === undefined || !last?.loose || passed) {
      const floor = furthest(mark.floor, high, last?.position);
      if (!floor || mark.tail.length === 0 || floor[0] !== mark.floor?.[0]) return { floor, tail: [], told: 0 };
      return { floor, tail: mark.tail, told: page?.skipped ?? 0 };
    }
    const loose = told.filter((entry) => entry.loose && entry.position[0] === at);
    // The tail of the pages before, and what was skipped by it, are of the floor's own time.
    const goesOn = mark.floor?.[0] === at;
    return {
      floor: furthest(mark.floor, [at, -1, "", ""]),
      tail: [...(goesOn ? mark.tail : []), ...loose.slice(-keep).map(({ id }) => printOf(id))].slice(-keep),
      told: page ? (goesOn ? page.skipped : 0) + loose.filter((entry) => entry.page === page).length : 0,
    };
  }

  #untold(items: readonly Item[], page: ServicePage): Entry<Item>[] {
    const { number, key, mark } = this.place;
    const entries: Entry<Item>[] = [];
    for (const item of items) {
      const id = this.how.idOf(item);
      const own = this.#atOf(item);
      if (mark.floor && compare([own, number, id, key], mark.floor) <= 0) continue;
      // A service that counts repeats what it has given, as others come in before: behind the place as well.
      if ((own < this.#latest || this.#resume.over) && this.#resume.told(id)) continue;
      if (this.#seen.has(id) && !this.#resume.withdraw(id)) continue;
      this.#seen.add(id);
      // What came in before its predecessors while they were read, or a source out of order, must not put all others out of order.
      const at = Math.max(own, this.#latest);
      this.#latest = at;
      page.untold++;
      entries.push({ item, id, page, position: [at, number, id, key], loose: false, turn: -1 });
    }
    return entries;
  }
  #atOf(item: Item): number {
    const time = this.how.timeOf(item);
    if (time === null || Number.isNaN(time)) return Number.POSITIVE_INFINITY;
    return this.how.direction === "ascending" ? time : -time;
  }
  #close(): void {
    this.#ready.push(...this.#open.splice(0).sort((one, other) => compareValues(one.id, other.id)));
  }
  #release(entries: readonly Entry<Item>[]): void {
    const { number, key } = this.place;
    for (const entry of entries) {
      entry.position = [entry.position[0], number, "", key];
      entry.loose = true;
      this.#ready.push(entry);
    }
  }
}
