import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Database } from "./database.js";
import { Refusal } from "./refusal.js";

/** What one account may keep, the trash and unfinished uploads among it. */
export const QUOTA = 256 * 2 ** 20; // bytes
const MAXIMUM_ITEMS = 200_000; // files and folders

const CHUNK = 256 * 1024; // bytes
/** Milliseconds after which bytes that became part of no file are given up. */
const ABANDONED = 24 * 3600 * 1000;

/** What was written: how many bytes, and a name for exactly these. */
export interface Written {
  size: number;
  etag: string;
}

/** An object of the shelf that has bytes of its own. */
export interface Owner {
  account: number;
  /** `email.message` */
  kind: string;
  id: string;
}

/** Bytes of files, in chunks, so that none is held in memory as a whole. */
export class Contents {
  /** Contents being read right now: they outlive their files until the reader has gone. */
  readonly #readers = new Map<number, number>();

  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {
    database.run(`DELETE FROM contents WHERE created < ? AND ${UNUSED}`, now() - ABANDONED);
  }

  /** An empty content that belongs to no file yet. */
  create(account: number): number {
    return this.database.run("INSERT INTO contents (account, created) VALUES (?, ?)", account, this.now()).inserted;
  }

  /** A small content as a whole, attached. */
  keep(account: number, bytes: Uint8Array): Written & { content: number } {
    const insert = "INSERT INTO contents (account, size, attached, created) VALUES (?, ?, 1, ?)";
    const content = this.database.run(insert, account, bytes.length, this.now()).inserted;
    this.database.run("INSERT INTO chunks VALUES (?, 0, ?)", content, bytes);
    return { content, size: bytes.length, etag: etagOf(createHash("sha256").update(bytes)) };
  }

  /**
   * Writes a body from the byte `start` on, as it comes. `beforeChunk` runs in each chunk's transaction, is told the bytes written
   * by then, and stops the writing by throwing.
   */
  async write(
    place: { account: number; content: number; start: number },
    body: Readable,
    beforeChunk: (size: number) => void,
  ): Promise<Written> {
    const { account, content, start } = place;
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of chunked(body)) {
      hash.update(chunk);
      this.database.transaction(() => {
        beforeChunk(size + chunk.length);
        this.makeRoom(account, { bytes: chunk.length });
        this.database.run("INSERT INTO chunks VALUES (?, ?, ?)", content, start + size, chunk);
        this.database.run("UPDATE contents SET size = size + ? WHERE number = ?", chunk.length, content);
      });
      size += chunk.length;
    }
    return { size, etag: etagOf(hash) };
  }

  /** Frees the bytes from `start` up to `end`, exclusive. */
  clear(content: number, start: number, end: number): void {
    const range = "FROM chunks WHERE content = ? AND start >= ? AND start < ?";
    const sum = `SELECT coalesce(sum(length(bytes)), 0) AS bytes ${range}`;
    const freed = this.database.get<{ bytes: number }>(sum, content, start, end)?.bytes ?? 0;
    this.database.run("UPDATE contents SET size = size - ? WHERE number = ?", freed, content);
    this.database.run(`DELETE ${range}`, content, start, end);
  }

  /** The content belongs to a file from now on. */
  attach(content: number): void {
    this.database.run("UPDATE contents SET attached = 1 WHERE number = ?", content);
  }

  /** The content belongs to an object of another category from now on, and goes with the last that it belongs to. */
  hold({ account, kind, id }: Owner, content: number): void {
    this.database.run("INSERT OR IGNORE INTO object_contents VALUES (?, ?, ?, ?)", account, kind, id, content);
    this.database.run("UPDATE contents SET attached = 2 WHERE number = ?", content);
  }

  /** The object is gone. */
  letGo({ account, kind, id }: Owner): void {
    const of = "FROM object_contents WHERE account = ? AND kind = ? AND id = ?";
    const held = this.database.all<{ content: number }>(`SELECT content ${of}`, account, kind, id);
    this.database.run(`DELETE ${of}`, account, kind, id);
    for (const { content } of held) this.release(content);
  }

  /** The bytes from `start` up to `end`, exclusive. */
  read(content: number, start: number, end: number): Readable {
    const { database } = this;
    this.#readers.set(content, (this.#readers.get(content) ?? 0) + 1);
    let position = start;
    return new Readable({
      highWaterMark: CHUNK,
      read() {
        const chunk =
          position < end ? database.get<{ start: number; bytes: Uint8Array }>(CHUNK_AT, content, position) : null;
        if (!chunk) return void this.push(null);
        const from = position - chunk.start;
        const bytes = Buffer.from(chunk.bytes.subarray(from, from + end - position));
        if (bytes.length === 0) return void this.destroy(new Error("The content is shorter than its file says."));
        position += bytes.length;
        this.push(bytes);
      },
      destroy: (error, done) => {
        const others = (this.#readers.get(content) ?? 1) - 1;
        if (others > 0) this.#readers.set(content, others);
        else this.#readers.delete(content);
        if (database.isOpen) this.release(content);
        done(error);
      },
    });
  }

  /** Gives up a content unless a file, an object or a reader still needs it. */
  release(content: number): void {
    if (this.#readers.has(content)) return;
    this.database.run(`DELETE FROM contents WHERE number = ? AND ${UNUSED}`, content);
  }

  /** The space of an account, after what waits in the trash has given way to what is needed. */
  makeRoom(account: number, needed: { bytes?: number; items?: number }): void {
    const { bytes = 0, items = 0 } = needed;
    for (;;) {
      const space = this.space(account);
      if (space.used + bytes <= QUOTA && space.items + items <= MAXIMUM_ITEMS) return;
      const oldest =
        "SELECT id, content FROM items WHERE account = ? AND trashed IS NOT NULL ORDER BY trashed, id LIMIT 1";
      const given = this.database.get<{ id: string; content: number | null }>(oldest, account);
      if (!given) throw new Refusal(507, "quota_exceeded", "There is no space left.");
      this.database.run("DELETE FROM items WHERE account = ? AND id = ?", account, given.id);
      if (given.content !== null) this.release(given.content);
    }
  }

  /** Bytes and items of an account, with those of unfinished uploads and of other categories. */
  space(account: number): { used: number; items: number } {
    return this.database.get<{ used: number; items: number }>(SPACE, account) ?? { used: 0, items: 0 };
  }
}

const UNUSED = `NOT EXISTS (SELECT 1 FROM items WHERE content = contents.number)
  AND NOT EXISTS (SELECT 1 FROM object_contents WHERE content = contents.number)`;
const SPACE = `SELECT items, used + (SELECT coalesce(sum(size), 0) FROM contents WHERE account = ?1 AND attached <> 1) AS used
  FROM accounts WHERE number = ?1`;
const CHUNK_AT = "SELECT start, bytes FROM chunks WHERE content = ? AND start <= ? ORDER BY start DESC LIMIT 1";

const etagOf = (hash: ReturnType<typeof createHash>): string => hash.digest("hex").slice(0, 32);

/** A refusal leaves the rest of a body unread; destroying it would look like an upload that broke off. */
export const KEEP = { destroyOnReturn: false };

/** The same bytes in chunks of one size; the last one may be smaller. */
async function* chunked(body: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of body.iterator(KEEP)) {
    waiting.push(Buffer.from(piece));
    size += piece.length;
    if (size < CHUNK) continue;
    const bytes = Buffer.concat(waiting, size);
    let start = 0;
    for (; size - start >= CHUNK; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
    waiting = [bytes.subarray(start)];
    size -= start;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}
