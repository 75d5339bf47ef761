import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.js";

export const rest: Migration = {
  async up(database: Kysely<Tables>) {
    const { schema } = database;
    // The REST API counts sessions; uploads begun through the graph have no number.
    await schema.alterTable("uploads").addColumn("number", "integer").execute();
    await schema.createIndex("uploads_by_number").unique().on("uploads").column("number").execute();
    await database.insertInto("counters").values({ name: "uploads", last: 0 }).execute();
    await schema
      .createTable("parts")
      .addColumn("upload", "text", (column) => column.notNull().references("uploads.id").onDelete("cascade"))
      .addColumn("number", "integer", (column) => column.notNull())
      .addColumn("length", "integer", (column) => column.notNull())
      .addColumn("receipt", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("parts_key", ["upload", "number"])
      .execute();
    await schema
      .createTable("subscriptions")
      .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("account", "integer", (column) =>
        column.notNull().unique().references("accounts.id").onDelete("cascade"),
      )
      .addColumn("active", "integer", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("modified", "text", (column) => column.notNull())
      .execute();
  },
};
