import type { Selectable } from "kysely";
import type { MeetingPlan, Meetings, MeetingWindow } from "../store.js";
import type { Tables } from "../tables.js";
import { matches } from "./accounts.js";
import { given, type Rows, timeOf } from "./row.js";

export const meetings = ({ database, now }: Rows): Meetings => ({
  async createWindow({ id, account, user, calendar, ...plan }) {
    const created = timeOf(now());
    const row = await database
      .insertInto("meeting_windows")
      .values({ id, account, user, calendar, plan: JSON.stringify(plan), created, modified: created })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toWindow(row);
  },
  async getWindow(id) {
    const row = await database.selectFrom("meeting_windows").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? toWindow(row) : null;
  },
  async windows(filter, { offset, limit }) {
    const accounts = database
      .selectFrom("accounts")
      .select("id")
      .where((row) => matches(row, filter));
    const asked = database.selectFrom("meeting_windows").where("account", "in", accounts);
    const { total } = await asked.select(({ fn }) => fn.countAll<number>().as("total")).executeTakeFirstOrThrow();
    const rows = await asked.selectAll().orderBy("created").orderBy("id").limit(limit).offset(offset).execute();
    return { items: rows.map(toWindow), total: Number(total) };
  },
  async countWindows(account) {
    const { total } = await database
      .selectFrom("meeting_windows")
      .select(({ fn }) => fn.countAll<number>().as("total"))
      .where("account", "=", account)
      .executeTakeFirstOrThrow();
    return Number(total);
  },
  updateWindow: (id, { account, user, calendar, ...change }) =>
    database.transaction().execute(async (transaction) => {
      // Written first, so that nobody else changes the plan meanwhile.
      const row = await transaction
        .updateTable("meeting_windows")
        .set({ ...given({ account, user, calendar }), modified: timeOf(now()) })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (!row) return null;
      const plan = JSON.stringify({ ...(JSON.parse(row.plan) as MeetingPlan), ...given(change) });
      await transaction.updateTable("meeting_windows").set({ plan }).where("id", "=", id).execute();
      return toWindow({ ...row, plan });
    }),
  async deleteWindow(id) {
    const { numDeletedRows } = await database.deleteFrom("meeting_windows").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  },

  claim: (meeting, { from, until, seconds, forget }) =>
    database.transaction().execute(async (transaction) => {
      const { account, calendar } = meeting;
      // Written first, so that two claims of one calendar come one after the other.
      await transaction
        .deleteFrom("meetings")
        .where("account", "=", account)
        .where("calendar", "=", calendar)
        .where(({ eb, or, and }) =>
          or([
            eb("end", "<", forget),
            and([eb("event", "is", null), eb("created", "<=", timeOf(now() - seconds * 1000))]),
          ]),
        )
        .execute();
      const other = await transaction
        .selectFrom("meetings")
        .select("id")
        .where("account", "=", account)
        .where("calendar", "=", calendar)
        .where("event", "is", null)
        .where("start", "<", until)
        .where("end", ">", from)
        .executeTakeFirst();
      if (other) return null;
      const row = await transaction
        .insertInto("meetings")
        .values({ ...meeting, event: null, created: timeOf(now()) })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { ...row };
    }),
  async get(id) {
    const row = await database.selectFrom("meetings").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? { ...row } : null;
  },
  async update(id, { event, start, end }) {
    const row = await database
      .updateTable("meetings")
      .set(given({ event, start, end }))
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirst();
    return row ? { ...row } : null;
  },
  async delete(id) {
    const { numDeletedRows } = await database.deleteFrom("meetings").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

const toWindow = ({ plan, ...row }: Selectable<Tables["meeting_windows"]>): MeetingWindow => ({
  ...row,
  ...(JSON.parse(plan) as MeetingPlan),
});
