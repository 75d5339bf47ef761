import { type Selectable, sql, type Transaction } from "kysely";
import type { Deliveries, Delivery } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf } from "./row.js";

export const deliveries = ({ database, now }: Rows): Deliveries => ({
  async due({ except, limit }) {
    const all = sendable(database, timeOf(now()));
    const rows = await (except.length > 0 ? all.where("deliveries.webhook", "not in", [...except]) : all)
      .select("deliveries.webhook")
      .groupBy("deliveries.webhook")
      .orderBy((row) => row.fn.min("next_attempt"))
      .limit(limit)
      .execute();
    return rows.map(({ webhook }) => webhook);
  },

  claim: (webhook, { owner, seconds, limit, probeAfter }) =>
    database.transaction().execute(async (transaction) => {
      const [time, until] = [timeOf(now()), timeOf(now() + seconds * 1000)];
      const probe = await transaction
        .updateTable("webhooks")
        .set({ paused_until: until })
        .where("id", "=", webhook)
        .where("failures", ">=", probeAfter)
        .where(({ eb, or }) => or([eb("paused_until", "is", null), eb("paused_until", "<=", time)]))
        .executeTakeFirst();
      const isProbe = probe.numUpdatedRows > 0n;
      const claimed = await (isProbe ? unleased(transaction, time) : sendable(transaction, time))
        .select("account")
        .where("deliveries.webhook", "=", webhook)
        .orderBy("next_attempt")
        .orderBy("account")
        .limit(isProbe ? 1 : limit)
        .execute();
      if (claimed.length === 0) return [];
      const rows = await transaction
        .updateTable("deliveries")
        .set({ lease_owner: owner, lease_until: until })
        .where("webhook", "=", webhook)
        .where(
          "account",
          "in",
          claimed.map(({ account }) => account),
        )
        .returningAll()
        .execute();
      return rows.map(toDelivery);
    }),

  delivered: ({ webhook, account, newest }, owner, recovered) =>
    database.transaction().execute(async (transaction) => {
      const time = timeOf(now());
      const told = await held(transaction, webhook, account, owner);
      if (!told) return false;
      if (told.newest === newest)
        await transaction
          .deleteFrom("deliveries")
          .where("webhook", "=", webhook)
          .where("account", "=", account)
          .execute();
      else
        await transaction
          .updateTable("deliveries")
          .set({ attempts: 0, created: time, next_attempt: time, ...NO_LEASE })
          .where("webhook", "=", webhook)
          .where("account", "=", account)
          .execute();
      await transaction
        .updateTable("webhooks")
        .set({ failures: 0, failing_since: null, paused_until: null })
        .where("id", "=", webhook)
        .where("failures", ">", 0)
        .execute();
      if (recovered)
        await transaction
          .updateTable("deliveries")
          .set({ next_attempt: time })
          .where("webhook", "=", webhook)
          .where("next_attempt", ">", time)
          .execute();
      return true;
    }),

  failed: ({ webhook, account }, owner, { status, retryAfter, pause, disable }) =>
    database.transaction().execute(async (transaction) => {
      const time = timeOf(now());
      if (!(await held(transaction, webhook, account, owner))) return false;
      await transaction
        .updateTable("deliveries")
        .set({
          attempts: sql`attempts + 1`,
          last_status: status,
          next_attempt: retryAfter === null ? null : timeOf(now() + retryAfter * 1000),
          ...NO_LEASE,
        })
        .where("webhook", "=", webhook)
        .where("account", "=", account)
        .execute();
      await transaction
        .updateTable("webhooks")
        .set({
          failures: sql`failures + 1`,
          failing_since: sql`coalesce(failing_since, ${time})`,
          // One that began before the others failed must not end their pause.
          ...(pause > 0 ? { paused_until: timeOf(now() + pause * 1000) } : {}),
          ...(disable === null ? {} : { active: 0, disabled_reason: disable }),
        })
        .where("id", "=", webhook)
        .execute();
      if (disable !== null)
        await transaction
          .updateTable("deliveries")
          .set({ next_attempt: null })
          .where("webhook", "=", webhook)
          .execute();
      return true;
    }),

  async list(webhook, { after, limit }) {
    const rows = await database
      .selectFrom("deliveries")
      .selectAll()
      .where("webhook", "=", webhook)
      .where("account", ">", after)
      .orderBy("account")
      .limit(limit)
      .execute();
    return rows.map(toDelivery);
  },

  async counts() {
    const { all, waiting } = await database
      .selectFrom("deliveries")
      .select(({ fn }) => [fn.countAll<number>().as("all"), fn.count<number>("next_attempt").as("waiting")])
      .executeTakeFirstOrThrow();
    return { waiting: Number(waiting), dead: Number(all) - Number(waiting) };
  },
});

/** Something happened in an account: within the transaction that says so, each webhook of its application is to be told. */
export const announce = async (
  transaction: Transaction<Tables>,
  account: number,
  newest: number,
  time: string,
): Promise<void> => {
  await transaction
    .insertInto("deliveries")
    .columns(["webhook", "account", "newest", "created", "attempts", "next_attempt"])
    .expression((row) =>
      row
        .selectFrom("webhooks")
        .innerJoin("accounts", "accounts.application", "webhooks.application")
        .innerJoin("applications", "applications.id", "accounts.application")
        .where("accounts.id", "=", account)
        .where("events_enabled", "=", 1)
        .select([
          "webhooks.id",
          "accounts.id as account",
          sql<number>`cast(${newest} as integer)`.as("newest"),
          sql<string>`cast(${time} as text)`.as("created"),
          sql<number>`0`.as("attempts"),
          sql<string | null>`case when webhooks.active = 1 then cast(${time} as text) end`.as("next_attempt"),
        ]),
    )
    .onConflict((row) =>
      row.columns(["webhook", "account"]).doUpdateSet({
        newest: sql`excluded.newest`,
        // A dead letter is tried anew, all its attempts before it.
        attempts: sql`case when deliveries.next_attempt is null then 0 else deliveries.attempts end`,
        next_attempt: sql`coalesce(deliveries.next_attempt, excluded.next_attempt)`,
      }),
    )
    .execute();
};

const NO_LEASE = { lease_owner: null, lease_until: null };

/** Due, and nobody's. */
const unleased = (database: Rows["database"], time: string) =>
  database
    .selectFrom("deliveries")
    .innerJoin("webhooks", "webhooks.id", "deliveries.webhook")
    .where("next_attempt", "<=", time)
    .where(({ eb, or }) => or([eb("lease_until", "is", null), eb("lease_until", "<=", time)]))
    .where("active", "=", 1);

/** The same, to webhooks that do not pause. */
const sendable = (database: Rows["database"], time: string) =>
  unleased(database, time).where(({ eb, or }) => or([eb("paused_until", "is", null), eb("paused_until", "<=", time)]));

const held = (transaction: Transaction<Tables>, webhook: number, account: number, owner: string) =>
  transaction
    .selectFrom("deliveries")
    .select("newest")
    .where("webhook", "=", webhook)
    .where("account", "=", account)
    .where("lease_owner", "=", owner)
    .executeTakeFirst();

const toDelivery = ({
  next_attempt,
  last_status,
  lease_owner: _,
  lease_until: __,
  ...row
}: Selectable<Tables["deliveries"]>): Delivery => ({ ...row, nextAttempt: next_attempt, lastStatus: last_status });
