import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from "kysely";
import { isBusy, toStoreError } from "./sqliteError.js";

/** Milliseconds that a statement waits for another writer before it fails as `service_not_available`. */
export const BUSY_TIMEOUT = 5_000;

/** `node:sqlite` for kysely. Failures come as `ApiError`; a busy database is waited for without blocking the process. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: DatabaseSync) {
    const adapted = adapt(database);
    super({ database: adapted });
    this.#database = adapted;
  }

  override createDriver(): Driver {
    return new PatientDriver({ database: this.#database });
  }

  /** SQLite can undo changes of the schema, so migrations run as one transaction: concurrent starts wait for each other. */
  override createAdapter(): DialectAdapter {
    return new TransactionalDdl();
  }
}

/** Statements that are kept prepared. Queries come in few shapes; only lists of ids make new ones. */
const PREPARED = 256;

/** What better-sqlite3 would do, for which kysely's own dialect is made. */
const adapt = (database: DatabaseSync): SqliteDatabase => {
  const prepared = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...values(parameters)),
      run: (parameters) => statement.run(...values(parameters)),
      iterate: (parameters) => statement.iterate(...values(parameters)),
    };
  };
  return {
    close: () => database.close(),
    prepare(asked) {
      if (asked === "rollback" && !database.isTransaction) return NOTHING; // SQLite has done it itself, as on a full disk
      // A transaction that begins by reading cannot wait for its turn to write: it would fail as busy at once.
      const sql = asked === "begin" ? "begin immediate" : asked;
      let statement = prepared.get(sql);
      if (!statement) {
        if (prepared.size >= PREPARED) prepared.clear();
        statement = prepare(sql);
        prepared.set(sql, statement);
      }
      return statement;
    },
  };
};

const NOTHING = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];

class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class PatientDriver extends SqliteDriver {
  #connection: DatabaseConnection | undefined;

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= patient(await super.acquireConnection());
    return this.#connection;
  }
}

/** SQLite's own waiting would block the process, and with it the very transaction that it waits for, if that is one of ours. */
const patient = (connection: DatabaseConnection): DatabaseConnection => ({
  async executeQuery(query) {
    const until = performance.now() + BUSY_TIMEOUT;
    for (;;) {
      try {
        return await connection.executeQuery(query);
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw toStoreError(error);
        await sleep(1 + Math.random() * 10);
      }
    }
  },
  streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
});
