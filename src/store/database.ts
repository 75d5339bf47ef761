import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { ApiError } from "../errors.js";
import { BUSY_TIMEOUT, NodeSqliteDialect } from "./dialect.js";
import { isBusy, isDamage, toStoreError } from "./sqliteError.js";

/**
 * A connection to a database file, made when there is none, readable by its owner alone; or `:memory:`. What was committed
 * survives a crash and a power cut (write-ahead log, synced at every commit); what was deleted is overwritten.
 * A damaged file is refused with one sentence and left as it is.
 */
export const openDatabase = (file: string): DatabaseSync => {
  if (file !== ":memory:") makeFile(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  try {
    useWriteAheadLog(database);
    database.exec("pragma synchronous = full; pragma secure_delete = on; pragma trusted_schema = off;");
    return database;
  } catch (error) {
    database.close();
    throw isDamage(error) ? damaged(file, error) : toStoreError(error);
  }
};

/** Its log and index will inherit the mode. */
const makeFile = (file: string): void => {
  try {
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ApiError(
      "internal_error",
      `The database ${file} cannot be opened for writing (${code}).`,
      {},
      { cause: error },
    );
  }
};

/** Typed queries over a connection, which must not be used otherwise any more; `destroy()` closes it. */
export const kyselyOver = <Tables>(database: DatabaseSync): Kysely<Tables> => {
  database.exec("pragma busy_timeout = 0"); // the dialect waits instead
  return new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
};

/** Reads every page once, which finds what a crash of the disk left behind. Throws the sentence for the operator. */
export const checkIntegrity = (database: DatabaseSync, file: string): void => {
  let found: unknown;
  try {
    found = database.prepare("pragma quick_check(1)").get()?.quick_check;
  } catch (error) {
    throw isDamage(error) ? damaged(file, error) : toStoreError(error);
  }
  if (found !== "ok") throw damaged(file, found);
};

const damaged = (file: string, cause: unknown): ApiError =>
  new ApiError(
    "internal_error",
    `The database ${file} is damaged or no database: put a backup in its place, or try \`sqlite3 ${file} .recover\`; it was left as it is.`,
    {},
    { cause },
  );

/** Processes that start together on a new file are told "busy" here without any waiting (sqlite.org/wal.html, 9). */
const useWriteAheadLog = (database: DatabaseSync): void => {
  const until = Date.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
};
