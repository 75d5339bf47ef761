import { randomBytes } from "node:crypto";
import { type BusEvent, Overrun, PAST } from "../bus.js";

/** The newest events of one topic, `PAST` at most, numbered from 1. A cursor is of this past alone, not of one before or after it. */
export class Past {
  readonly #name = randomBytes(9).toString("base64url");
  readonly #events: BusEvent[] = [];
  #last = 0;
  #forgotten = false;
  /** Milliseconds since 1970 of the last event. */
  changed = 0;

  get size(): number {
    return this.#events.length;
  }

  get newest(): BusEvent | undefined {
    return this.#events.at(-1);
  }

  add(data: unknown, now: number): BusEvent {
    this.#last += 1;
    this.changed = now;
    const event = { cursor: `${this.#name}.${this.#last}`, data };
    this.#events.push(event);
    if (this.#events.length > PAST) this.#events.shift();
    return event;
  }

  /** The number of a cursor's event, if that is still kept. */
  find(cursor: string): number | undefined {
    const number = Number(cursor.slice(cursor.lastIndexOf(".") + 1));
    return this.#at(number)?.cursor === cursor ? number : undefined;
  }

  /** The event that follows; undefined when that has not happened yet. Throws `Overrun` when it is no longer kept. */
  after(number: number): BusEvent | undefined {
    if (this.#forgotten || number < this.#last - this.#events.length)
      throw new Overrun("The events that follow are no longer kept.");
    return this.#at(number + 1);
  }

  /** From now on the topic's events go to another past. */
  forget(): void {
    this.#forgotten = true;
    this.#events.length = 0;
  }

  #at(number: number): BusEvent | undefined {
    return this.#events[number - 1 - (this.#last - this.#events.length)];
  }
}
