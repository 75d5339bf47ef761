/** Somebody did something that must not be forgotten. */
export interface AuditEntry {
  application: string;
  /** Names the caller without telling a secret. */
  actor: string;
  /** `account.connected` … */
  action: string;
  /** What it was done to: `account 3`. */
  subject: string;
  /** Without secrets. */
  details: Readonly<Record<string, string | number | boolean | null>>;
}
export interface AuditRow extends AuditEntry {
  /** From 1, without a gap, in the order in which they were committed. */
  number: number;
  time: string;
  /** Of the hash before and all of this row. */
  hash: string;
}
/** The hash of a row, given that of the row before. */
export type AuditLink = (previous: string, row: Omit<AuditRow, "hash">) => string;
/** The entry that stands for dropped rows: `details` say up to which number, and the hash of that row. */
export const AUDIT_DROPPED = "audit.dropped";

/** Rows are added, never changed; the oldest are dropped only by `sweep`. */
export interface AuditLog {
  append(entry: AuditEntry, link: AuditLink): Promise<AuditRow>;
  /** By number, after the given one. */
  read(page: { after: number; limit: number }): Promise<AuditRow[]>;
  /** Newest first. */
  newest(application: string, limit: number): Promise<AuditRow[]>;
  /** How many rows there have ever been, and the newest entry that stands for dropped ones. */
  bounds(): Promise<{ last: number; dropped: AuditRow | null }>;
  /** Drops the oldest `batch` once there are as many more than `keep`, and says so in an entry. True when it did. */
  sweep(rows: { keep: number; batch: number }, link: AuditLink): Promise<boolean>;
}
