import type { Change } from "../connectors/connector.js";
import { ApiError } from "../errors.js";
import { topics } from "../tasks/bus.js";
import type { UnifiedApi } from "./api.js";

/** Milliseconds between two looks: soon after something happened, seldom when nothing does. */
const SOONEST = 1_000;
const LATEST = 30_000;

/**
 * The change feeds of accounts that somebody listens to: one poller per account however many listen, stopped with the last.
 * Changes go to the bus.
 */
export class ChangeFeeds {
  readonly #feeds = new Map<number, { listeners: number; stop: AbortController }>();
  constructor(private readonly unified: UnifiedApi) {}

  /** Keeps the account's feed running until the given function is called. */
  listen(application: string, account: number): () => void {
    let feed = this.#feeds.get(account);
    if (!feed) {
      feed = { listeners: 0, stop: new AbortController() };
      this.#feeds.set(account, feed);
      void this.#run(application, account, feed.stop.signal);
    }
    const held = feed;
    held.listeners++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (--held.listeners === 0) {
        held.stop.abort();
        if (this.#feeds.get(account) === held) this.#feeds.delete(account);
      }
    };
  }

  forget(account: number): void {
    this.#feeds.get(account)?.stop.abort();
    this.#feeds.delete(account);
  }
  close(): void {
    for (const account of [...this.#feeds.keys()]) this.forget(account);
  }

  async #run(application: string, account: number, signal: AbortSignal): Promise<void> {
    const bell = new Bell(signal);
    let interval = SOONEST;
    let cursor: string | null = null;
    let unwatch: (() => void) | undefined;
    while (!signal.aborted) {
      try {
        // A session of its own for each look: nothing read under yesterday's permissions is kept.
        const { storage, connector } = await this.unified.internal(application, signal).account(account);
        if (!storage.can("changes")) {
          // Without a feed, listeners are told to look for themselves.
          if (cursor !== null) await this.unified.bus.publish(topics.changes(account), null);
          cursor = "";
          interval = Math.min(LATEST, interval * 1.5);
        } else {
          if (!unwatch && connector.storage?.watch) unwatch = await storage.watch(() => bell.ring());
          const { changes, next, more } = await storage.changes(cursor);
          cursor = next;
          if (changes.length > 0) await this.unified.bus.publish(topics.changes(account), changes satisfies Change[]);
          interval = changes.length > 0 ? SOONEST : Math.min(LATEST, interval * 1.5);
          if (more) continue;
        }
      } catch (error) {
        // A cursor that the service no longer knows: begin anew, and let listeners look for themselves.
        const stale = cursor !== null && error instanceof ApiError && error.code === "invalid_parameters";
        if (stale) await this.unified.bus.publish(topics.changes(account), null);
        if (stale) cursor = null;
        interval = LATEST;
      }
      await bell.wait(interval);
    }
    unwatch?.();
  }
}

/** A pause that can be cut short. */
class Bell {
  #ring: (() => void) | undefined;
  #rung = false;
  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => this.ring(), { once: true });
  }
  ring(): void {
    this.#rung = true;
    this.#ring?.();
  }
  async wait(milliseconds: number): Promise<void> {
    if (!this.#rung && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#ring = undefined;
    }
    this.#rung = false;
  }
}
