import type { AuditRow, Store } from "../store/store.js";
import { link } from "./auditLog.js";

export interface AuditCheck {
  /** Rows that were looked at. */
  rows: number;
  /** The newest row, as `number:hash`: kept elsewhere, it proves later that nothing before it was changed. Null: there is none. */
  head: string | null;
  /** The first thing that is wrong, in one sentence. */
  fault: string | null;
}

const BATCH = 1_000;

/**
 * Follows the chain from its beginning, or from what was dropped by rule, to the end: finds a row that was removed, changed, added
 * or moved. Who can write to the database can also forge a whole new chain; `head`, from an earlier check, finds that.
 */
export const checkAudit = async ({ audit }: Pick<Store, "audit">, head?: string): Promise<AuditCheck> => {
  const { last, dropped } = await audit.bounds();
  let { number, hash } = startOf(dropped);
  let rows = 0;
  let found = head === undefined || head === headOf({ number, hash });
  const broken = (fault: string): AuditCheck => ({ rows, head: rows > 0 ? headOf({ number, hash }) : null, fault });
  for (;;) {
    const batch = await audit.read({ after: number, limit: BATCH });
    for (const row of batch) {
      if (row.number > number + 1) return broken(`Row ${number + 1} is missing.`);
      if (link(hash, row) !== row.hash) return broken(`Row ${row.number} is not as it was written.`);
      ({ number, hash } = row);
      rows += 1;
      found ||= head === headOf(row);
    }
    if (batch.length < BATCH) break;
  }
  // Written meanwhile: more than was counted before is no fault.
  if (number < last) return broken(`Row ${number + 1} is missing.`);
  if (!found) return broken(`The row ${head} is not in the chain.`);
  return { rows, head: rows > 0 ? headOf({ number, hash }) : null, fault: null };
};

/** The row before the first that is kept. */
const startOf = (dropped: AuditRow | null): Pick<AuditRow, "number" | "hash"> =>
  dropped ? { number: Number(dropped.details.through), hash: String(dropped.details.hash) } : { number: 0, hash: "" };

const headOf = ({ number, hash }: Pick<AuditRow, "number" | "hash">): string => `${number}:${hash}`;
