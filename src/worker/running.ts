import { ApiError, toApiError } from "../errors.js";
import { announce } from "../tasks/announce.js";
import { type BusEvent, type EventBus, topics } from "../tasks/bus.js";
import {
  type Outcome,
  type Progress,
  type Task,
  type TaskQueue,
  type TaskResult,
  WORKER_LOST,
} from "../tasks/queue.js";
import { Throttle } from "./throttle.js";
import { within } from "./within.js";

/** What one operation does in the background. An `ApiError` is told to the caller; anything else is our own failure. */
export type Job = (task: Task, control: JobControl) => Promise<TaskResult | null>;

interface JobControl {
  /** Fires when the job must stop: cancelled, taken over by another worker, or the process shuts down. */
  readonly signal: AbortSignal;
  /**
   * Tells how far the job is. With a checkpoint it resolves when that is kept, so what it covers is not done again: give one
   * after each step that must not be repeated. Without, it costs nothing: four a second are written. Throws once the job must stop.
   */
  progress(done: number, total: number | null, checkpoint?: Record<string, unknown>): Promise<void>;
}

export interface Log {
  error(facts: object, message: string): void;
}

export interface Workplace {
  queue: TaskQueue;
  bus: EventBus;
  leaseSeconds: number;
  log?: Log | undefined;
}

/** Milliseconds between two writes of mere progress, and between two tellings of it. */
const INTERVAL = 250;
/** Milliseconds that an aborted job has to come to its end. */
const MOMENT = 1_000;

/** One task in the hands of one worker, from claim to outcome. */
export class Running {
  /** Resolves when the outcome is recorded, or is no longer ours to record. Never rejects. */
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();
  readonly #notices: AsyncIterableIterator<BusEvent>;
  readonly #saving = new Throttle(INTERVAL, () => void this.#save().catch(() => undefined));
  readonly #telling = new Throttle(INTERVAL, () => this.#tell());
  readonly #heartbeat: NodeJS.Timeout;
  #unsaved: Progress | null = null;
  #saves: Promise<void> = Promise.resolve();
  /** By the wall clock, which goes on while the machine sleeps. */
  #renewed = Date.now();
  #settled: Promise<void> | undefined;

  /** `owner` is the name of the claim. */
  constructor(
    readonly place: Workplace,
    public task: Task,
    readonly owner: string,
    job: Job,
  ) {
    this.#notices = place.bus.subscribe(topics.task(task.id), { coalesce: true });
    this.#heartbeat = setInterval(() => void this.#beat(), this.#third);
    void this.#listen();
    this.#telling.ask();
    this.ended = this.#run(job);
  }

  /** Renews a lease whose heartbeat is overdue, as after the machine slept: before this process claims its own task as lost. */
  async keep(): Promise<void> {
    if (Date.now() - this.#renewed > this.#third) await this.#beat();
  }

  /** The process goes: the job is told to stop, and what it does not finish in a moment goes to another worker. */
  async abandon(): Promise<void> {
    this.#stop("The worker shuts down.");
    await within(MOMENT, this.ended);
    await this.#settle(() => this.#giveBack());
  }

  /** Milliseconds between two heartbeats. */
  get #third(): number {
    return (this.place.leaseSeconds * 1000) / 3;
  }

  async #run(job: Job): Promise<void> {
    const { signal } = this.#abort;
    let outcome: Outcome;
    try {
      const progress: JobControl["progress"] = (...told) => this.#progress(...told);
      outcome = { status: "SUCCEEDED", result: await job(this.task, { signal, progress }) };
    } catch (thrown) {
      if (signal.aborted) return this.#settle(() => this.#giveBack());
      outcome = { status: "FAILED", error: this.#explain(thrown) };
    }
    await this.#settle(() => this.#finish(outcome));
  }

