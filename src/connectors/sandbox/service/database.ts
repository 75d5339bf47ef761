import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** A customer of the service: a space of rows of its own, and the faults it ordered. */
export interface Account {
  number: number;
  id: string;
  seed: string;
  /** How much it begins with. */
  size: "small" | "large";
  latency_ms: number;
  /** 0 to 1. */
  fail_rate: number;
  /** Requests per second; null: any number. */
  rate_limit: number | null;
  /** Seconds. */
  token_lifetime: number;
  secret: Uint8Array;
  /** Number of the refresh token that is good; null after one was used twice. */
  generation: number | null;
  /** Bytes of all files, the trash among them. */
  used: number;
  /** Files and folders, the trash among them. */
  items: number;
}

/** The service's one SQLite database: statements are prepared once, transactions are synchronous. */
export class Database {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 5000 });
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;");
    this.#database.exec(SCHEMA);
    // The first version kept no size; its accounts were filled when they were made.
    const columns = this.all<{ name: string }>("SELECT name FROM pragma_table_info('accounts')");
    if (!columns.some(({ name }) => name === "size"))
      this.#database.exec("ALTER TABLE accounts ADD COLUMN size TEXT NOT NULL DEFAULT 'small'");
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...parameters) as Row | undefined;
  }
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...parameters) as Row[];
  }
  /** How many rows it changed, and the number of the row it inserted. */
  run(sql: string, ...parameters: SQLInputValue[]): { changes: number; inserted: number } {
    const { changes, lastInsertRowid } = this.#prepare(sql).run(...parameters);
    return { changes: Number(changes), inserted: Number(lastInsertRowid) };
  }

  /** All of it or nothing. `work` must not wait for anything. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }
  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/**
 * `items.parent` is null for the root alone. `items.trashed` is when an item, or a folder it lies in, was put away.
 * `contents` never change once attached, so that copies share them (1: by files, which count their bytes; 2: by objects); `chunks.start` is a chunk's first byte in its content.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS accounts (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seed TEXT NOT NULL, size TEXT NOT NULL DEFAULT 'small',
  latency_ms INTEGER NOT NULL, fail_rate REAL NOT NULL, rate_limit INTEGER, token_lifetime INTEGER NOT NULL,
  secret BLOB NOT NULL, generation INTEGER DEFAULT 1,
  next INTEGER NOT NULL DEFAULT 1, used INTEGER NOT NULL DEFAULT 0, items INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS items (
  account INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, parent TEXT, name TEXT NOT NULL, folded TEXT NOT NULL,
  size INTEGER, mime_type TEXT, etag TEXT, content INTEGER, revision INTEGER NOT NULL DEFAULT 1,
  created TEXT NOT NULL, modified TEXT NOT NULL, created_by INTEGER NOT NULL, modified_by INTEGER NOT NULL, trashed TEXT,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS children ON items (account, parent, name) WHERE trashed IS NULL;
CREATE INDEX IF NOT EXISTS folders ON items (account, parent) WHERE kind = 'folder' AND trashed IS NULL;
CREATE INDEX IF NOT EXISTS newest ON items (account, modified, id) WHERE kind = 'file' AND trashed IS NULL;
CREATE INDEX IF NOT EXISTS users ON items (content) WHERE content IS NOT NULL;
CREATE INDEX IF NOT EXISTS trash ON items (account, trashed, id) WHERE trashed IS NOT NULL;
CREATE TRIGGER IF NOT EXISTS item_added AFTER INSERT ON items BEGIN
  UPDATE accounts SET used = used + coalesce(new.size, 0), items = items + 1 WHERE number = new.account;
END;
CREATE TRIGGER IF NOT EXISTS item_resized AFTER UPDATE OF size ON items BEGIN
  UPDATE accounts SET used = used + coalesce(new.size, 0) - coalesce(old.size, 0) WHERE number = new.account;
END;
CREATE TRIGGER IF NOT EXISTS item_removed AFTER DELETE ON items BEGIN
  UPDATE accounts SET used = used - coalesce(old.size, 0), items = items - 1 WHERE number = old.account;
  DELETE FROM permissions WHERE account = old.account AND item = old.id;
  DELETE FROM properties WHERE account = old.account AND item = old.id;
END;

CREATE TABLE IF NOT EXISTS contents (
  number INTEGER PRIMARY KEY, account INTEGER NOT NULL, size INTEGER NOT NULL DEFAULT 0,
  attached INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS counted ON contents (account, size) WHERE attached <> 1;
CREATE TABLE IF NOT EXISTS chunks (
  content INTEGER NOT NULL REFERENCES contents (number) ON DELETE CASCADE, start INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (content, start)
) STRICT;

CREATE TABLE IF NOT EXISTS sessions (
  account INTEGER NOT NULL, id TEXT NOT NULL, content INTEGER NOT NULL REFERENCES contents (number) ON DELETE CASCADE,
  parent TEXT NOT NULL, name TEXT NOT NULL, mime_type TEXT, size INTEGER, if_exists TEXT NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_contents ON sessions (content);
CREATE TABLE IF NOT EXISTS parts (
  content INTEGER NOT NULL REFERENCES contents (number) ON DELETE CASCADE, number INTEGER NOT NULL,
  attempt TEXT NOT NULL, size INTEGER NOT NULL DEFAULT 0, etag TEXT,
  PRIMARY KEY (content, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS permissions (
  account INTEGER NOT NULL, item TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, role TEXT NOT NULL,
  name TEXT, email TEXT,
  PRIMARY KEY (account, item, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS permissions_by_email ON permissions (account, lower(email)) WHERE email IS NOT NULL;
CREATE TABLE IF NOT EXISTS properties (
  account INTEGER NOT NULL, item TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (account, item, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS objects (
  number INTEGER PRIMARY KEY, account INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL,
  modified TEXT NOT NULL, called TEXT NOT NULL, folded TEXT NOT NULL, created TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (account, kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS objects_by_at ON objects (account, kind, at, id);
CREATE INDEX IF NOT EXISTS objects_by_modified ON objects (account, kind, modified, id);
CREATE INDEX IF NOT EXISTS objects_by_called ON objects (account, kind, called, id);
CREATE TABLE IF NOT EXISTS object_keys (
  account INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (account, kind, name, value, at, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS object_contents (
  account INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, content INTEGER NOT NULL,
  PRIMARY KEY (account, kind, id, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS object_contents_users ON object_contents (content);
CREATE TABLE IF NOT EXISTS seeded (
  account INTEGER NOT NULL, category TEXT NOT NULL, PRIMARY KEY (account, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS changes (
  account INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, item_kind TEXT NOT NULL, item TEXT NOT NULL,
  occurred TEXT NOT NULL,
  PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;
`;
