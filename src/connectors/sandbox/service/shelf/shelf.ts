import type { SQLInputValue } from "node:sqlite";
import { record } from "../changes.js";
import { fold } from "../files/tree.js";
import { type Call, decodeCursor, encodeCursor, type Service } from "../http.js";
import { invalid, notFound, Refusal } from "../refusal.js";

/** What an object says beside its id and times. */
export type Body = Record<string, unknown>;

/** An object as it lies on the shelf, and as the service tells it. */
export interface Thing<Content extends Body = Body> {
  id: string;
  created_at: string;
  modified_at: string;
  body: Content;
}

/** How objects of one kind are kept and found again. */
export interface Kind<Content extends Body = Body> {
  /** `crm.contact` */
  name: string;
  /** Ids begin with it: `con`. */
  prefix: string;
  /** What lists are ordered by: a moment in ISO 8601, mostly. */
  at(content: Content, created: string): string;
  /** Lists run from the newest to the oldest. */
  descending?: boolean;
  /** What it is called, where lists may be ordered by that. */
  called?(content: Content): string;
  /** By what lists can be narrowed; a name may stand several times. */
  keys(content: Content): Iterable<readonly [name: string, value: string]>;
  /** Where words are looked for. */
  words(content: Content): string;
  /** Not told in the feed. */
  quiet?: true;
  /** So many at most: the first of the order give way to what is made. */
  most?: number;
}

/** A question to a shelf. */
export interface Question {
  /** All of them must fit. */
  keys?: readonly (readonly [name: string, value: string])[];
  /** Only what has one of these values of a key; `by`: what names, in that field, an object of another kind that has. */
  anyOf?: { key: string; values: readonly string[]; by?: { field: string; kind: string } };
  /** Moments: the first belongs to it, the last does not. */
  from?: string | undefined;
  until?: string | undefined;
  modifiedSince?: string | undefined;
  /** Each must be found. */
  words?: string | undefined;
  order?: { by: "at" | "modified" | "called"; descending: boolean };
  /** False: nobody wants to know how many there are. */
  counted?: boolean;
}

/** One page. `cursor` is null at the end. */
export interface ShelfPage<Content extends Body = Body> {
  things: Thing<Content>[];
  cursor: string | null;
  /** Null where counting would mean reading everything. */
  total: number | null;
}

interface Selection {
  from: string;
  values: SQLInputValue[];
  at: "k" | "o";
}

/** Objects of each account and kind. */
const MOST = 200_000;

interface Row {
  number: number;
  id: string;
  at: string;
  modified: string;
  called: string;
  created: string;
  body: string;
}

/** The objects of one kind in one account, for one request. */
export class Shelf<Content extends Body = Body> {
  readonly #account: number;
  constructor(
    private readonly service: Service,
    private readonly call: Pick<Call, "account">,
    readonly kind: Kind<Content>,
  ) {
    this.#account = call.account.number;
  }

