import type { Listening } from "../activity/feeds.js";
import type { UnifiedApi } from "../api.js";

/** Accounts that one process follows at most. */
const MOST = 5_000;
const PAGE = 1_000;
/** Milliseconds before an account whose feed has ended is tried again. */
const AGAIN = 600_000;

interface Followed {
  listening: Listening;
  since: number;
  stop: AbortController;
}

/** Keeps the feeds of all accounts running that a webhook is told of: what nobody looks for, nobody could tell. */
export class Follower {
  readonly #followed = new Map<number, Followed>();
  #isStopped = false;

  constructor(private readonly unified: UnifiedApi) {}

  /** Begins with accounts that are new, leaves those that are no longer to be followed. */
  async look(): Promise<void> {
    const accounts = await this.#wanted();
    if (this.#isStopped) return;
    for (const [account, followed] of this.#followed)
      if (!accounts.has(account) || isOver(followed)) this.#leave(account);
    for (const [account, application] of accounts) if (!this.#followed.has(account)) this.#follow(application, account);
  }

  stop(): void {
    this.#isStopped = true;
    for (const account of this.#followed.keys()) this.#leave(account);
  }

  async #wanted(): Promise<Map<number, string>> {
    const accounts = new Map<number, string>();
    for (let after = 0; accounts.size < MOST; ) {
      const page = await this.unified.store.webhooks.followed({ after, limit: PAGE });
      for (const { id, application } of page) accounts.set(id, application);
      if (page.length < PAGE) break;
      after = page.at(-1)?.id ?? after;
    }
    return accounts;
  }

  #follow(application: string, account: number): void {
    const stop = new AbortController();
    const listening = this.unified.feeds.listen(application, account, stop.signal);
    this.#followed.set(account, { listening, since: performance.now(), stop });
  }

  #leave(account: number): void {
    this.#followed.get(account)?.stop.abort();
    this.#followed.delete(account);
  }
}

const isOver = ({ listening, since }: Followed): boolean => listening.hasEnded && performance.now() - since > AGAIN;
