import type { Selectable } from "kysely";
import type { Subscription, Subscriptions } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf, toFlag } from "./row.js";

export const subscriptions = ({ database, now }: Rows): Subscriptions => ({
  async create({ account, active }) {
    const time = timeOf(now());
    const row = await database
      .insertInto("subscriptions")
      .values({ account, active: toFlag(active), created: time, modified: time })
      .onConflict((row) => row.column("account").doNothing())
      .returningAll()
      .executeTakeFirst();
    return row ? toSubscription(row) : null;
  },
  async of(account) {
    const row = await database
      .selectFrom("subscriptions")
      .selectAll()
      .where("account", "=", account)
      .executeTakeFirst();
    return row ? toSubscription(row) : null;
  },
  async update(account, { active }) {
    const row = await database
      .updateTable("subscriptions")
      .set({ active: toFlag(active), modified: timeOf(now()) })
      .where("account", "=", account)
      .returningAll()
      .executeTakeFirst();
    return row ? toSubscription(row) : null;
  },
  async delete(account) {
    const { numDeletedRows } = await database
      .deleteFrom("subscriptions")
      .where("account", "=", account)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

const toSubscription = (row: Selectable<Tables["subscriptions"]>): Subscription => ({
  ...row,
  active: row.active === 1,
});