  async #progress(done: number, total: number | null, checkpoint?: Record<string, unknown>): Promise<void> {
    this.#abort.signal.throwIfAborted();
    this.#unsaved = { ...this.#unsaved, done, total, ...(checkpoint && { checkpoint }) };
    if (!checkpoint) return this.#saving.ask();
    await this.#save();
    this.#abort.signal.throwIfAborted();
  }

  /** One write at a time, each with all that came since the one before; renews the lease even if nothing did. */
  #save(renew = false): Promise<void> {
    const saved = this.#saves.then(async () => {
      const unsaved = this.#unsaved;
      if (!(unsaved || renew) || this.#settled) return;
      this.#unsaved = null;
      try {
        const asked = Date.now();
        const { queue, leaseSeconds } = this.place;
        const task = await queue.progress(this.task.id, this.owner, leaseSeconds, unsaved);
        if (!task) return this.#stop("The task is no longer this worker's.");
        this.#renewed = asked;
        this.task = task;
        if (unsaved && !this.#abort.signal.aborted) this.#telling.ask();
      } catch (error) {
        if (unsaved) this.#unsaved = Object.assign(unsaved, this.#unsaved); // for the next write
        throw error;
      }
    });
    this.#saves = saved.catch(() => undefined);
    return saved;
  }

  async #beat(): Promise<void> {
    try {
      await this.#save(true);
    } catch (error) {
      this.#complain(error, "The lease of a task could not be renewed.");
      if (Date.now() - this.#renewed > this.place.leaseSeconds * 1000) this.#stop("The lease has run out.");
    }
  }

  /** What somebody in this process cancels stops at once; elsewhere, at the next write. */
  async #listen(): Promise<void> {
    try {
      for await (const { data } of this.#notices)
        if ((data as Task | null)?.status === "CANCELLED") {
          this.task = data as Task;
          this.#stop("The task was cancelled.");
        }
    } catch (error) {
      this.#complain(error, "The news of a task could not be read.");
    }
  }

  #stop(reason: string): void {
    this.#telling.stop(); // what it would tell is older than the news that stopped us
    this.#saving.stop();
    this.#abort.abort(new DOMException(reason, "AbortError"));
  }

  /** Ends this worker's part in the task, once. */
  #settle(record: () => Promise<Task | null>): Promise<void> {
    this.#settled ??= this.#conclude(record);
    return this.#settled;
  }

  async #conclude(record: () => Promise<Task | null>): Promise<void> {
    this.#saving.stop();
    await this.#saves; // a write under way must not come after the outcome
    try {
      const task = (await record()) ?? (await this.#elsewhere());
      if (task) {
        this.task = task;
        this.#tell();
      }
    } catch (error) {
      this.#complain(error, "The outcome of a task could not be recorded.");
    } finally {
      clearInterval(this.#heartbeat);
      this.#telling.stop();
      await this.#notices.return?.();
    }
  }

  async #finish(outcome: Outcome): Promise<Task | null> {
    const { queue } = this.place;
    try {
      return await queue.finish(this.task.id, this.owner, outcome);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "entity_too_large") throw error;
      return queue.finish(this.task.id, this.owner, { status: "FAILED", error: this.#explain(error) });
    }
  }

  /** An interrupted job that must not run twice ends here, as it would if the process had died. */
  #giveBack(): Promise<Task | null> {
    const { id, onWorkerLoss } = this.task;
    return onWorkerLoss === "report"
      ? this.place.queue.finish(id, this.owner, { status: "FAILED", error: WORKER_LOST })
      : this.place.queue.release(id, this.owner);
  }

  /** What became of a task that is no longer ours, unless it was told already: other processes tell their own readers alone. */
  async #elsewhere(): Promise<Task | null> {
    return this.task.status === "CANCELLED" ? null : this.place.queue.get(this.task.id);
  }

  #tell(): void {
    announce(this.place.bus, this.task).catch((error: unknown) =>
      this.#complain(error, "A task could not be announced."),
    );
  }

  #explain(thrown: unknown): { code: ApiError["code"]; message: string; status: number } {
    if (!(thrown instanceof ApiError)) this.#complain(thrown, "A task failed unexpectedly.");
    const { code, message, status } = toApiError(thrown);
    return { code, message, status };
  }

  #complain(error: unknown, message: string): void {
    this.place.log?.error({ err: error, task: this.task.id, operation: this.task.operation }, message);
  }
}
