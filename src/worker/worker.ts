import { randomUUID } from "node:crypto";
import { ApiError } from "../errors.js";
import { announce } from "../tasks/announce.js";
import type { EventBus } from "../tasks/bus.js";
import { MAXIMUM_LOST, type Task, type TaskQueue } from "../tasks/queue.js";
import { type Job, type Log, Running } from "./running.js";
import { within } from "./within.js";

export type { Job, Log } from "./running.js";

export interface WorkerOptions {
  queue: TaskQueue;
  bus: EventBus;
  /** By operation. */
  jobs: ReadonlyMap<string, Job>;
  /** Tasks at a time. */
  concurrency?: number;
  /** After so many seconds without a sign of life others take the task. */
  leaseSeconds?: number;
  log?: Log;
}

export interface Worker {
  /** Claims no more, waits for what runs as long as the grace lasts, then gives the rest back to others. */
  stop(graceMilliseconds: number): Promise<void>;
}

/** Milliseconds between two sweeps of what ended long ago. */
const SWEEP = 60_000;

/** Runs the queue's tasks in this process, and tells each change of them on the bus. */
export const startWorker = (options: WorkerOptions): Worker => new TaskWorker(options);

class TaskWorker implements Worker {
  readonly #name = randomUUID();
  readonly #running = new Set<Running>();
  readonly #deaf: () => void;
  readonly #sweeping: NodeJS.Timeout;
  #claims = 0;
  #filling: Promise<void> | undefined;
  #again = false;
  /** A task on its last chance runs here, and nothing beside it. */
  #alone = false;
  #stopped: Promise<void> | undefined;

  constructor(readonly options: WorkerOptions) {
    this.#deaf = options.queue.onWork(() => this.#wake());
    this.#sweeping = setInterval(() => {
      options.queue.sweep().catch((error: unknown) => this.#complain(error, "Old tasks could not be swept."));
    }, SWEEP).unref();
    this.#wake();
  }

  stop(graceMilliseconds: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMilliseconds);
    return this.#stopped;
  }

  async #stop(graceMilliseconds: number): Promise<void> {
    this.#deaf();
    clearInterval(this.#sweeping);
    await this.#filling;
    await within(graceMilliseconds, Promise.all([...this.#running].map(({ ended }) => ended)));
    await Promise.all([...this.#running].map((running) => running.abandon()));
  }

  /** One filling at a time; a wake in between makes another one follow. */
  #wake(): void {
    this.#again = true;
    this.#filling ??= this.#fillAgain().finally(() => {
      this.#filling = undefined;
      if (this.#again && !this.#stopped) this.#wake(); // woken after the last look
    });
  }

  async #fillAgain(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      // The queue wakes us again within its poll, so a failure here only waits for that.
      await this.#fill().catch((error: unknown) => this.#complain(error, "No task could be claimed."));
    }
  }

  async #fill(): Promise<void> {
    const { queue, bus, concurrency = 4, leaseSeconds = 30 } = this.options;
    await Promise.all([...this.#running].map((running) => running.keep()));
    for (const task of await queue.failLost()) await announce(bus, task);
    while (!this.#stopped && !this.#alone && this.#running.size < concurrency) {
      this.#claims += 1;
      const owner = `${this.#name}:${this.#claims}`;
      const task = await queue.claim(owner, leaseSeconds);
      if (!task) return;
      if (this.#stopped) await queue.release(task.id, owner);
      else this.#begin(task, owner, leaseSeconds);
    }
  }

  /**
   * A process that dies takes down all it runs. What has lost all workers but one runs alone, so that a poisoned task takes no
   * innocent one with it.
   */
  #begin(task: Task, owner: string, leaseSeconds: number): void {
    const { queue, bus, log, jobs } = this.options;
    const alone = task.lost >= MAXIMUM_LOST - 1;
    const job = jobs.get(task.operation) ?? unknown;
    const others = Promise.all([...this.#running].map(({ ended }) => ended));
    const running = new Running({ queue, bus, log, leaseSeconds }, task, owner, alone ? after(others, job) : job);
    this.#alone = alone;
    this.#running.add(running);
    running.ended.finally(() => {
      this.#running.delete(running);
      if (alone) this.#alone = false;
      this.#wake();
    });
  }

  #complain(error: unknown, message: string): void {
    this.options.log?.error({ err: error }, message);
  }
}

const unknown: Job = async ({ operation }) => {
  throw new ApiError("not_implemented", `This server has no background operation ${operation}.`);
};

const after =
  (others: Promise<unknown>, job: Job): Job =>
  async (task, control) => {
    await others;
    control.signal.throwIfAborted();
    return job(task, control);
  };