  find(id: string): Thing<Content> | null {
    const sql = "SELECT * FROM objects WHERE account = ? AND kind = ? AND id = ?";
    const row = this.service.database.get<Row>(sql, this.#account, this.kind.name, id);
    return row ? toThing<Content>(row) : null;
  }
  get(id: string): Thing<Content> {
    const thing = this.find(id);
    if (!thing) throw notFound(this.kind.name.split(".").at(-1));
    return thing;
  }

  page(question: Question, { cursor, limit }: { cursor?: string | undefined; limit: number }): ShelfPage<Content> {
    const { order = { by: "at", descending: this.kind.descending ?? false } } = question;
    const { from, values, at } = this.#selection(question);
    const position = cursor === undefined ? [] : decodeCursor(cursor, 2);
    const [by, id] = order.by === "at" ? [`${at}.at`, `${at}.id`] : [`o.${order.by}`, "o.id"];
    const after = position.length > 0 ? `AND (${by}, ${id}) ${order.descending ? "<" : ">"} (?, ?)` : "";
    const direction = order.descending ? " DESC" : "";
    const rows = this.service.database.all<Row>(
      `SELECT o.* ${from} ${after} ORDER BY ${by}${direction}, ${id}${direction} LIMIT ?`,
      ...values,
      ...position,
      limit + 1,
    );
    const more = rows.length > limit;
    if (more) rows.pop();
    const last = rows.at(-1);
    return {
      things: rows.map((row) => toThing<Content>(row)),
      cursor: more && last ? encodeCursor([last[order.by], last.id]) : null,
      total: question.words === undefined && question.counted !== false ? this.#total(question, from, values) : null,
    };
  }

  count(question: Question): number {
    const { from, values } = this.#selection(question);
    return this.#total(question, from, values);
  }

  /** Makes an object, told in the feed. */
  create(body: Content, id = this.nextId()): Thing<Content> {
    const created = this.#now();
    const { items } = this.service.database.get<{ items: number }>(
      "SELECT count(*) AS items FROM objects WHERE account = ? AND kind = ?",
      this.#account,
      this.kind.name,
    ) ?? { items: 0 };
    if (this.kind.most !== undefined) this.#makeRoom(items - this.kind.most + 1);
    else if (items >= MOST) throw new Refusal(507, "too_many_objects", "The account holds no more of these.");
    const thing = { id, created_at: created, modified_at: created, body };
    this.place(thing);
    this.#tell("created", id);
    return thing;
  }

  /** Puts another body in the place of an object's, told in the feed. */
  update(id: string, body: Content): Thing<Content> {
    const { created_at } = this.get(id);
    const thing = { id, created_at, modified_at: this.#now(), body };
    this.#take(id);
    this.place(thing);
    this.#tell("updated", id);
    return thing;
  }

  remove(id: string): void {
    this.get(id);
    this.#take(id);
    this.#tell("deleted", id);
  }

  /** All that have this key go, untold: what they belonged to has gone. */
  removeAll(key: readonly [name: string, value: string]): void {
    for (;;) {
      const { things } = this.page({ keys: [key] }, { limit: 1000 });
      for (const { id } of things) this.#take(id);
      if (things.length === 0) return;
    }
  }

  /** Without telling: what an account begins with, unless it is there. */
  sow(thing: Thing<Content>): void {
    this.#insert("INSERT OR IGNORE", thing);
  }
  /** Without telling. */
  place(thing: Thing<Content>): void {
    this.#insert("INSERT", thing);
  }
  #insert(insert: "INSERT" | "INSERT OR IGNORE", { id, created_at, modified_at, body }: Thing<Content>): void {
    const { name, at, called, keys, words } = this.kind;
    const moment = at(body, created_at);
    const { database } = this.service;
    database.run(
      `${insert} INTO objects (account, kind, id, at, modified, called, folded, created, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      this.#account,
      name,
      id,
      moment,
      modified_at,
      fold(called?.(body) ?? ""),
      fold(words(body)),
      created_at,
      JSON.stringify(body),
    );
    database.run(
      `INSERT OR IGNORE INTO object_keys SELECT ?, ?, value ->> 0, value ->> 1, ?, ? FROM json_each(?)`,
      this.#account,
      name,
      moment,
      id,
      JSON.stringify([...keys(body)]),
    );
  }

  /** Without telling: what follows from other objects, in the place of what was there. Null: nothing follows any more. */
  settle(id: string, thing: Thing<Content> | null): void {
    if (this.find(id)) this.#take(id);
    if (thing) this.place(thing);
  }

  /** Objects with this key. */
  countKey(name: string, value: string): number {
    const sql = "SELECT count(*) AS items FROM object_keys WHERE account = ? AND kind = ? AND name = ? AND value = ?";
    return this.service.database.get<{ items: number }>(sql, this.#account, this.kind.name, name, value)?.items ?? 0;
  }

  #take(id: string): void {
    const { database } = this.service;
    const { at } = database.get<Row>(
      "SELECT at FROM objects WHERE account = ? AND kind = ? AND id = ?",
      this.#account,
      this.kind.name,
      id,
    ) ?? { at: "" };
    for (const [key, value] of this.kind.keys(this.get(id).body))
      database.run(
        "DELETE FROM object_keys WHERE account = ? AND kind = ? AND name = ? AND value = ? AND at = ? AND id = ?",
        this.#account,
        this.kind.name,
        key,
        value,
        at,
        id,
      );
    database.run("DELETE FROM objects WHERE account = ? AND kind = ? AND id = ?", this.#account, this.kind.name, id);
  }

  #makeRoom(count: number): void {
    if (count <= 0) return;
    const order = { by: "at", descending: false } as const;
    for (const { id } of this.page({ order }, { limit: count }).things) this.#take(id);
  }

  /** `at`: which of the two tables is read in the order of moments. */
  #selection({ keys = [], anyOf, from, until, modifiedSince, words }: Question): Selection {
    const [first, ...others] = keys;
    const at = first ? "k" : "o";
    // CROSS JOIN: the keys are read first, as SQLite would not know to do.
    const joined = first
      ? `FROM object_keys k CROSS JOIN objects o ON o.account = k.account AND o.kind = k.kind AND o.id = k.id
         WHERE k.account = ? AND k.kind = ? AND k.name = ? AND k.value = ?`
      : "FROM objects o WHERE o.account = ? AND o.kind = ?";
    const values: SQLInputValue[] = [this.#account, this.kind.name, ...(first ?? [])];
    let where = "";
    const add = (condition: string, ...bound: SQLInputValue[]) => {
      where += ` AND ${condition}`;
      values.push(...bound);
    };
    for (const [name, value] of others)
      add(
        `EXISTS (SELECT 1 FROM object_keys e WHERE e.account = k.account AND e.kind = k.kind AND e.name = ? AND e.value = ?
         AND e.at = k.at AND e.id = k.id)`,
        name,
        value,
      );
    if (anyOf) {
      const having = `SELECT v.id FROM object_keys v WHERE v.account = ? AND v.kind = ? AND v.name = ?
         AND v.value IN (SELECT value FROM json_each(?))`;
      const { key, values: some, by } = anyOf;
      const bound = [this.#account, by?.kind ?? this.kind.name, key, JSON.stringify(some)];
      if (by) add(`json_extract(o.body, ?) IN (${having})`, `$.${by.field}`, ...bound);
      else add(`o.id IN (${having})`, ...bound);
    }
    if (from !== undefined) add(`${at}.at >= ?`, momentOf("from", from));
    if (until !== undefined) add(`${at}.at < ?`, momentOf("until", until));
    if (modifiedSince !== undefined) add("o.modified >= ?", momentOf("modified_since", modifiedSince));
    for (const word of words === undefined ? [] : fold(words).split(/\s+/).filter(Boolean).slice(0, 10))
      add("instr(o.folded, ?) > 0", word);
    return { from: joined + where, values, at };
  }

  #total({ keys = [], ...rest }: Question, from: string, values: readonly SQLInputValue[]): number {
    const [key] = keys;
    const isAll =
      keys.length === 1 &&
      [rest.anyOf, rest.from, rest.until, rest.modifiedSince, rest.words].every((one) => one === undefined);
    if (key && isAll) return this.countKey(...key);
    return this.service.database.get<{ total: number }>(`SELECT count(*) AS total ${from}`, ...values)?.total ?? 0;
  }

  /** For an object whose body names itself. In the order in which objects are made, so that those of one millisecond stay in it. */
  nextId(): string {
    const sql = "UPDATE accounts SET next = next + 1 WHERE number = ? RETURNING next";
    const { next } = this.service.database.get<{ next: number }>(sql, this.#account) ?? { next: 0 };
    // Of one length, so that what was made in one moment stays in the order in which it was made.
    return `${this.kind.prefix}_n${next.toString(36).padStart(7, "0")}`;
  }

  #now(): string {
    return new Date(this.service.now()).toISOString();
  }

  #tell(what: "created" | "updated" | "deleted", id: string): void {
    if (this.kind.quiet) return;
    record(this.service, this.call.account, what, [{ id, kind: this.kind.name }], this.#now());
  }
}

const toThing = <Content extends Body>({ id, created, modified, body }: Row): Thing<Content> => ({
  id,
  created_at: created,
  modified_at: modified,
  body: JSON.parse(body) as Content,
});

/** Any moment of ISO 8601 in the one form that is kept. */
export const momentOf = (name: string, text: string): string => {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw invalid(`${name}: not a moment in ISO 8601.`);
  return new Date(milliseconds).toISOString();
};
