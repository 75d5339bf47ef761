import type { Selectable } from "kysely";
import type { Key, Keys, Right } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf, toTime } from "./row.js";

export const keys = ({ database, now }: Rows): Keys => ({
  async create({ application, name, hash, prefix, sealed, rights, expires }) {
    const row = await database
      .insertInto("keys")
      .values({
        application,
        name,
        hash,
        prefix,
        sealed,
        rights: JSON.stringify(rights),
        created: timeOf(now()),
        expires: toTime(expires),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toKey(row);
  },
  async byHash(hash) {
    const row = await database.selectFrom("keys").selectAll().where("hash", "=", hash).executeTakeFirst();
    return row ? toKey(row) : null;
  },
  async list(application) {
    const rows = await database
      .selectFrom("keys")
      .selectAll()
      .where("application", "=", application)
      .orderBy("id")
      .execute();
    return rows.map(toKey);
  },
  async delete(application, id) {
    const { numDeletedRows } = await database
      .deleteFrom("keys")
      .where("application", "=", application)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

const toKey = (row: Selectable<Tables["keys"]>): Key => ({ ...row, rights: JSON.parse(row.rights) as Right[] });
