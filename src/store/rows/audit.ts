import type { Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import { AUDIT_DROPPED, type AuditEntry, type AuditLink, type AuditLog, type AuditRow } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf } from "./row.js";

export const audit = ({ database, now }: Rows): AuditLog => ({
  append: (entry, link) =>
    database.transaction().execute((transaction) => append(transaction, entry, link, timeOf(now()))),

  async read({ after, limit }) {
    const rows = await database
      .selectFrom("audit")
      .selectAll()
      .where("number", ">", after)
      .orderBy("number")
      .limit(limit)
      .execute();
    return rows.map(toRow);
  },

  async newest(application, limit) {
    const rows = await database
      .selectFrom("audit")
      .selectAll()
      .where("application", "=", application)
      .orderBy("number", "desc")
      .limit(limit)
      .execute();
    return rows.map(toRow);
  },

  async bounds() {
    const { last } = await database
      .selectFrom("counters")
      .select("last")
      .where("name", "=", "audit")
      .executeTakeFirstOrThrow();
    const dropped = await database
      .selectFrom("audit")
      .selectAll()
      .where("action", "=", AUDIT_DROPPED)
      .orderBy("number", "desc")
      .limit(1)
      .executeTakeFirst();
    return { last, dropped: dropped ? toRow(dropped) : null };
  },

  sweep: ({ keep, batch }, link) =>
    database.transaction().execute(async (transaction) => {
      const ends = await transaction
        .selectFrom("audit")
        .select(({ fn }) => [fn.min("number").as("first"), fn.max("number").as("last")])
        .executeTakeFirst();
      if (!ends?.first || ends.last - ends.first + 1 < keep + batch) return false;
      const through = await transaction
        .selectFrom("audit")
        .select(["number", "hash"])
        .where("number", "=", ends.first + batch - 1)
        .executeTakeFirstOrThrow();
      await append(
        transaction,
        {
          application: "",
          actor: "internal",
          action: AUDIT_DROPPED,
          subject: "audit",
          details: { through: through.number, hash: through.hash },
        },
        link,
        timeOf(now()),
      );
      await transaction.deleteFrom("audit").where("number", "<=", through.number).execute();
      return true;
    }),
});

/** The counter's row is locked first, so that writers of all processes come one after the other: each sees the row before its own. */
const append = async (
  transaction: Transaction<Tables>,
  entry: AuditEntry,
  link: AuditLink,
  time: string,
): Promise<AuditRow> => {
  const { last } = await transaction
    .updateTable("counters")
    .set({ last: sql`last + 1` })
    .where("name", "=", "audit")
    .returning("last")
    .executeTakeFirstOrThrow();
  const before = await transaction
    .selectFrom("audit")
    .select("hash")
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  const row = { ...entry, number: last, time };
  const hash = link(before?.hash ?? "", row);
  await transaction
    .insertInto("audit")
    .values({ ...row, details: JSON.stringify(entry.details), hash })
    .execute();
  return { ...row, hash };
};

const toRow = (row: Selectable<Tables["audit"]>): AuditRow => ({
  ...row,
  details: JSON.parse(row.details) as AuditRow["details"],
});
