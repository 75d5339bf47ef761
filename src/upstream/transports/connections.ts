import { setTimeout as delay } from "node:timers/promises";
import { ApiError, Broken } from "../../errors.js";
import type { AccountState, Accounts } from "../accountState.js";
import { gone } from "../failure.js";
import { ATTEMPTS, backoff, type RetryOptions, type RetryReason } from "../layers/retry.js";
import { Pace } from "../pace.js";
import type { RetryBudget } from "../retryBudget.js";
import type { Target, VersionedCredential } from "../upstream.js";
import type { Dialler } from "./dial.js";
import { Patience } from "./patience.js";
import { type Holder, type Member, Pool } from "./pool.js";
import type { Connections, Loan, LoanOptions, Opening, Transport, Work } from "./transport.js";

const DEADLINE = 30_000; // ms
/** Milliseconds that a borrower of a shared connection has to stop, once nobody waits for it. */
const GRACE = 5_000;

interface Parts extends Pick<RetryOptions, "now" | "random" | "count"> {
  dialler: Dialler;
  accounts: Accounts;
}

/** The pools of all accounts, and who waits for a turn at them. */
export class Pools {
  readonly #accounts = new Map<string, Map<unknown, { pool: Pool<unknown>; streams: Pace }>>();
  readonly #retries = new WeakMap<object, boolean>();
  #closed = false;
  constructor(readonly parts: Parts) {}

