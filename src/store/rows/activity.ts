import { type Selectable, sql, type Transaction } from "kysely";
import { ApiError } from "../../errors.js";
import { ACTIVITY_KEPT, ACTIVITY_KEPT_FOR, type Activities, type NewActivity, type StoredActivity } from "../store.js";
import type { Tables } from "../tables.js";
import { announce } from "./deliveries.js";
import { type Rows, timeOf } from "./row.js";

/** Rows of one insert: a statement has at most 32,766 parameters. */
const INSERTED = 1_000;
/** Numbers looked through in one read of several accounts, so that a few rows among millions block nobody for long. */
const WINDOW = 5_000;

export const activity = ({ database, now }: Rows): Activities => ({
  async feed(account) {
    const row = await database
      .selectFrom("feeds")
      .select(["version", "cursor"])
      .where("account", "=", account)
      .executeTakeFirst();
    return row ? { ...row } : { version: 0, cursor: null };
  },

  append: (account, version, cursor, happened) =>
    database.transaction().execute(async (transaction) => {
      const feed = await transaction.selectFrom("feeds").selectAll().where("account", "=", account).executeTakeFirst();
      if ((feed?.version ?? 0) !== version) return null;
      const { last } = await transaction
        .updateTable("counters")
        .set({ last: sql`last + ${happened.length}` })
        .where("name", "=", "activity")
        .returning("last")
        .executeTakeFirstOrThrow();
      const kept = happened.slice(-ACTIVITY_KEPT);
      const dropped = kept.length < happened.length ? last - kept.length : (feed?.dropped ?? 0);
      const values = { version: version + 1, cursor, kept: (feed?.kept ?? 0) + kept.length, dropped };
      await transaction
        .insertInto("feeds")
        .values({ account, ...values })
        .onConflict((row) => row.column("account").doUpdateSet(values))
        .execute();
      await insert(transaction, account, last - kept.length, kept, timeOf(now()));
      if (happened.length > 0) await announce(transaction, account, last, timeOf(now()));
      return { last };
    }),

  async read({ accounts, after, apis, kinds, limit }) {
    const newest = await newestOf(database);
    const from = after ?? 0;
    if (from > newest) throw new ApiError("invalid_parameters", "`after` is not a cursor of an activity.");
    if (accounts.length === 0) return { items: [], upTo: newest, more: false };
    const end = accounts.length === 1 ? newest : Math.min(newest, from + WINDOW);
    const rows = await database
      .selectFrom("activity")
      .selectAll()
      .where("account", "in", accounts)
      .where("number", ">", from)
      .where("number", "<=", end)
      .where(({ eb, or, and }) =>
        or([
          eb("api", "=", "meta"),
          and([...(apis ? [eb("api", "in", apis)] : []), ...(kinds ? [eb("kind", "in", kinds)] : [])]),
        ]),
      )
      .orderBy("number")
      .limit(limit)
      .execute();
    // After the rows: what is dropped while we read is told as well.
    if (after !== null && from < (await droppedOf(database, accounts))) throw tooOld();
    const items = rows.map(toActivity);
    const upTo = items.length < limit ? end : (items.at(-1)?.number ?? end);
    return { items, upTo, more: upTo < newest };
  },

  async count({ accounts, after }) {
    const { left } = await database
      .selectFrom("activity")
      .select(({ fn }) => fn.countAll<number>().as("left"))
      .where("account", "in", accounts)
      .where("number", ">", after ?? 0)
      .executeTakeFirstOrThrow();
    return Number(left);
  },

  async get(number) {
    const row = await database.selectFrom("activity").selectAll().where("number", "=", number).executeTakeFirst();
    return row ? toActivity(row) : null;
  },

  newest: () => newestOf(database),

  async stirred(after) {
    const rows = await database
      .selectFrom("activity")
      .select("account")
      .distinct()
      .where("number", ">", after)
      .execute();
    return rows.map(({ account }) => account);
  },

  sweep: (limit) =>
    database.transaction().execute(async (transaction) => {
      const old = await transaction
        .selectFrom("activity")
        .select(["number", "account"])
        .where("recorded", "<=", timeOf(now() - ACTIVITY_KEPT_FOR))
        .orderBy("recorded")
        .orderBy("number")
        .limit(limit)
        .execute();
      const tooMany = await transaction
        .selectFrom("feeds")
        .select(["account", "kept"])
        .where("kept", ">", ACTIVITY_KEPT)
        .limit(1)
        .executeTakeFirst();
      const rows =
        old.length > 0 || !tooMany
          ? old
          : await transaction
              .selectFrom("activity")
              .select(["number", "account"])
              .where("account", "=", tooMany.account)
              .orderBy("number")
              .limit(Math.min(limit, tooMany.kept - ACTIVITY_KEPT))
              .execute();
      await drop(transaction, rows);
      return rows.length === limit || tooMany !== undefined;
    }),
});

const insert = async (
  transaction: Transaction<Tables>,
  account: number,
  after: number,
  happened: readonly NewActivity[],
  recorded: string,
): Promise<void> => {
  for (let start = 0; start < happened.length; start += INSERTED) {
    const rows = happened.slice(start, start + INSERTED).map(({ user, occurred, ...one }, index) => ({
      number: after + start + index + 1,
      account,
      ...one,
      user: user && JSON.stringify(user),
      occurred: timeOf(Date.parse(occurred)),
      recorded,
    }));
    await transaction.insertInto("activity").values(rows).execute();
  }
};

const drop = async (
  transaction: Transaction<Tables>,
  rows: readonly { number: number; account: number }[],
): Promise<void> => {
  const byAccount = new Map<number, { count: number; last: number }>();
  for (const { number, account } of rows) {
    const of = byAccount.get(account) ?? { count: 0, last: 0 };
    byAccount.set(account, { count: of.count + 1, last: Math.max(of.last, number) });
  }
  const numbers = rows.map(({ number }) => number);
  if (numbers.length === 0) return;
  await transaction.deleteFrom("activity").where("number", "in", numbers).execute();
  for (const [account, { count, last }] of byAccount)
    await transaction
      .updateTable("feeds")
      .set({ kept: sql`kept - ${count}`, dropped: sql`case when dropped < ${last} then ${last} else dropped end` })
      .where("account", "=", account)
      .execute();
};

const newestOf = async (database: Rows["database"]): Promise<number> => {
  const { last } = await database
    .selectFrom("counters")
    .select("last")
    .where("name", "=", "activity")
    .executeTakeFirstOrThrow();
  return last;
};

/** The greatest number of what these accounts have no more. */
const droppedOf = async (database: Rows["database"], accounts: readonly number[]): Promise<number> => {
  const { dropped } = await database
    .selectFrom("feeds")
    .select(({ fn }) => fn.max("dropped").as("dropped"))
    .where("account", "in", accounts)
    .executeTakeFirstOrThrow();
  return dropped ?? 0;
};

const tooOld = (): ApiError =>
  new ApiError(
    "invalid_parameters",
    "What happened right after this cursor is no longer kept (7 days, 10,000 events of an account): read anew what you hold.",
  );

const toActivity = ({ recorded: _, user, ...row }: Selectable<Tables["activity"]>): StoredActivity => ({
  ...row,
  kind: row.kind as StoredActivity["kind"],
  api: row.api as StoredActivity["api"],
  user: user === null ? null : (JSON.parse(user) as StoredActivity["user"]),
});
