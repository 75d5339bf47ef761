import { ApiError } from "../../errors.js";
import { topics } from "../../tasks/bus.js";
import type { UnifiedApi } from "../api.js";
import { Feed } from "./feed.js";

/** Milliseconds between two glances at what other processes have put into the store. */
const GLANCE = 1_000;
/** Looks of all accounts at once. */
const LOOKS = 32;

/** Somebody's interest in an account's feed. */
export interface Listening {
  /** The feed had read all there was to read before this began. */
  readonly isCurrent: boolean;
  /** Resolves once it has, or when its first look has failed. */
  readonly caughtUp: Promise<void>;
  /** Why the last look failed. */
  readonly failure: ApiError | null;
  /** That failure was final: nobody looks any more. */
  readonly hasEnded: boolean;
}

/**
 * The feeds of accounts that somebody listens to: one poller per account however many listen, stopped with the last. What it finds goes
 * to the store; that there is something, to the bus (`topics.changes`).
 */
export class ActivityFeeds {
  readonly #feeds = new Map<number, Feed>();
  readonly #asked = new Map<number, Feed>();
  readonly #waiting: (() => void)[] = [];
  #looking = 0;
  #glancing: NodeJS.Timeout | undefined;
  #seen = 0;

  constructor(private readonly unified: UnifiedApi) {}

  /** Keeps the account's feed running until the signal fires. */
  listen(application: string, account: number, signal: AbortSignal): Listening {
    let feed = this.#feeds.get(account);
    if (!feed) {
      feed = this.#make(application, account);
      if (!signal.aborted) this.#start(account, feed);
    }
    const held = feed;
    if (!signal.aborted) {
      held.listeners++;
      signal.addEventListener("abort", () => this.#release(account, held), { once: true });
    }
    const { isCurrent } = held;
    return {
      isCurrent,
      caughtUp: held.caughtUp,
      get failure() {
        return held.failure;
      },
      get hasEnded() {
        return held.isStopped && held.listeners > 0;
      },
    };
  }

  /** Looks once, whether or not somebody listens: until all is read, or so many milliseconds have gone by. */
  async look(application: string, account: number, milliseconds: number): Promise<void> {
    const feed = this.#feeds.get(account) ?? this.#asked.get(account) ?? this.#make(application, account);
    const isOurs = this.#feeds.get(account) !== feed;
    if (isOurs) this.#asked.set(account, feed);
    feed.listeners++;
    const until = performance.now() + milliseconds;
    const reading = (async () => {
      try {
        while ((await feed.look(false)).more && performance.now() < until);
      } finally {
        if (--feed.listeners === 0 && isOurs) {
          feed.stop();
          if (this.#asked.get(account) === feed) this.#asked.delete(account);
        }
      }
    })();
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([reading, over]).finally(() => clearTimeout(timer));
  }

  /** Something was just changed there: looks at once, if somebody listens, here or in another process. */
  nudge(account: number): void {
    void this.unified.bus.publish(topics.stirs(account), null).catch(() => undefined);
  }

  /** Accounts whose feeds are running, and those of them whose last look failed. */
  get counts(): { running: number; failing: number } {
    const feeds = [...this.#feeds.values()];
    return { running: feeds.length, failing: feeds.filter(({ failure }) => failure !== null).length };
  }

  forget(account: number): void {
    this.#feeds.get(account)?.stop(new ApiError("not_found", "There is no such account."));
    this.#remove(account);
  }
  close(): void {
    for (const [account, feed] of this.#feeds) {
      feed.stop();
      this.#remove(account);
    }
    for (const feed of this.#asked.values()) feed.stop();
  }

  #make(application: string, account: number): Feed {
    return new Feed(this.unified, application, account, (work) => this.#inTurn(work));
  }

  #start(account: number, feed: Feed): void {
    this.#feeds.set(account, feed);
    this.#glance();
    void feed.run(() => {
      if (this.#feeds.get(account) === feed) this.#remove(account);
      // Whoever listens meets what is in our way.
      void this.unified.bus.publish(topics.changes(account), null).catch(() => undefined);
    });
  }

  #release(account: number, feed: Feed): void {
    if (--feed.listeners > 0) return;
    feed.stop();
    if (this.#feeds.get(account) === feed) this.#remove(account);
  }

  #remove(account: number): void {
    this.#feeds.delete(account);
    if (this.#feeds.size > 0) return;
    clearInterval(this.#glancing);
    this.#glancing = undefined;
  }

  /** Another process may look at the same accounts, and be first: its bus is not ours, but its store is. */
  #glance(): void {
    if (this.#glancing) return;
    const { store, bus } = this.unified;
    let busy = false;
    const glance = async (): Promise<void> => {
      const newest = await store.activity.newest();
      const stirred = newest > this.#seen ? await store.activity.stirred(this.#seen) : [];
      this.#seen = newest;
      for (const account of stirred)
        if (bus.listeners(topics.changes(account)) > 0) await bus.publish(topics.changes(account), null);
    };
    const begin = store.activity.newest().then((newest) => {
      this.#seen = Math.max(this.#seen, newest);
    });
    begin.catch(() => undefined);
    this.#glancing = setInterval(() => {
      if (busy) return;
      busy = true;
      // A glance that fails is made again by the next one.
      void begin
        .then(glance)
        .catch(() => undefined)
        .finally(() => {
          busy = false;
        });
    }, GLANCE).unref();
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#looking >= LOOKS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#looking++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#looking--;
    }
  }
}
