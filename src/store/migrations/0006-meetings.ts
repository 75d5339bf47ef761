import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.js";

export const meetings: Migration = {
  async up({ schema }: Kysely<Tables>) {
    await schema
      .createTable("meeting_windows")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("user", "text")
      .addColumn("calendar", "text", (column) => column.notNull())
      .addColumn("plan", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("modified", "text", (column) => column.notNull())
      .execute();
    await schema
      .createIndex("meeting_windows_of_account")
      .on("meeting_windows")
      .columns(["account", "created", "id"])
      .execute();
    await schema
      .createTable("meetings")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("window", "text", (column) => column.notNull())
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("user", "text")
      .addColumn("calendar", "text", (column) => column.notNull())
      .addColumn("event", "text")
      .addColumn("start", "text", (column) => column.notNull())
      .addColumn("end", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("meetings_of_calendar").on("meetings").columns(["account", "calendar", "end"]).execute();
  },
};
