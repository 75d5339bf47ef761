import { type Kysely, sql } from "kysely";
import type { SealedColumn, SealedValue, SealedValues } from "../store.js";
import type { Tables } from "../tables.js";
import type { Rows } from "./row.js";

/** Where each is kept: the table, what tells its rows apart, and the record that the value is bound to. */
const COLUMNS = {
  credential: { table: "credentials", row: "account", record: "account", version: "version" },
  key: { table: "keys", row: "id", record: "hash", version: "1" },
  client_secret: { table: "service_keys", row: "id", record: "service", version: "1" },
  webhook: { table: "webhooks", row: "id", record: "id", version: "1" },
  flow: { table: "flows", row: "hash", record: "hash", version: "1" },
} as const satisfies Record<SealedColumn, { table: keyof Tables; row: string; record: string; version: string }>;

export const sealed = ({ database }: Rows): SealedValues => ({
  async list(column, { after, limit }) {
    const { table, row, record, version } = COLUMNS[column];
    // The application of a credential is its account's.
    const application =
      table === "credentials" ? "(select application from accounts where id = account)" : "application";
    const from = after === null ? sql`true` : sql`${sql.ref(row)} > ${after}`;
    const { rows } = await sql<Omit<SealedValue, "column">>`
      select ${sql.raw(application)} as application, ${sql.ref(record)} as record, ${sql.raw(version)} as version,
        sealed, ${sql.ref(row)} as "row"
      from ${sql.table(table)} where sealed is not null and ${from} order by ${sql.ref(row)} limit ${limit}`.execute(
      database,
    );
    return rows.map((one) => ({ ...one, column }));
  },
  async replace({ column, row, version, sealed: before }, after) {
    const { table, row: name } = COLUMNS[column];
    const update = (database as unknown as Kysely<Record<string, Record<string, string | number>>>)
      .updateTable(table)
      .set({ sealed: after })
      .where(name, "=", row)
      .where("sealed", "=", before);
    const bound = table === "credentials" ? update.where("version", "=", version) : update;
    return (await bound.executeTakeFirst()).numUpdatedRows > 0n;
  },
});
