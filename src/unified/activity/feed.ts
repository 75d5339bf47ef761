import { type ApiError, toApiError } from "../../errors.js";
import { topics } from "../../tasks/bus.js";
import type { ConnectedAccount } from "../account.js";
import type { UnifiedApi } from "../api.js";
import { Bell } from "./bell.js";
import { type Look, look } from "./look.js";
import { sourceOf } from "./source.js";

/** Milliseconds between two looks: soon after something happened, seldom when nothing does, and hardly ever while they fail. */
const SOONEST = 1_000;
const LATEST = 30_000;
const FAILING = 300_000;
/** A look that took a second is followed by four without one: a large account is looked at less often. */
const REST = 4;

/** No waiting mends it: the account is gone, switched off or no longer let in, or there is nothing to look at. */
const isFinal = ({ code, context: { operation } }: ApiError): boolean =>
  code === "service_unauthorized" ||
  code === "not_implemented" ||
  // Said by ourselves of the account, not by the service of a folder that may come back.
  ((code === "not_found" || code === "forbidden") && operation === undefined);

/** The looks at one account, one at a time: by itself while somebody listens, and whenever somebody asks. */
export class Feed {
  listeners = 0;
  readonly #stop = new AbortController();
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #bell = new Bell(this.#stop.signal);
  #isCurrent = false;
  #turn: Promise<unknown> = Promise.resolve();
  #next: Promise<Look> | undefined;
  #interval = SOONEST;
  #failures = 0;
  #failure: ApiError | null = null;

  constructor(
    private readonly unified: UnifiedApi,
    private readonly application: string,
    private readonly account: number,
    /** So many looks of all feeds at once. */
    private readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>,
  ) {}

  /** It has read all there was to read when somebody began to listen. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }
  /** Resolves once it has, or when its first look has failed. */
  get caughtUp(): Promise<void> {
    return this.#caughtUp.promise;
  }
  /** Of the last look. */
  get failure(): ApiError | null {
    return this.#failure;
  }
  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  stop(failure: ApiError | null = null): void {
    this.#failure ??= failure;
    this.#stop.abort();
    this.#caughtUp.resolve();
  }

  /** A look that begins after this call; those who ask meanwhile share it. */
  look(background: boolean): Promise<Look> {
    this.#next ??= this.#turn.then(() => {
      this.#next = undefined;
      return this.inTurn(() => this.#look(background));
    });
    const next = this.#next;
    this.#turn = next.catch(() => undefined);
    return next;
  }

  /** Looks on and on until it is stopped; `ended` is told when a failure has stopped it. */
  async run(ended: () => void): Promise<void> {
    const { signal } = this.#stop;
    void this.#bell.follow(this.unified.bus.subscribe(topics.stirs(this.account), { coalesce: true, signal }));
    let unwatch: (() => void) | undefined;
    while (!signal.aborted) {
      const started = performance.now();
      let rest = 0;
      try {
        unwatch ??= await this.#watch();
        if (await this.#goOn()) continue;
      } catch (error) {
        this.#failure = toApiError(error);
        if (signal.aborted) break;
        if (isFinal(this.#failure)) {
          this.stop();
          ended();
          break;
        }
        rest = this.#backOff(this.#failure);
        this.#caughtUp.resolve();
      }
      const pause = Math.max(rest, REST * (performance.now() - started));
      if (await this.#bell.wait(Math.max(this.#interval, pause), pause)) this.#interval = SOONEST;
    }
    unwatch?.();
  }

  /** True when there is more to be read at once. */
  async #goOn(): Promise<boolean> {
    const { told, more, gap } = await this.look(true);
    this.#failure = null;
    this.#failures = gap ? this.#failures + 1 : 0;
    if (gap) this.#interval = Math.min(FAILING, SOONEST * 2 ** this.#failures);
    else this.#interval = told > 0 ? SOONEST : Math.min(LATEST, this.#interval * 1.5);
    if (more) return true;
    this.#isCurrent = true;
    this.#caughtUp.resolve();
    return false;
  }

  /** Milliseconds that no bell cuts short. */
  #backOff({ context: { retryAfter = 0 } }: ApiError): number {
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#interval = Math.max(1000 * retryAfter, Math.min(FAILING, SOONEST * 2 ** this.#failures));
    return this.#interval;
  }

  async #look(background: boolean): Promise<Look> {
    const looked = await look(await this.#open(background));
    if (looked.told > 0) await this.unified.bus.publish(topics.changes(this.account), null);
    return looked;
  }

  /** A session of its own for each look: nothing read under yesterday's permissions is kept. */
  #open(background: boolean): Promise<ConnectedAccount> {
    return this.unified.internal(this.application, this.#stop.signal, background).account(this.account);
  }

  /** A service that will not be watched is asked at intervals all the same. */
  async #watch(): Promise<(() => void) | undefined> {
    const source = sourceOf(await this.#open(true));
    return source.watch?.(() => this.#bell.ring()).catch(() => undefined);
  }
}
