import type { Selectable } from "kysely";
import type { Upload, Uploads } from "../store.js";
import type { Tables } from "../tables.js";
import { given, type Rows, timeOf, toFlag } from "./row.js";

export const uploads = ({ database, now }: Rows): Uploads => ({
  async create({ id, account, user, parent, name, size, mimeType, overwrite, expires }) {
    const row = await database
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
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toUpload(row);
  },
  async get(id) {
    const row = await database.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? toUpload(row) : null;
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

const toUpload = ({ mime_type, ...row }: Selectable<Tables["uploads"]>): Upload => ({
  ...row,
  mimeType: mime_type,
  overwrite: row.overwrite === 1,
  session: row.session === null ? null : (JSON.parse(row.session) as Upload["session"]),
  receipts: JSON.parse(row.receipts) as Upload["receipts"],
});
