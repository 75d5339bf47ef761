import type { ErrorCode } from "../errors.js";

/**
 * Work that goes on after the answer. A port with an embedded driver (`embedded/`) and later Redis; both pass
 * `test/conformance/queue.ts`. At least once run, at most one completion recorded, ten minutes of result by the clock.
 */
export interface TaskQueue {
  add(task: NewTask): Promise<Task>;
  /** As of now: whose ten minutes are over is `UNKNOWN`, whether or not anybody swept. Null: never seen, or swept. */
  get(id: string): Promise<Task | null>;
  /** Of these accounts, newest first. */
  list(accounts: readonly number[], limit: number): Promise<Task[]>;
  /** The oldest task that waits, or whose worker is lost; null when there is none. Its `attempt` is one higher. */
  claim(worker: string, leaseSeconds: number): Promise<Task | null>;
  /**
   * One write that tells progress, keeps the checkpoint and renews the lease. False: the task is no longer this worker's
   * (cancelled, or taken over), so it must stop.
   */
  progress(id: string, worker: string, leaseSeconds: number, progress: Progress): Promise<boolean>;
  /** Records the outcome once; false when the task was no longer this worker's. */
  finish(id: string, worker: string, outcome: Outcome): Promise<boolean>;
  /** Gives back what was claimed, so another worker takes it at once (shutdown). */
  release(id: string, worker: string): Promise<void>;
  /** A waiting or running task ends as `CANCELLED`; one that has ended stays as it is. */
  cancel(id: string): Promise<Task | null>;
  /** Every running and waiting task of an account, when it is disconnected. */
  cancelAccount(account: number): Promise<void>;
  /** Deletes what ended longer ago than an hour. */
  sweep(): Promise<number>;
  /** Calls back soon after a task was added or freed. */
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
  /** 1 for the first worker, and so on; after 3 lost workers the task has FAILED as poisoned. */
  attempt: number;
  progress: { done: number; total: number | null } | null;
  checkpoint: Record<string, unknown> | null;
  result: TaskResult | null;
  error: { code: ErrorCode; message: string; status: number } | null;
  created: string;
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

export interface Progress {
  done: number;
  /** In the unit of `done`; null where it cannot be told. */
  total: number | null;
  /** Kept for the next attempt. Absent: the last one stands. */
  checkpoint?: Record<string, unknown>;
}

export type Outcome =
  | { status: "SUCCEEDED"; result: TaskResult | null }
  | { status: "FAILED"; error: NonNullable<Task["error"]> };

export const RESULT_SECONDS = 600;
export const MAXIMUM_ATTEMPTS = 3;
