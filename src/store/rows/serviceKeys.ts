import type { Selectable } from "kysely";
import type { ServiceKey, ServiceKeys } from "../store.js";
import type { Tables } from "../tables.js";
import { given, type Rows, timeOf } from "./row.js";

export const serviceKeys = ({ database, now }: Rows): ServiceKeys => ({
  async create({ application, service, clientId, sealed }) {
    const created = timeOf(now());
    const row = await database
      .insertInto("service_keys")
      .values({ application, service, client_id: clientId, sealed, created, modified: created })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toServiceKey(row);
  },
  async find(application, service) {
    const row = await database
      .selectFrom("service_keys")
      .selectAll()
      .where("application", "=", application)
      .where("service", "=", service)
      .executeTakeFirst();
    return row ? toServiceKey(row) : null;
  },
  async list(application) {
    const rows = await database
      .selectFrom("service_keys")
      .selectAll()
      .where("application", "=", application)
      .orderBy("id")
      .execute();
    return rows.map(toServiceKey);
  },
  async update(application, id, { clientId, sealed }) {
    const row = await database
      .updateTable("service_keys")
      .set({ ...given({ client_id: clientId, sealed }), modified: timeOf(now()) })
      .where("application", "=", application)
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirst();
    return row ? toServiceKey(row) : null;
  },
  async delete(application, id) {
    const { numDeletedRows } = await database
      .deleteFrom("service_keys")
      .where("application", "=", application)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

const toServiceKey = ({ client_id, ...row }: Selectable<Tables["service_keys"]>): ServiceKey => ({
  ...row,
  clientId: client_id,
});
