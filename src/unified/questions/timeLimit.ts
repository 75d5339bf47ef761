import { gone, tooLate } from "../../upstream/failure.js";

/** Bounds whatever runs in it by one deadline and by the caller's patience, even what heeds no signal. `close` it at the end. */
export class TimeLimit {
  readonly #stop = new AbortController();
  readonly #over: Promise<never>;
  #end!: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(
    milliseconds: number,
    private readonly caller: AbortSignal,
  ) {
    this.#over = new Promise((_, reject) => {
      this.#end = (error) => {
        reject(error);
        this.#stop.abort(error);
      };
    });
    this.#over.catch(() => undefined);
    this.#timer = setTimeout(() => this.#end(tooLate()), milliseconds);
    if (caller.aborted) this.handleEvent();
    else caller.addEventListener("abort", this);
  }

  /** Rejects with the work's own error, or when the time is up; work is not begun after that. */
  run<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { signal } = this.#stop;
    return signal.aborted ? this.#over : Promise.race([(async () => work(signal))(), this.#over]);
  }

  /** Throws if nobody waits for the answer any more. */
  throwIfGone(): void {
    if (this.caller.aborted) throw gone(this.caller.reason);
  }

  handleEvent(): void {
    this.#end(gone(this.caller.reason));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.caller.removeEventListener("abort", this);
  }
}
