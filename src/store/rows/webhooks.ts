import type { Selectable } from "kysely";
import type { Webhook, Webhooks } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf } from "./row.js";

export const webhooks = ({ database, now }: Rows): Webhooks => ({
  create: ({ application, url }, seal) =>
    database.transaction().execute(async (transaction) => {
      const created = timeOf(now());
      const { id } = await transaction
        .insertInto("webhooks")
        .values({ application, url, active: 1, sealed: "", failures: 0, created, modified: created })
        .returning("id")
        .executeTakeFirstOrThrow();
      const row = await transaction
        .updateTable("webhooks")
        .set({ sealed: seal(id) })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return toWebhook(row);
    }),
  async get(id) {
    const row = await database.selectFrom("webhooks").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? toWebhook(row) : null;
  },
  async list(application) {
    const rows = await database
      .selectFrom("webhooks")
      .selectAll()
      .where("application", "=", application)
      .orderBy("id")
      .execute();
    return rows.map(toWebhook);
  },
  async reseal(id, sealed) {
    const row = await database
      .updateTable("webhooks")
      .set({ sealed, modified: timeOf(now()) })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirst();
    return row ? toWebhook(row) : null;
  },
  enable: (id) =>
    database.transaction().execute(async (transaction) => {
      const time = timeOf(now());
      const row = await transaction
        .updateTable("webhooks")
        .set({
          active: 1,
          failures: 0,
          failing_since: null,
          paused_until: null,
          disabled_reason: null,
          modified: time,
        })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (!row) return null;
      await transaction
        .updateTable("deliveries")
        .set({ attempts: 0, next_attempt: time })
        .where("webhook", "=", id)
        .execute();
      return toWebhook(row);
    }),
  async delete(application, id) {
    const { numDeletedRows } = await database
      .deleteFrom("webhooks")
      .where("application", "=", application)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
  async followed({ after, limit }) {
    const rows = await database
      .selectFrom("accounts")
      .select(["id", "application"])
      .where("id", ">", after)
      .where("enabled", "=", 1)
      .where("active", "=", 1)
      .where("application", "in", (inner) =>
        inner
          .selectFrom("webhooks")
          .innerJoin("applications", "applications.id", "webhooks.application")
          .select("application")
          .where("webhooks.active", "=", 1)
          .where("applications.active", "=", 1)
          .where("events_enabled", "=", 1),
      )
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row }));
  },
});

const toWebhook = ({
  active,
  failing_since,
  paused_until,
  disabled_reason,
  ...row
}: Selectable<Tables["webhooks"]>): Webhook => ({
  ...row,
  active: active === 1,
  failingSince: failing_since,
  pausedUntil: paused_until,
  disabledReason: disabled_reason,
});
