import type { Selectable } from "kysely";
import type { Application, ApplicationChange, Applications } from "../store.js";
import type { Tables } from "../tables.js";
import { given, type Rows, timeOf, toFlag } from "./row.js";

export const applications = ({ database, now }: Rows): Applications => ({
  async get(id) {
    const row = await database.selectFrom("applications").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? toApplication(row) : null;
  },
  async first() {
    const row = await database
      .selectFrom("applications")
      .selectAll()
      .orderBy("created")
      .orderBy("id")
      .limit(1)
      .executeTakeFirst();
    return row ? toApplication(row) : null;
  },
  async list() {
    const rows = await database.selectFrom("applications").selectAll().orderBy("created").orderBy("id").execute();
    return rows.map(toApplication);
  },
  async create({ id, name, ...rest }) {
    const created = timeOf(now());
    const row = await database
      .insertInto("applications")
      .values({ ...OFF, ...columnsOf(rest), id, name, created, modified: created })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toApplication(row);
  },
  async update(id, change) {
    const row = await database
      .updateTable("applications")
      .set({ ...columnsOf(change), modified: timeOf(now()) })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirst();
    return row ? toApplication(row) : null;
  },
  async delete(id) {
    // All that is the application's goes with it by its foreign keys, in the same statement.
    const { numDeletedRows } = await database.deleteFrom("applications").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

const OFF = { active: 1, implicit_grant_enabled: 0, recent_enabled: 0, events_enabled: 0 };

const columnsOf = (change: ApplicationChange) => {
  const flag = (value: boolean | undefined) => (value === undefined ? undefined : toFlag(value));
  return given({
    name: change.name,
    description: change.description,
    logo_url: change.logoUrl,
    active: flag(change.active),
    implicit_grant_enabled: flag(change.implicitGrantEnabled),
    recent_enabled: flag(change.recentEnabled),
    events_enabled: flag(change.eventsEnabled),
    source: change.source,
  });
};

const toApplication = (row: Selectable<Tables["applications"]>): Application => ({
  id: row.id,
  name: row.name,
  description: row.description,
  logoUrl: row.logo_url,
  active: row.active === 1,
  implicitGrantEnabled: row.implicit_grant_enabled === 1,
  recentEnabled: row.recent_enabled === 1,
  eventsEnabled: row.events_enabled === 1,
  source: row.source,
  created: row.created,
  modified: row.modified,
});
