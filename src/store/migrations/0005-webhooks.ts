import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.js";

/** What leaves by webhooks, what comes in by those of services, and the audit log of both and of all else. */
export const webhooks: Migration = {
  async up(database: Kysely<Tables>) {
    const { schema } = database;
    await schema
      .createTable("webhooks")
      // Numbers are never used again: ids of messages name them.
      .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("application", "text", (column) => column.notNull().references("applications.id").onDelete("cascade"))
      .addColumn("url", "text", (column) => column.notNull())
      .addColumn("active", "integer", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("failures", "integer", (column) => column.notNull())
      .addColumn("failing_since", "text")
      .addColumn("paused_until", "text")
      .addColumn("disabled_reason", "text")
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("modified", "text", (column) => column.notNull())
      .addUniqueConstraint("webhooks_by_url", ["application", "url"])
      .execute();
    await schema
      .createTable("deliveries")
      .addColumn("webhook", "integer", (column) => column.notNull().references("webhooks.id").onDelete("cascade"))
      .addColumn("account", "integer", (column) => column.notNull().references("accounts.id").onDelete("cascade"))
      .addColumn("newest", "integer", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("attempts", "integer", (column) => column.notNull())
      .addColumn("next_attempt", "text")
      .addColumn("last_status", "integer")
      .addColumn("lease_owner", "text")
      .addColumn("lease_until", "text")
      .addPrimaryKeyConstraint("deliveries_by_webhook", ["webhook", "account"])
      .execute();
    await schema.createIndex("deliveries_by_time").on("deliveries").columns(["next_attempt", "webhook"]).execute();
    await schema.createIndex("deliveries_of_account").on("deliveries").column("account").execute();
    await schema.alterTable("accounts").addColumn("subject", "text").execute();
    await schema
      .createIndex("accounts_by_subject")
      .on("accounts")
      .columns(["service", "subject"])
      .where("subject", "is not", null)
      .execute();
    await schema
      .createTable("pushes")
      .addColumn("service", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("received", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("pushes_by_id", ["service", "id"])
      .execute();
    await schema.createIndex("pushes_by_age").on("pushes").column("received").execute();
    await schema
      .createTable("audit")
      .addColumn("number", "integer", (column) => column.primaryKey().notNull())
      // It outlives what it tells of: no foreign key.
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("time", "text", (column) => column.notNull())
      .addColumn("actor", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("subject", "text", (column) => column.notNull())
      .addColumn("details", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .execute();
    await schema.createIndex("audit_of_application").on("audit").columns(["application", "number"]).execute();
    await schema.createIndex("audit_by_action").on("audit").columns(["action", "number"]).execute();
    await database.insertInto("counters").values({ name: "audit", last: 0 }).execute();
  },
};
