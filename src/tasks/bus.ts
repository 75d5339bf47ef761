/**
 * News between processes and within one. A port with an embedded driver (`embedded/`) and later Redis Streams; both pass
 * `test/conformance/bus.ts`. Every topic keeps a bounded past, so that a reader resumes after a cursor.
 */
export interface EventBus {
  /** `data` is JSON, and nobody changes it afterwards. */
  publish(topic: string, data: unknown): Promise<void>;
  /**
   * From now on, or from after the cursor. The queue of a slow reader is bounded: with `coalesce` it holds the newest event
   * alone, else the reader is let go once it is full, and ends with `Overrun` after what waits has been read.
   */
  subscribe(topic: string, options?: SubscribeOptions): AsyncIterableIterator<BusEvent>;
  /** Readers of a topic in this process. */
  listeners(topic: string): number;
  close(): Promise<void>;
}

export interface SubscribeOptions {
  /** The cursor of the last event seen. One that is no longer kept ends the reader with `Overrun`. */
  after?: string;
  /** Only the newest matters (progress). */
  coalesce?: boolean;
  /** Ends the reader. */
  signal?: AbortSignal;
}

export interface BusEvent {
  cursor: string;
  data: unknown;
}

/** Events waiting for one reader at most. */
export const QUEUE = 128;
/** Events of a topic's past at most. */
export const PAST = 1000;

/** A reader was too slow, or its cursor too old: it has to look for itself and subscribe again. */
export class Overrun extends Error {
  override readonly name = "Overrun";
}

export const topics = {
  task: (id: string) => `task:${id}`,
  tasks: (account: number) => `tasks:${account}`,
  /** Something happened there and is in the store, or the account itself has changed: look. */
  changes: (account: number) => `changes:${account}`,
  /** Something may have happened there: the service is to be asked. */
  stirs: (account: number) => `stirs:${account}`,
} as const;
