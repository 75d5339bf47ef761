import { type BusEvent, Overrun, QUEUE } from "../bus.js";
import type { Past } from "./past.js";

interface Waiting {
  resolve(result: IteratorResult<BusEvent>): void;
  reject(error: Error): void;
}

/** Where a resumed reader stands in the past. */
export interface Position {
  past: Past;
  /** The number of the last event seen. */
  number: number;
}

/**
 * One reader of a topic. While it catches up with the past it holds a position and no events; from then on it holds those that
 * it has not asked for yet.
 */
export class Reader implements AsyncIterableIterator<BusEvent> {
  #queue: BusEvent[] = [];
  readonly #waiting: Waiting[] = [];
  #position: Position | undefined;
  #ended = false;
  #failure: Overrun | undefined;

  constructor(
    readonly coalesce: boolean,
    /** Called once, at the end. */
    readonly release: (reader: Reader) => void,
  ) {}

  /** Goes on from here before it takes what is offered. */
  resume(position: Position): void {
    const { newest } = position.past;
    if (!this.coalesce) this.#position = position;
    else if (newest && position.past.after(position.number)) this.#queue = [newest];
  }

  offer(event: BusEvent): void {
    if (this.#ended || this.#position) return; // a position finds it in the past
    const waiting = this.#waiting.shift();
    if (waiting) waiting.resolve({ done: false, value: event });
    else if (this.coalesce) this.#queue = [event];
    else if (this.#queue.length < QUEUE) this.#queue.push(event);
    else this.fail(new Overrun(`The reader is more than ${QUEUE} events behind.`));
  }

  next(): Promise<IteratorResult<BusEvent>> {
    const event = this.#queue.shift() ?? this.#fromPast();
    if (event) return Promise.resolve({ done: false, value: event });
    if (this.#failure) {
      const failure = this.#failure;
      this.#failure = undefined;
      return Promise.reject(failure);
    }
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<BusEvent>> {
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** At once: what waits is dropped. */
  end(): void {
    this.#queue = [];
    this.#failure = undefined;
    this.#position = undefined;
    this.#finish();
    for (const { resolve } of this.#waiting.splice(0)) resolve(DONE);
  }

  /** After what waits has been read, so that the reader knows where to resume. */
  fail(failure: Overrun): void {
    this.#failure = failure;
    this.#position = undefined;
    this.#finish();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.release(this);
  }

  #fromPast(): BusEvent | undefined {
    if (!this.#position) return undefined;
    try {
      const event = this.#position.past.after(this.#position.number);
      if (event) this.#position.number += 1;
      else this.#position = undefined; // caught up
      return event;
    } catch (error) {
      this.fail(error as Overrun);
      return undefined;
    }
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
