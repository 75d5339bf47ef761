import type { ErrorCode } from "../errors.js";

/**
 * Work that goes on after the answer. A port with an embedded driver (`embedded/`) and later Redis; both pass
 * `test/conformance/queue.ts`. At least once run, at most one completion recorded, ten minutes of result by the clock.
 */
export interface TaskQueue {
  /**
   * Throws `too_many_requests` while the account has `OPEN_TASKS` unfinished ones. Here and below, JSON of more than
   * `MAXIMUM_BYTES` is `entity_too_large`.
   */
  add(task: NewTask): Promise<Task>;
  /** As of now: whose ten minutes are over is `UNKNOWN`, whether or not anybody swept. Null: never seen, or swept. */
  get(id: string): Promise<Task | null>;
  /** Of these accounts, newest first, without those whose ten minutes are over. */
  list(accounts: readonly number[], limit: number): Promise<Task[]>;
  /**
   * The oldest task that waits, or whose worker is lost; null when there is none. Its `attempt` is one higher. `worker` names
   * this one claim, so that a worker that lost its lease cannot be mistaken for itself: never use a name twice.
   */
  claim(worker: string, leaseSeconds: number): Promise<Task | null>;
  /** Ends as FAILED what a lost worker leaves for good: what only reports, and what is poisoned. Each is told to one caller. */
  failLost(): Promise<Task[]>;
  /**
   * One write that tells progress, keeps the checkpoint and renews the lease; with null it only renews. Null: the task is no
   * longer this worker's (cancelled, or taken over), so it must stop.
   */
  progress(id: string, worker: string, leaseSeconds: number, progress: Progress | null): Promise<Task | null>;
  /** Records the outcome once; null when the task was no longer this worker's. */
  finish(id: string, worker: string, outcome: Outcome): Promise<Task | null>;
  /** Gives back what was claimed, so another worker takes it at once (shutdown). Null as in `finish`. */
  release(id: string, worker: string): Promise<Task | null>;
  /** A waiting or running task ends as `CANCELLED`; one that has ended stays as it is. */
  cancel(id: string): Promise<Task | null>;
  /** Every running and waiting task of an account, when it is disconnected; they are returned. */
  cancelAccount(account: number): Promise<Task[]>;
  /** Deletes what ended longer ago than an hour. */
  sweep(): Promise<number>;
  /** Calls back soon after a task was added or freed, or its worker was lost. */
  onWork(wake: () => void): () => void;
  close(): Promise<void>;
}

export type TaskStatus = "UNKNOWN" | "PENDING" | "STARTED" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** What a worker's death means: do it again, go on from the checkpoint, or tell the caller. */
export type OnWorkerLoss = "rerun" | "resume" | "report";

export interface NewTask {
  application: string;
  account: number;
  /** Acting as this user. */
  user: string | null;
  /** `storage.files.copy` */
  operation: string;
  input: Record<string, unknown>;
  onWorkerLoss: OnWorkerLoss;
}

export interface Task extends NewTask {
  id: string;
  status: TaskStatus;
  /** 1 for the first worker, and so on. */
  attempt: number;
  /** Workers that died over it; one that gave it back does not count. After `MAXIMUM_LOST` the task has FAILED as poisoned. */
  lost: number;
  progress: { done: number; total: number | null } | null;
  checkpoint: Record<string, unknown> | null;
  result: TaskResult | null;
  error: TaskError | null;
  created: string;
  /** The first worker's start; of what is done all over again (`rerun`), the last one's. */
  started: string | null;
  finished: string | null;
  /** When the result is forgotten: ten minutes after the end. */
  expires: string | null;
}

/** The object that came of it, by native id. */
export interface TaskResult {
  account: number;
  api: string;
  type: string;
  id: string;
}

export interface TaskError {
  code: ErrorCode;
  message: string;
  status: number;
}

export interface Progress {
  done: number;
  /** In the unit of `done`; null where it cannot be told. */
  total: number | null;
  /** Kept for the next attempt. Absent: the last one stands. */
  checkpoint?: Record<string, unknown>;
}

export type Outcome = { status: "SUCCEEDED"; result: TaskResult | null } | { status: "FAILED"; error: TaskError };

export const RESULT_SECONDS = 600;
/** How long an ended task is kept as `UNKNOWN`. */
export const SWEEP_SECONDS = 3600;
export const MAXIMUM_LOST = 3;
/** Unfinished tasks of one account. */
export const OPEN_TASKS = 1000;
/** Of a task's input, its checkpoint and its result, each as JSON. */
export const MAXIMUM_BYTES = 2 ** 20;

export const WORKER_LOST: TaskError = { code: "internal_error", message: "The worker was lost.", status: 500 };
export const POISONED: TaskError = {
  code: "internal_error",
  message: `The task was given up: ${MAXIMUM_LOST} workers were lost over it.`,
  status: 500,
};