  find<Connection>(target: Target, transport: Transport<Connection>): { pool: Pool<Connection>; streams: Pace } {
    if (this.#closed) throw new ApiError("service_not_available", "The server is shutting down.");
    const pools = this.#accounts.get(target.account) ?? new Map();
    this.#accounts.set(target.account, pools);
    let found = pools.get(transport);
    if (!found) {
      const { dialler, now } = this.parts;
      const { concurrency } = target.budget;
      // As many again may stream: the reader of a download may be an upload that waits for a turn of its own.
      const maximum = Math.ceil((2 * concurrency) / transport.shares);
      const onEmpty = () => {
        pools.delete(transport);
        if (pools.size === 0 && this.#accounts.get(target.account) === pools) this.#accounts.delete(target.account);
      };
      found = {
        pool: new Pool({ transport, maximum, dialler, now, onEmpty }),
        streams: new Pace({ concurrency }, now),
      };
      pools.set(transport, found);
    }
    return found;
  }

  /** One retry of the budget for each connection that breaks or cannot be opened, however many had a share of it. */
  mayRetry(broken: object, reason: RetryReason, budget: RetryBudget): boolean {
    let isGranted = this.#retries.get(broken);
    if (isGranted === undefined) {
      isGranted = budget.take();
      this.#retries.set(broken, isGranted);
      this.parts.count(isGranted ? reason : "exhausted");
    }
    return isGranted;
  }

  /** Ends what an account has open. */
  close(account: string): void {
    for (const { pool } of this.#accounts.get(account)?.values() ?? []) pool.close();
    this.#accounts.delete(account);
  }

  closeAll(): void {
    this.#closed = true;
    for (const account of [...this.#accounts.keys()]) this.close(account);
  }

  /** Connections that are open, or being opened. */
  get size(): number {
    let sum = 0;
    for (const pools of this.#accounts.values()) for (const { pool } of pools.values()) sum += pool.size;
    return sum;
  }
}

/** One account's connections, as a connector has them. */
export class AccountConnections implements Connections {
  constructor(
    private readonly target: Target,
    private readonly settings: Opening["settings"],
    private readonly pools: Pools,
  ) {}

  async use<Connection, Result>(
    transport: Transport<Connection>,
    work: Work<Connection, Result>,
    options: LoanOptions = {},
  ): Promise<Result> {
    const patience = this.#patience(options);
    const used: Work<Connection, Result> = async (connection, loan) => {
      try {
        return await work(connection, loan);
      } finally {
        loan.giveBack();
      }
    };
    try {
      return (await this.#begin(transport, used, options, patience)).result;
    } finally {
      patience.end();
    }
  }

  async lend<Connection, Result>(
    transport: Transport<Connection>,
    work: Work<Connection, Result>,
    options: LoanOptions = {},
  ): Promise<Result> {
    const patience = this.#patience(options);
    try {
      const { loan, result } = await this.#begin(transport, work, options, patience);
      loan.atEnd(() => patience.end());
      return result;
    } catch (error) {
      patience.end();
      throw error;
    }
  }

  #patience({ outlivesCaller = false }: LoanOptions): Patience {
    return new Patience(this.target.deadlineMs ?? DEADLINE, outlivesCaller ? [] : [this.target.signal]);
  }

  /** The retry policy of HTTP, for connections: what has changed nothing yet is begun anew when one breaks. */
  async #begin<Connection, Result>(
    transport: Transport<Connection>,
    work: Work<Connection, Result>,
    { streams = false }: LoanOptions,
    patience: Patience,
  ): Promise<{ loan: Lent<Connection>; result: Result }> {
    const { accounts, random } = this.pools.parts;
    const account = accounts.open(this.target.account, this.target.budget);
    account.retries.called();
    for (let made = 1; ; made++) {
      let loan: Lent<Connection> | undefined;
      try {
        loan = await this.#lend(transport, streams, account, patience);
        return { loan, result: await loan.run(work) };
      } catch (error) {
        const mayGoOn = error instanceof Broken && !loan?.isChanging && made < ATTEMPTS && !patience.signal.aborted;
        if (!mayGoOn) throw error;
        // What broke is shared by all who had a share of it, or waited for it.
        const broken = loan && !loan.member.isUsable ? loan.member : error;
        if (!this.pools.mayRetry(broken, loan ? "reset" : "connect", account.retries)) throw error;
      }
      await patience.for(delay(backoff(made - 1, random)));
    }
  }

  async #lend<Connection>(
    transport: Transport<Connection>,
    streams: boolean,
    account: AccountState,
    patience: Patience,
  ): Promise<Lent<Connection>> {
    const { target, pools } = this;
    const { pool, streams: streaming } = pools.find(target, transport);
    const pace = streams ? streaming : account.pace;
    pool.join();
    try {
      const credential = await patience.for(target.credentials.current());
      await this.#turn(pace, patience);
      try {
        const member = await this.#take(pool, credential, patience);
        const over = () => {
          pace.leave();
          pool.leave();
        };
        return new Lent(member, transport.shares > 1, patience, over, { book: target.book, now: pools.parts.now });
      } catch (error) {
        pace.leave();
        throw error;
      }
    } catch (error) {
      pool.leave();
      throw asBroken(error);
    }
  }

  /** Who has a newer credential than the one that was refused tries that as well. */
  async #take<Connection>(
    pool: Pool<Connection>,
    credential: VersionedCredential,
    patience: Patience,
  ): Promise<Member<Connection>> {
    const { credentials, user } = this.target;
    const holder: Holder = { settings: this.settings, credential, user };
    try {
      return await pool.take(holder, patience);
    } catch (error) {
      if (!credentials.renew || !(error instanceof ApiError) || error.code !== "service_unauthorized") throw error;
      const renewed = await patience.for(credentials.renew(credential.version));
      return pool.take({ ...holder, credential: renewed }, patience);
    }
  }

  async #turn(pace: Pace, patience: Patience): Promise<void> {
    if (pace.enter()) return;
    const { book, background = false } = this.target;
    const { now } = this.pools.parts;
    const began = now();
    patience.late = () => pace.refusal();
    const turn = Promise.withResolvers<void>();
    let isOurs = false;
    const waiter = {
      background,
      go: () => {
        isOurs = true;
        turn.resolve();
      },
    };
    try {
      pace.wait(waiter, began + patience.milliseconds);
      await patience.for(turn.promise);
    } catch (error) {
      if (isOurs) pace.leave();
      else pace.leaveQueue(waiter);
      throw error;
    } finally {
      patience.late = undefined;
      if (book) book.waitedMs += now() - began;
    }
  }
}

class Lent<Connection> implements Loan<Connection> {
  /** The work must not be begun anew. */
  isChanging = false;
  #isOut = true;
  #atEnd: (() => void) | undefined;
  #grace: NodeJS.Timeout | undefined;
  readonly #began: number;
  readonly #received: number;
  readonly #stop = (): void => this.#giveUp();

  constructor(
    readonly member: Member<Connection>,
    private readonly isShared: boolean,
    private readonly patience: Patience,
    private readonly over: () => void,
    private readonly trace: { book: Target["book"]; now: () => number },
  ) {
    this.#began = trace.now();
    this.#received = member.received;
    if (trace.book) trace.book.calls++;
    this.signal.addEventListener("abort", this.#stop, { once: true });
    if (this.signal.aborted) this.#giveUp();
  }

  get connection(): Connection {
    return this.member.connection;
  }
  get signal(): AbortSignal {
    return this.patience.signal;
  }
  async for<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await this.patience.for(work);
    } catch (error) {
      // What breaks because it was given up is told as that.
      throw this.signal.aborted ? gone(this.signal.reason) : asBroken(error);
    }
  }
  /** Does the work, which gives the connection back itself unless it fails. */
  run<Result>(work: Work<Connection, Result>): Promise<Result> {
    const working = work(this.connection, this);
    working.catch(() => this.giveBack());
    return this.for(working);
  }
  changing(): void {
    this.signal.throwIfAborted();
    this.isChanging = true;
  }
  moved(): void {
    this.patience.moved();
  }
  rest(): void {
    this.patience.rest();
  }
  giveBack(): void {
    this.#end();
  }
  throwAway(): void {
    if (this.#isOut) this.member.destroy();
    this.#end();
  }
  /** Once it is given back or thrown away, or has been. */
  atEnd(listener: () => void): void {
    if (this.#isOut) this.#atEnd = listener;
    else listener();
  }

  /** Nobody waits. Others who share the connection keep it, unless nothing has come while this one waited. */
  #giveUp(): void {
    const { code } = this.signal.reason as ApiError;
    if (!this.isShared || (code === "gateway_timeout" && this.member.received === this.#received)) this.throwAway();
    else this.#grace = setTimeout(() => this.throwAway(), GRACE);
  }

  #end(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    clearTimeout(this.#grace);
    this.signal.removeEventListener("abort", this.#stop);
    this.member.release();
    this.over();
    this.#atEnd?.();
    const { book, now } = this.trace;
    if (book) book.ms += now() - this.#began;
  }
}

const asBroken = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new Broken("The connection to the service broke.", error);
