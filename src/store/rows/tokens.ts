import type { Token, Tokens } from "../store.js";
import { aligned, type Rows, timeOf, toTime } from "./row.js";

export const tokens = ({ database, now }: Rows): Tokens => ({
  async create({ hash, account, expires }) {
    await database
      .insertInto("tokens")
      .values({ hash, account, created: timeOf(now()), expires: toTime(expires) })
      .execute();
  },
  async byHashes(hashes) {
    if (hashes.length === 0) return [];
    const rows = await database
      .selectFrom("tokens")
      .selectAll()
      .where("hash", "in", [...new Set(hashes)])
      .execute();
    return aligned(
      hashes,
      rows.map((row): Token => ({ ...row })),
      ({ hash }) => hash,
    );
  },
  async delete(hash) {
    const { numDeletedRows } = await database.deleteFrom("tokens").where("hash", "=", hash).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
