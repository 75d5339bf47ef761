import { type Selectable, sql, type Transaction } from "kysely";
import type { Upload, Uploads } from "../store.js";
import type { Tables } from "../tables.js";
import { given, type Rows, timeOf, toFlag } from "./row.js";

export const uploads = ({ database, now }: Rows): Uploads => ({
  create: ({ id, account, user, parent, name, size, mimeType, overwrite, expires, counted = false }) =>
    database.transaction().execute(async (transaction) => {
      const row = await transaction
        .insertInto("uploads")
        .values({
          id,
          account,
          user,
          parent,
          name,
          size,
          mime_type: mimeType,
          overwrite: toFlag(overwrite),
          received: 0,
          receipts: "[]",
          created: timeOf(now()),
          expires: timeOf(Date.parse(expires)),
          number: counted ? await nextNumber(transaction) : null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toUpload(row);
    }),
  async get(id) {
    const row = await database.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? toUpload(row) : null;
  },
  async byNumber(number) {
    const row = await database.selectFrom("uploads").selectAll().where("number", "=", number).executeTakeFirst();
    return row ? toUpload(row) : null;
  },
  async putPart(id, { number, length, receipt }) {
    await database
      .insertInto("parts")
      .values({ upload: id, number, length, receipt })
      .onConflict((row) => row.columns(["upload", "number"]).doUpdateSet({ length, receipt }))
      .execute();
  },
  async parts(id) {
    const rows = await database
      .selectFrom("parts")
      .select(["number", "length", "receipt"])
      .where("upload", "=", id)
      .orderBy("number")
      .execute();
    return rows.map((row) => ({ ...row }));
  },
  async update(id, { received, session, receipts, file }) {
    const changed = given({
      received,
      session: session && JSON.stringify(session),
      receipts: receipts && JSON.stringify(receipts),
      file,
    });
    if (Object.keys(changed).length === 0) return;
    await database.updateTable("uploads").set(changed).where("id", "=", id).execute();
  },
  async delete(id) {
    const { numDeletedRows } = await database.deleteFrom("uploads").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
  async into(account, parent, limit) {
    const rows = await database
      .selectFrom("uploads")
      .selectAll()
      .where("account", "=", account)
      .where("parent", "=", parent)
      .where("expires", ">", timeOf(now()))
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toUpload);
  },
  async expired(limit) {
    const rows = await database
      .selectFrom("uploads")
      .selectAll()
      .where("expires", "<=", timeOf(now()))
      .orderBy("expires")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toUpload);
  },
});

const nextNumber = async (transaction: Transaction<Tables>): Promise<number> => {
  const { last } = await transaction
    .updateTable("counters")
    .set({ last: sql`last + 1` })
    .where("name", "=", "uploads")
    .returning("last")
    .executeTakeFirstOrThrow();
  return last;
};

const toUpload = ({ mime_type, ...row }: Selectable<Tables["uploads"]>): Upload => ({
  ...row,
  mimeType: mime_type,
  overwrite: row.overwrite === 1,
  session: row.session === null ? null : (JSON.parse(row.session) as Upload["session"]),
  receipts: JSON.parse(row.receipts) as Upload["receipts"],
});
