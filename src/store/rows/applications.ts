import type { Application, Applications } from "../store.js";
import { type Rows, timeOf } from "./row.js";

export const applications = ({ database, now }: Rows): Applications => ({
  async get(id) {
    const row = await database.selectFrom("applications").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? { ...row } : null;
  },
  async first() {
    const row = await database
      .selectFrom("applications")
      .selectAll()
      .orderBy("created")
      .orderBy("id")
      .limit(1)
      .executeTakeFirst();
    return row ? { ...row } : null;
  },
  async create({ id, name }) {
    const application: Application = { id, name, created: timeOf(now()) };
    await database.insertInto("applications").values(application).execute();
    return application;
  },
});
