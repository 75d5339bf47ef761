import type { RedirectUri, RedirectUris } from "../store.js";
import { type Rows, timeOf } from "./row.js";

export const redirectUris = ({ database, now }: Rows): RedirectUris => ({
  async create({ application, uri }) {
    const row = await database
      .insertInto("redirect_uris")
      .values({ application, uri, created: timeOf(now()) })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { ...row };
  },
  async list(application) {
    const rows = await database
      .selectFrom("redirect_uris")
      .selectAll()
      .where("application", "=", application)
      .orderBy("id")
      .execute();
    return rows.map((row): RedirectUri => ({ ...row }));
  },
  async delete(application, id) {
    const { numDeletedRows } = await database
      .deleteFrom("redirect_uris")
      .where("application", "=", application)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
