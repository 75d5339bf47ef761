import { type BusEvent, type EventBus, Overrun, type SubscribeOptions } from "../bus.js";
import { Past } from "./past.js";
import { Reader } from "./reader.js";

/** Topics with a past, and events of all of them together. */
const TOPICS = 10_000;
const EVENTS = 100_000;
/** Milliseconds after which the past of a quiet topic is forgotten. */
const KEEP = 3_600_000;

/**
 * News within this process, in memory. Data reaches readers as it is, uncopied: nobody may change it afterwards. Of two processes on
 * one data folder each hears its own news alone: what the other does shows in the store and the queue when somebody asks, and a
 * reader whose task runs over there hears nothing of it. A task usually runs where it was added, for that process wakes first;
 * subscriptions that must not depend on it need Redis. A cursor is good in the process that made it.
 */
export const openEmbeddedBus = ({ now = Date.now }: { now?: () => number } = {}): EventBus => new EmbeddedBus(now);

class EmbeddedBus implements EventBus {
  /** Least recently changed first. */
  readonly #pasts = new Map<string, Past>();
  readonly #readers = new Map<string, Set<Reader>>();
  #events = 0;
  #closed = false;

  constructor(readonly now: () => number) {}

  async publish(topic: string, data: unknown): Promise<void> {
    if (this.#closed) return;
    const event = this.#remember(topic, data);
    for (const reader of this.#readers.get(topic) ?? []) reader.offer(event);
  }

  subscribe(
    topic: string,
    { after, coalesce = false, signal }: SubscribeOptions = {},
  ): AsyncIterableIterator<BusEvent> {
    const end = () => reader.end();
    const reader = new Reader(coalesce, () => {
      signal?.removeEventListener("abort", end);
      this.#remove(topic, reader);
    });
    if (this.#closed || signal?.aborted) {
      reader.end();
      return reader;
    }
    signal?.addEventListener("abort", end, { once: true });
    this.#readers.set(topic, (this.#readers.get(topic) ?? new Set()).add(reader));
    if (after !== undefined) {
      const past = this.#pasts.get(topic);
      const number = past?.find(after);
      if (past && number !== undefined) reader.resume({ past, number });
      else reader.fail(new Overrun("The cursor is no longer kept."));
    }
    return reader;
  }

  listeners(topic: string): number {
    return this.#readers.get(topic)?.size ?? 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const readers of [...this.#readers.values()]) for (const reader of [...readers]) reader.end();
    this.#pasts.clear();
  }

  #remember(topic: string, data: unknown): BusEvent {
    const now = this.now();
    const past = this.#pasts.get(topic) ?? new Past();
    this.#pasts.delete(topic);
    this.#pasts.set(topic, past);
    this.#events -= past.size;
    const event = past.add(data, now);
    this.#events += past.size;
    for (const [oldest, { changed }] of this.#pasts) {
      if (this.#pasts.size <= TOPICS && this.#events <= EVENTS && changed > now - KEEP) break;
      this.#forget(oldest);
    }
    return event;
  }

  #forget(topic: string): void {
    const past = this.#pasts.get(topic);
    this.#pasts.delete(topic);
    this.#events -= past?.size ?? 0;
    past?.forget();
  }

  #remove(topic: string, reader: Reader): void {
    const readers = this.#readers.get(topic);
    readers?.delete(reader);
    if (readers?.size === 0) this.#readers.delete(topic);
  }
}
