import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.js";

export const first: Migration = {
  async up(database: Kysely<Tables>) {
    const { schema } = database;
    await schema
      .createTable("applications")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .execute();
    await schema
      .createTable("keys")
      .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("application", "text", (column) => column.notNull().references("applications.id").onDelete("cascade"))
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull().unique())
      .addColumn("prefix", "text", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("rights", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("expires", "text")
      .execute();
    await schema.createIndex("keys_of_application").on("keys").column("application").execute();
    await schema
      .createTable("accounts")
      // Numbers are never used again: ids handed out to callers name them.
      .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("application", "text", (column) => column.notNull().references("applications.id").onDelete("cascade"))
      .addColumn("service", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("active", "integer", (column) => column.notNull())
      .addColumn("enabled", "integer", (column) => column.notNull())
      .addColumn("admin", "integer", (column) => column.notNull())
      .addColumn("scope", "text")
      .addColumn("custom_properties", "text", (column) => column.notNull())
      .addColumn("end_user", "text")
      .addColumn("search", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("modified", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("accounts_of_application").on("accounts").columns(["application", "id"]).execute();
    await schema
      .createIndex("accounts_of_end_user")
      .on("accounts")
      .columns(["application", "end_user", "id"])
      .where("end_user", "is not", null)
      .execute();
    await schema
      .createTable("credentials")
      .addColumn("account", "integer", (column) =>
        column.primaryKey().notNull().references("accounts.id").onDelete("cascade"),
      )
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) =>
        column.notNull().check(sql`state in ('valid', 'refreshing', 'uncertain', 'dead')`),
      )
      .addColumn("lease_owner", "text")
      .addColumn("lease_until", "text")
      .addColumn("retry_at", "text")
      .execute();
    await schema
      .createTable("tokens")
      .addColumn("hash", "text", (column) => column.primaryKey().notNull())
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("expires", "text")
      .execute();
    await schema.createIndex("tokens_of_account").on("tokens").column("account").execute();
    await schema
      .createTable("links")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("file", "text", (column) => column.notNull())
      .addColumn("direct", "integer", (column) => column.notNull())
      .addColumn("password", "text")
      .addColumn("expires", "text")
      .addColumn("active", "integer", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("modified", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("links_of_account").on("links").columns(["account", "created", "id"]).execute();
    await schema
      .createTable("uploads")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("user", "text")
      .addColumn("parent", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("size", "integer")
      .addColumn("mime_type", "text")
      .addColumn("overwrite", "integer", (column) => column.notNull())
      .addColumn("received", "integer", (column) => column.notNull())
      .addColumn("session", "text")
      .addColumn("receipts", "text", (column) => column.notNull())
      .addColumn("file", "text")
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("expires", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("uploads_of_account").on("uploads").column("account").execute();
    await schema.createIndex("uploads_by_expiry").on("uploads").column("expires").execute();
    await schema
      .createTable("pulse")
      .addColumn("id", "integer", (column) => column.primaryKey().notNull())
      .addColumn("at", "text", (column) => column.notNull())
      .execute();
  },
};
