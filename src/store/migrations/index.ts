import type { Kysely } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import { ApiError } from "../../errors.js";
import { first } from "./0001-first.js";
import { activity } from "./0002-activity.js";
import { rest } from "./0003-rest.js";
import { applications } from "./0004-applications.js";
import { webhooks } from "./0005-webhooks.js";
import { meetings } from "./0006-meetings.js";

/** In order of their names. One that has been released is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-first": first,
  "0002-activity": activity,
  "0003-rest": rest,
  "0004-applications": applications,
  "0005-webhooks": webhooks,
  "0006-meetings": meetings,
};

const provider: MigrationProvider = { getMigrations: async () => ({ ...MIGRATIONS }) };

/**
 * Brings the tables up to date, all or nothing; several processes may start at once. A database of a newer version of the
 * program is refused.
 */
export const migrate = async <Tables>(database: Kysely<Tables>): Promise<void> => {
  const { error } = await new Migrator({ db: database, provider }).migrateToLatest();
  if (error instanceof ApiError) throw error;
  if (error)
    throw new ApiError(
      "internal_error",
      "The database's tables are not those of this version or an older one: start the newest version that has used it.",
      {},
      { cause: error },
    );
};
