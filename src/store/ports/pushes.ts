/** Ids of what services have pushed to us. */
export interface Pushes {
  /** True the first time. */
  take(service: string, id: string): Promise<boolean>;
  /** Forgets those of more than `PUSHES_KEPT_FOR` ago, so many at most. True when there may be more of them. */
  sweep(limit: number): Promise<boolean>;
}
/** Milliseconds. */
export const PUSHES_KEPT_FOR = 24 * 3_600_000;
