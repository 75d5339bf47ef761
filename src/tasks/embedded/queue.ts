import { randomUUID } from "node:crypto";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { ApiError } from "../../errors.js";
import { isBusy, toStoreError } from "../../store/sqliteError.js";
import {
  MAXIMUM_BYTES,
  type NewTask,
  OPEN_TASKS,
  type Outcome,
  POISONED,
  type Progress,
  type Task,
  type TaskQueue,
  WORKER_LOST,
} from "../queue.js";
import { sqlOfTasks } from "./sql.js";
import { migrateTasks, type Row, toTask } from "./table.js";

/** Milliseconds between two looks for what other processes added or left behind. */
const POLL = 1_000;
/** Milliseconds that a statement waits for another writer; then it fails as `service_not_available`. */
const PATIENCE = 5_000;

export interface EmbeddedQueueOptions {
  /**
   * A connection for the queue alone, which `close()` closes: on one shared with the store a task could be recorded within
   * somebody else's transaction, and vanish with it.
   */
  database: DatabaseSync;
  /** Milliseconds since 1970. Absent: the database's clock. */
  now?: () => number;
}

/** Tasks in SQLite. Several processes may work on one file; each hears of its own at once, of the others' within a second. */
export const openEmbeddedQueue = ({ database, now }: EmbeddedQueueOptions): TaskQueue => {
  migrateTasks(database);
  // From here on we wait without blocking: the writer waited for may be a transaction in this very process.
  database.exec("pragma busy_timeout = 0");
  return new EmbeddedQueue(database, now);
};

type Values = Record<string, SQLInputValue>;

class EmbeddedQueue implements TaskQueue {
  readonly #sql: Record<keyof typeof sqlOfTasks, StatementSync>;
  readonly #wakers = new Set<() => void>();
  #poll: NodeJS.Timeout | undefined;
  #waking: NodeJS.Immediate | undefined;

  constructor(
    readonly database: DatabaseSync,
    readonly now: (() => number) | undefined,
  ) {
    const prepared = Object.entries(sqlOfTasks).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#sql = Object.fromEntries(prepared) as Record<keyof typeof sqlOfTasks, StatementSync>;
  }

  async add({ application, account, user, operation, input, onWorkerLoss }: NewTask): Promise<Task> {
    const task = await this.#one("add", {
      id: randomUUID(),
      application,
      account,
      user,
      operation,
      input: toJson(input, "input"),
      onWorkerLoss,
    });
    if (!task)
      throw new ApiError("too_many_requests", `The account has ${OPEN_TASKS} unfinished tasks; wait for some of them.`);
    this.#wakeSoon();
    return task;
  }

  get(id: string): Promise<Task | null> {
    return this.#one("get", { id });
  }

  list(accounts: readonly number[], limit: number): Promise<Task[]> {
    return this.#all("list", { accounts: JSON.stringify(accounts), limit });
  }

  claim(worker: string, leaseSeconds: number): Promise<Task | null> {
    return this.#one("claim", { worker, lease: milliseconds(leaseSeconds) });
  }

  failLost(): Promise<Task[]> {
    return this.#all("failLost", { report: JSON.stringify(WORKER_LOST), poisoned: JSON.stringify(POISONED) });
  }

  async progress(id: string, worker: string, leaseSeconds: number, progress: Progress | null): Promise<Task | null> {
    const { checkpoint, ...told } = progress ?? {};
    return this.#one("progress", {
      id,
      worker,
      lease: milliseconds(leaseSeconds),
      progress: progress && JSON.stringify(told),
      checkpoint: checkpoint ? toJson(checkpoint, "checkpoint") : null,
    });
  }

  async finish(id: string, worker: string, outcome: Outcome): Promise<Task | null> {
    const { status } = outcome;
    const result = status === "SUCCEEDED" && outcome.result ? toJson(outcome.result, "result") : null;
    const error = status === "FAILED" ? JSON.stringify(outcome.error) : null;
    return this.#one("finish", { id, worker, status, result, error });
  }

  async release(id: string, worker: string): Promise<Task | null> {
    const task = await this.#one("release", { id, worker });
    if (task) this.#wakeSoon();
    return task;
  }

  async cancel(id: string): Promise<Task | null> {
    return (await this.#one("cancel", { id })) ?? this.get(id);
  }

  cancelAccount(account: number): Promise<Task[]> {
    return this.#all("cancelAccount", { account });
  }

  async sweep(): Promise<number> {
    return (await this.#run("sweep", {})).length;
  }

  onWork(wake: () => void): () => void {
    const waker = () => wake();
    this.#wakers.add(waker);
    this.#poll ??= setInterval(() => void this.#look(), POLL);
    return () => {
      this.#wakers.delete(waker);
      if (this.#wakers.size === 0) this.#stopPolling();
    };
  }

  async close(): Promise<void> {
    this.#wakers.clear();
    this.#stopPolling();
    clearImmediate(this.#waking);
    if (this.database.isOpen) this.database.close();
  }

  /** A look that fails is made again by the next one; whoever claims meets the failure itself. */
  async #look(): Promise<void> {
    const found = await this.#run("waiting", {}).catch(() => []);
    if (found.length > 0) this.#wakeSoon();
  }

  /** After the caller has seen its answer, so that it can tell "waiting" before a worker tells "started". */
  #wakeSoon(): void {
    this.#waking ??= setImmediate(() => {
      this.#waking = undefined;
      for (const wake of this.#wakers) wake();
    });
  }

  #stopPolling(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  async #one(name: keyof typeof sqlOfTasks, values: Values): Promise<Task | null> {
    const [task] = await this.#all(name, values);
    return task ?? null;
  }

  async #all(name: keyof typeof sqlOfTasks, values: Values): Promise<Task[]> {
    return ((await this.#run(name, values)) as unknown as Row[]).map(toTask);
  }

  async #run(name: keyof typeof sqlOfTasks, values: Values): Promise<Record<string, unknown>[]> {
    for (const until = performance.now() + PATIENCE; ; ) {
      try {
        return this.#sql[name].all({ now: this.now?.() ?? null, ...values });
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw toStoreError(error);
        await wait(1 + Math.random() * 9);
      }
    }
  }
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

const toJson = (value: object, what: string): string => {
  const json = JSON.stringify(value);
  if (Buffer.byteLength(json) > MAXIMUM_BYTES)
    throw new ApiError("entity_too_large", `The ${what} of a task is limited to ${MAXIMUM_BYTES} bytes.`);
  return json;
};
