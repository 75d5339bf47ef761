import type { TrustedDomain, TrustedDomains } from "../store.js";
import { type Rows, timeOf } from "./row.js";

export const trustedDomains = ({ database, now }: Rows): TrustedDomains => ({
  async create({ application, domain }) {
    const row = await database
      .insertInto("trusted_domains")
      .values({ application, domain, created: timeOf(now()) })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { ...row };
  },
  async list(application) {
    const rows = await database
      .selectFrom("trusted_domains")
      .selectAll()
      .where("application", "=", application)
      .orderBy("id")
      .execute();
    return rows.map((row): TrustedDomain => ({ ...row }));
  },
  async delete(application, id) {
    const { numDeletedRows } = await database
      .deleteFrom("trusted_domains")
      .where("application", "=", application)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});
