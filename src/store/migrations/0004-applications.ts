import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.js";

export const applications: Migration = {
  async up(database: Kysely<Tables>) {
    const { schema } = database;
    for (const column of ["description", "logo_url", "source"] as const)
      await schema.alterTable("applications").addColumn(column, "text").execute();
    for (const [column, usual] of Object.entries({
      active: 1,
      implicit_grant_enabled: 0,
      recent_enabled: 0,
      events_enabled: 0,
    }))
      await schema
        .alterTable("applications")
        .addColumn(column, "integer", (definition) => definition.notNull().defaultTo(usual))
        .execute();
    await schema
      .alterTable("applications")
      .addColumn("modified", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    // Those that are there came with recent files and events.
    await database
      .updateTable("applications")
      .set({ modified: sql`created`, recent_enabled: 1, events_enabled: 1 })
      .execute();

    for (const [table, column] of [
      ["redirect_uris", "uri"],
      ["trusted_domains", "domain"],
    ] as const)
      await schema
        .createTable(table)
        .addColumn("id", "integer", (definition) => definition.primaryKey().autoIncrement())
        .addColumn("application", "text", (definition) =>
          definition.notNull().references("applications.id").onDelete("cascade"),
        )
        .addColumn(column, "text", (definition) => definition.notNull())
        .addColumn("created", "text", (definition) => definition.notNull())
        .addUniqueConstraint(`${table}_once`, ["application", column])
        .execute();
    await schema
      .createTable("service_keys")
      .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("application", "text", (column) => column.notNull().references("applications.id").onDelete("cascade"))
      .addColumn("service", "text", (column) => column.notNull())
      .addColumn("client_id", "text", (column) => column.notNull())
      .addColumn("sealed", "text")
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("modified", "text", (column) => column.notNull())
      .addUniqueConstraint("service_keys_once", ["application", "service"])
      .execute();

    await schema
      .createTable("flows")
      .addColumn("hash", "text", (column) => column.primaryKey().notNull())
      .addColumn("application", "text", (column) => column.notNull().references("applications.id").onDelete("cascade"))
      .addColumn("service", "text")
      .addColumn("cookie", "text")
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("expires", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("flows_by_age").on("flows").column("expires").execute();
    await schema.createIndex("flows_of_application").on("flows").column("application").execute();
    await schema
      .createTable("codes")
      .addColumn("hash", "text", (column) => column.primaryKey().notNull())
      .addColumn("application", "text", (column) => column.notNull().references("applications.id").onDelete("cascade"))
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("redirect_uri", "text", (column) => column.notNull())
      .addColumn("end_user", "text")
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("expires", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("codes_by_age").on("codes").column("expires").execute();
    await schema.createIndex("codes_of_account").on("codes").column("account").execute();
    await schema.createIndex("codes_of_application").on("codes").column("application").execute();
  },
};
