import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.js";

export const activity: Migration = {
  async up(database: Kysely<Tables>) {
    const { schema } = database;
    await schema
      .createTable("activity")
      .addColumn("number", "integer", (column) => column.primaryKey().notNull())
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("api", "text", (column) => column.notNull())
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("object", "text", (column) => column.notNull())
      .addColumn("user", "text")
      .addColumn("ip", "text")
      .addColumn("occurred", "text", (column) => column.notNull())
      .addColumn("recorded", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("activity_of_account").on("activity").columns(["account", "number"]).execute();
    await schema.createIndex("activity_by_age").on("activity").columns(["recorded", "number"]).execute();
    await schema
      .createTable("feeds")
      .addColumn("account", "integer", (column) =>
        column.primaryKey().notNull().references("accounts.id").onDelete("cascade"),
      )
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("cursor", "text", (column) => column.notNull())
      .addColumn("kept", "integer", (column) => column.notNull())
      .addColumn("dropped", "integer", (column) => column.notNull())
      .execute();
    // A counter in a row: numbers come in the order of commits, whatever the database, and none is used again.
    await schema
      .createTable("counters")
      .addColumn("name", "text", (column) => column.primaryKey().notNull())
      .addColumn("last", "integer", (column) => column.notNull())
      .execute();
    await database.insertInto("counters").values({ name: "activity", last: 0 }).execute();
  },
};
