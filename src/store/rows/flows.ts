import type { Flows } from "../store.js";
import { type Rows, timeOf } from "./row.js";

export const flows = ({ database, now }: Rows): Flows => ({
  create: ({ expires, ...flow }, kept) =>
    database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("flows").where("expires", "<=", timeOf(now())).execute();
      const tooOld = transaction
        .selectFrom("flows")
        .select("hash")
        .orderBy("expires", "desc")
        .orderBy("hash")
        .limit(100)
        .offset(kept - 1);
      await transaction.deleteFrom("flows").where("hash", "in", tooOld).execute();
      await transaction
        .insertInto("flows")
        .values({ ...flow, created: timeOf(now()), expires: timeOf(Date.parse(expires)) })
        .execute();
    }),
  async get(hash) {
    const row = await database
      .selectFrom("flows")
      .selectAll()
      .where("hash", "=", hash)
      .where("expires", ">", timeOf(now()))
      .executeTakeFirst();
    return row ? { ...row } : null;
  },
  async bind(hash, cookie) {
    const { numUpdatedRows } = await database
      .updateTable("flows")
      .set({ cookie })
      .where("hash", "=", hash)
      .where((row) => row.or([row("cookie", "is", null), row("cookie", "=", cookie)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  async take(hash) {
    const row = await database.deleteFrom("flows").where("hash", "=", hash).returningAll().executeTakeFirst();
    return row && row.expires > timeOf(now()) ? { ...row } : null;
  },
});
