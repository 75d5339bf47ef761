import { ApiError } from "../../src/errors.js";
import { topics } from "../../src/tasks/bus.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { Bell } from "../../src/unified/activity/bell.js";
import type { Listening } from "../../src/unified/activity/feeds.js";
import { isTold } from "../../src/unified/activity/source.js";
import type { Context } from "../context.js";
import { pause } from "../streams.js";

/** Milliseconds that feeds have to find out where they stand before a subscription that begins now is confirmed. */
const PATIENCE = 10_000;
/** Milliseconds before an account whose feed has ended is tried again, by who follows all accounts. */
const AGAIN = 30_000;

interface Held {
  listening: Listening;
  stop: AbortController;
}

/** The accounts of one subscription: named, or all that its caller may see. Their feeds run until the signal fires. */
export class Following {
  /** Rings when something may have happened in one of them. */
  readonly bell: Bell;
  readonly #held = new Map<number, Held>();
  /** When an account is tried again. */
  readonly #later = new Map<number, number>();
  #isOver = false;

  constructor(
    private readonly named: ReadonlySet<number> | null,
    private readonly maximum: number,
    readonly signal: AbortSignal,
  ) {
    this.bell = new Bell(signal);
    signal.addEventListener("abort", () => {
      for (const number of [...this.#held.keys()]) this.#drop(number);
    });
  }

  /** All that was named is gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** As the caller may see them at this moment. Throws why one that was named is no longer followed. */
  async accounts(context: Context): Promise<ReadonlyMap<number, ConnectedAccount>> {
    const accounts = this.named ? await visible(context, this.named) : await this.#all(context);
    const seen = new Map(accounts.map((account) => [account.account, account]));
    this.#isOver = this.named !== null && seen.size === 0;
    for (const number of [...this.#held.keys()]) if (!seen.has(number)) this.#drop(number);
    if (!this.signal.aborted) for (const account of accounts) this.#follow(context, account);
    return seen;
  }

  /** The number after which a subscription that begins now tells, once every feed knows where it stands. */
  async now({ session }: Context): Promise<number> {
    const { activity } = session.unified.store;
    const feeds = [...this.#held].map(([number, { listening }]) => ({ number, listening }));
    await Promise.race([Promise.all(feeds.map(({ listening }) => listening.caughtUp)), pause(PATIENCE, this.signal)]);
    if (this.named)
      // With a cursor, what happened meanwhile is told later; without one it would be lost.
      for (const { number, listening } of feeds)
        if (listening.hasEnded || (await activity.feed(number)).cursor === null)
          throw (
            listening.failure ??
            new ApiError("gateway_timeout", "The service did not say in time where its feed stands.")
          );
    return activity.newest();
  }

  #follow({ caller, session: { unified } }: Context, { account }: ConnectedAccount): void {
    const held = this.#held.get(account);
    if (held?.listening.hasEnded) {
      const { failure } = held.listening;
      this.#drop(account);
      if (this.named) throw failure ?? new ApiError("service_not_available", "The server is being stopped.");
      this.#later.set(account, performance.now() + AGAIN);
    } else if (!held && (this.#later.get(account) ?? 0) <= performance.now()) {
      const stop = new AbortController();
      const { signal } = stop;
      void this.bell.follow(unified.bus.subscribe(topics.changes(account), { coalesce: true, signal }));
      this.#held.set(account, { stop, listening: unified.feeds.listen(caller.application, account, signal) });
    }
  }

  #drop(account: number): void {
    this.#held.get(account)?.stop.abort();
    this.#held.delete(account);
  }

  async #all({ session }: Context): Promise<ConnectedAccount[]> {
    const accounts = await session.accounts({ enabled: true, active: true }, { after: 0, limit: this.maximum + 1 });
    if (accounts.length > this.maximum)
      throw new ApiError("invalid_parameters", `These are more than ${this.maximum} accounts: name those to follow.`);
    return accounts.filter((account) => isTold(account, "storage"));
  }
}

/** Those that are still there and this caller's; throws for one that may not be used. */
const visible = async ({ session }: Context, numbers: ReadonlySet<number>): Promise<ConnectedAccount[]> => {
  const accounts = await Promise.all(
    [...numbers].map((number) =>
      session.account(number).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }),
    ),
  );
  const there = accounts.filter((account) => account !== null);
  for (const account of there) account.checkUsable();
  return there;
};
