import { createHash } from "node:crypto";
import type { Account, Database } from "../database.js";
import { type Person, peopleOf } from "../people.js";
import { invalidParent, nameTaken, notFound } from "../refusal.js";

export const ROOT = "root";

/** A row of `items`. */
export interface Item {
  id: string;
  kind: "file" | "folder";
  parent: string | null;
  name: string;
  size: number | null;
  mime_type: string | null;
  etag: string | null;
  content: number | null;
  revision: number;
  created: string;
  modified: string;
  /** Which of the account's people. */
  created_by: number;
  modified_by: number;
}

/** An item as the service tells it. */
export interface Entry {
  id: string;
  kind: "file" | "folder";
  name: string;
  parent_id: string | null;
  path: string | null;
  size: number | null;
  mime_type: string | null;
  etag: string | null;
  revision: number;
  created_at: string;
  modified_at: string;
  owner: Person;
  created_by: Person;
  modified_by: Person;
}

export const COLUMNS =
  "id, kind, parent, name, size, mime_type, etag, content, revision, created, modified, created_by, modified_by";

/** The ids that `start` selects, and those of all folders below them, in the account bound as ?1. */
export const below = (start: string): string => `below(id) AS (${start} UNION SELECT items.id
  FROM below CROSS JOIN items INDEXED BY folders ON items.account = ?1 AND items.parent = below.id
  AND items.kind = 'folder' AND items.trashed IS NULL)`;

const LONGEST_PATH = 4096; // characters

/** The files and folders of one account during one request, within which it remembers paths. */
export class Tree {
  readonly #people: readonly Person[];
  /** Folder → its path with `/` at the end; null: too long to tell. */
  readonly #paths = new Map<string, string | null>([[ROOT, "/"]]);

  constructor(
    readonly database: Database,
    readonly account: Account,
  ) {
    this.#people = peopleOf(account);
  }

  find(id: string): Item | undefined {
    const sql = `SELECT ${COLUMNS} FROM items WHERE account = ? AND id = ? AND trashed IS NULL`;
    return this.database.get<Item>(sql, this.account.number, id);
  }
  get(id: string): Item {
    const item = this.find(id);
    if (!item) throw notFound();
    return item;
  }
  /** The folder that a new, moved or copied item goes into. */
  parent(id: string): Item {
    const item = this.find(id);
    if (!item) throw invalidParent("The parent does not exist.");
    if (item.kind !== "folder") throw invalidParent("The parent is not a folder.");
    return item;
  }
  child(parent: string, name: string): Item | undefined {
    const sql = `SELECT ${COLUMNS} FROM items WHERE account = ? AND parent = ? AND name = ? AND trashed IS NULL`;
    return this.database.get<Item>(sql, this.account.number, parent, name);
  }
  checkFree(parent: string, name: string, except?: string): void {
    const there = this.child(parent, name);
    if (there && there.id !== except) throw nameTaken(there);
  }
  isEmpty(folder: string): boolean {
    const sql = "SELECT 1 FROM items WHERE account = ? AND parent = ? AND trashed IS NULL LIMIT 1";
    return this.database.get(sql, this.account.number, folder) === undefined;
  }
  /** Whether `id` is `folder` or lies somewhere in it. */
  isWithin(id: string, folder: string): boolean {
    let at: string | null = id;
    while (at !== null && at !== folder) at = this.find(at)?.parent ?? null;
    return at === folder;
  }

  /** The next id of the account: a seed's ids follow from the order in which things are made. */
  nextId(): string {
    const sql = "UPDATE accounts SET next = next + 1 WHERE number = ? RETURNING next";
    const { next } = this.database.get<{ next: number }>(sql, this.account.number) ?? { next: 0 };
    return idOf(this.account.seed, next);
  }

  insert(item: Item): Item {
    const sql = `INSERT INTO items (account, folded, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    const { id, kind, parent, name, size, mime_type, etag, content, revision, created, modified } = item;
    const { created_by, modified_by } = item;
    const values = [id, kind, parent, name, size, mime_type, etag, content, revision, created, modified] as const;
    this.database.run(sql, this.account.number, fold(name), ...values, created_by, modified_by);
    return item;
  }

  entry(item: Item): Entry {
    const { id, kind, name, parent, size, mime_type, etag, revision, created, modified } = item;
    return {
      id,
      kind,
      name,
      parent_id: parent,
      path: this.path(item),
      size,
      mime_type,
      etag,
      revision,
      created_at: created,
      modified_at: modified,
      owner: this.#people[0] as Person,
      created_by: this.#people[item.created_by] as Person,
      modified_by: this.#people[item.modified_by] as Person,
    };
  }

  path({ parent, name }: Item): string | null {
    if (parent === null) return "/";
    const start = this.#start(parent);
    return start === null || start.length + name.length > LONGEST_PATH ? null : start + name;
  }

  #start(folder: string): string | null {
    const unknown: Item[] = [];
    let at: string = folder;
    for (let item = this.#paths.has(at) ? undefined : this.find(at); item; item = this.find(at)) {
      unknown.push(item);
      at = item.parent ?? ROOT;
      if (this.#paths.has(at)) break;
    }
    let path = this.#paths.get(at) ?? null;
    for (const { id, name } of unknown.reverse()) {
      path = path === null || path.length + name.length > LONGEST_PATH ? null : `${path}${name}/`;
      this.#paths.set(id, path);
    }
    return path;
  }
}

const idOf = (seed: string, number: number): string =>
  createHash("sha256").update(`${seed} ${number}`).digest("base64url").slice(0, 16);

/** A name as it is searched for: without differences of case and of Unicode's forms. */
export const fold = (name: string): string => name.normalize("NFKC").toLowerCase();
