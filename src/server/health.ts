import { monitorEventLoopDelay } from "node:perf_hooks";

export interface Readiness {
  ready: boolean;
  /** Why not, one entry for each thing that is in the way. */
  problems: string[];
}

/** Milliseconds: for a check to answer; between two looks at the event loop. */
const CHECK = 2000;
const LOOK = 1000;

/** Whether this process lives, and whether it should be given work. */
export class Health {
  readonly #checks: Readonly<Record<string, () => Promise<void>>>;
  readonly #overload: number;
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;
  readonly #timer: NodeJS.Timeout;
  #lag = 0;
  #draining = false;

  /**
   * Each check rejects when what it names cannot be used. `overload`: milliseconds of mean lag above which new work is turned away; 0:
   * none is.
   */
  constructor(checks: Readonly<Record<string, () => Promise<void>>>, overload: number) {
    this.#checks = checks;
    this.#overload = overload;
    this.#histogram = monitorEventLoopDelay({ resolution: 20 });
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#look(), LOOK).unref();
  }

  /** Mean delay of the event loop in the last second, in milliseconds. */
  get lag(): number {
    return this.#lag;
  }

  get overloaded(): boolean {
    return this.#overload > 0 && this.#lag > this.#overload;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** The work of starting is over, and says nothing of what comes. */
  begin(): void {
    this.#histogram.reset();
    this.#lag = 0;
  }

  /** From now on not ready: the process is about to end. */
  drain(): void {
    this.#draining = true;
  }

  async readiness(): Promise<Readiness> {
    const names = Object.keys(this.#checks);
    const results = await Promise.allSettled(names.map((name) => within(CHECK, this.#checks[name]?.())));
    const problems = names
      .filter((_, index) => results[index]?.status === "rejected")
      .map((name) => `${name} does not answer`);
    if (this.#draining) problems.unshift("shutting down");
    if (this.overloaded) problems.push("overloaded");
    return { ready: problems.length === 0, problems };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #look(): void {
    this.#lag = Number.isNaN(this.#histogram.mean) ? 0 : Math.max(0, this.#histogram.mean / 1e6 - 20);
    this.#histogram.reset();
  }
}

const within = <T>(milliseconds: number, running: Promise<T> | undefined): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("too late")), milliseconds);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
};
