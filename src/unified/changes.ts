import type { Change } from "../connectors/connector.js";
import { ApiError, type ErrorCode } from "../errors.js";
import { topics } from "../tasks/bus.js";
import type { UnifiedApi } from "./api.js";

interface Feed {
  listeners: number;
  stop: AbortController;
}

/** Milliseconds between two looks: soon after something happened, seldom when nothing does. */
const SOONEST = 1_000;
const LATEST = 30_000;

/** Failures that no waiting mends. */
const FINAL: ReadonlySet<ErrorCode> = new Set(["not_found", "forbidden", "service_unauthorized", "service_forbidden"]);

/**
 * The change feeds of accounts that somebody listens to: one poller per account however many listen, stopped with the last.
 * Changes go to the bus.
 */
export class ChangeFeeds {
  readonly #feeds = new Map<number, Feed>();
  constructor(private readonly unified: UnifiedApi) {}

  /** Keeps the account's feed running until the signal fires. */
  listen(application: string, account: number, signal: AbortSignal): void {
    if (signal.aborted) return;
    let feed = this.#feeds.get(account);
    if (!feed) {
      feed = { listeners: 0, stop: new AbortController() };
      this.#feeds.set(account, feed);
      void this.#run(application, account, feed.stop.signal);
    }
    const held = feed;
    held.listeners++;
    signal.addEventListener("abort", () => this.#release(account, held), { once: true });
  }

  /** Accounts whose feeds are running. */
  get size(): number {
    return this.#feeds.size;
  }

  forget(account: number): void {
    this.#feeds.get(account)?.stop.abort();
    this.#feeds.delete(account);
  }
  close(): void {
    for (const account of [...this.#feeds.keys()]) this.forget(account);
  }

  #release(account: number, feed: Feed): void {
    if (--feed.listeners > 0) return;
    feed.stop.abort();
    if (this.#feeds.get(account) === feed) this.#feeds.delete(account);
  }

  async #run(application: string, account: number, signal: AbortSignal): Promise<void> {
    const bell = new Bell(signal);
    let interval = SOONEST;
    let cursor: string | null = null;
    let unwatch: (() => void) | undefined;
    /** Null: listeners are to look for themselves. */
    const tell = (changes: Change[] | null): void =>
      void this.unified.bus.publish(topics.changes(account), changes).catch(() => undefined);
    while (!signal.aborted) {
      try {
        // A session of its own for each look: nothing read under yesterday's permissions is kept.
        const { events } = (await this.unified.internal(application, signal).account(account)).apis(false);
        if (!events.can("changes")) {
          tell(null);
          interval = Math.min(LATEST, interval * 1.5);
        } else {
          // A service that will not be watched is asked at intervals all the same.
          if (!unwatch && events.can("watch")) unwatch = await events.watch(() => bell.ring()).catch(() => undefined);
          const isFirst = cursor === null;
          const { changes, next, more } = await events.changes(cursor);
          cursor = next;
          // What happened before the cursor of now, no look of ours will ever find.
          if (isFirst) tell(null);
          if (changes.length > 0) tell(changes);
          interval = changes.length > 0 ? SOONEST : Math.min(LATEST, interval * 1.5);
          if (more) continue;
        }
      } catch (error) {
        interval = LATEST;
        const code = error instanceof ApiError ? error.code : undefined;
        // A cursor that the service no longer knows: begin anew, at once.
        if (code === "invalid_parameters" && cursor !== null) {
          cursor = null;
          interval = SOONEST;
        }
        // Listeners who look for themselves meet what is in our way.
        if (code !== undefined && FINAL.has(code)) tell(null);
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
