import type { Dirent } from "node:fs";
import { type Change, ROOT } from "../connector.js";
import { codeOf, together } from "./errors.js";
import type { Held, HeldEntry } from "./held.js";
import { childId } from "./names.js";
import type { OpenFolder } from "./root.js";
import { type Entry, toEntry } from "./walk.js";
import type { Facts } from "./wire.js";

/** Entries that one memory holds at most. */
const HELD = 50_000;
const TOGETHER = 64;

interface Known {
  isFolder: boolean;
  inode: number;
  size: number;
  modified: number;
  /** When anything of it changed last; only told, never compared. */
  changed: number;
}

export interface MemoryEvents {
  changed(change: Change): void;
  /** Before a folder is read, so that nothing happens unseen between reading and watching. */
  reading(folder: OpenFolder): void;
  gone(folder: string): void;
}

/** A tree has more entries than a memory holds. */
export class TooLarge extends Error {}

/** What a tree held when it was last looked at; looking again tells what has changed. */
export class Memory {
  readonly #folders = new Map<string, Map<string, Known>>();
  #entries = 0;

  constructor(private readonly events: MemoryEvents) {}

  knows(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** All of it, to be compared with later. */
  *held(): Generator<readonly [string, ReadonlyMap<string, HeldEntry>]> {
    for (const [folder, entries] of this.#folders)
      yield [
        folder,
        new Map(
          Array.from(entries, ([name, { isFolder, size, modified }]) => [name, isFolder ? null : { size, modified }]),
        ),
      ];
  }

  /** What has changed since it held that: the same that would have been told meanwhile, but for what came and went. */
  since(held: Held): Change[] {
    const changes: Change[] = [];
    const forget = (id: string, entry: HeldEntry): void => {
      if (entry === null) for (const [name, inner] of held.get(id) ?? NOTHING) forget(childId(id, name), inner);
      changes.push(toChange("DELETE", id, entry === null, Date.now()));
    };
    const compare = (folder: string, before: ReadonlyMap<string, HeldEntry>): void => {
      const now = this.#folders.get(folder) ?? new Map<string, Known>();
      for (const [name, { isFolder, size, modified, changed }] of now) {
        const id = childId(folder, name);
        const old = before.get(name);
        if (old === undefined || (old === null) !== isFolder) {
          if (old !== undefined) forget(id, old);
          changes.push(toChange("ADD", id, isFolder, changed));
        } else if (old && (old.size !== size || old.modified !== modified))
          changes.push(toChange("UPDATE", id, isFolder, changed));
      }
      for (const [name, old] of before) if (!now.has(name)) forget(childId(folder, name), old);
      for (const [name, { isFolder }] of now) {
        const id = childId(folder, name);
        if (isFolder) compare(id, before.get(name) === null ? (held.get(id) ?? NOTHING) : NOTHING);
      }
    };
    compare(ROOT, held.get(ROOT) ?? NOTHING);
    return changes;
  }

  /** `deep`: with every folder below it; else only those that are new. Throws `TooLarge`. */
  async compare(folder: OpenFolder, deep: boolean): Promise<void> {
    this.events.reading(folder);
    const before = this.#folders.get(folder.id) ?? new Map<string, Known>();
    const after = new Map<string, Known>();
    const inner: string[] = [];
    for await (const [name, facts] of readFacts(folder)) {
      if (this.#entries - before.size + after.size >= HELD) throw new TooLarge();
      const id = childId(folder.id, name);
      const known = toKnown(facts);
      const old = before.get(name);
      after.set(name, known);
      if (old && !isAnother(old, known)) {
        if (
          !known.isFolder &&
          (old.inode !== known.inode || old.size !== known.size || old.modified !== known.modified)
        )
          this.#tell("UPDATE", id, known, facts.ctimeMs);
        if (known.isFolder && deep) inner.push(name);
      } else {
        if (old) this.#forget(id, old);
        this.#tell("ADD", id, known, facts.ctimeMs);
        if (known.isFolder) inner.push(name);
      }
    }
    for (const [name, old] of before) if (!after.has(name)) this.#forget(childId(folder.id, name), old);
    this.#entries += after.size - before.size;
    this.#folders.set(folder.id, after);
    for (const name of inner) await this.#compareInner(folder, name);
  }

  async #compareInner(folder: OpenFolder, name: string): Promise<void> {
    try {
      const inner = await folder.folder(name);
      try {
        await this.compare(inner, true);
      } finally {
        await inner.close();
      }
    } catch (error) {
      if (!UNREADABLE.includes(codeOf(error) ?? "")) throw error;
    }
  }

  #forget(id: string, known: Known): void {
    if (known.isFolder) {
      const held = this.#folders.get(id) ?? new Map<string, Known>();
      for (const [name, inner] of held) this.#forget(childId(id, name), inner);
      this.#entries -= held.size;
      this.#folders.delete(id);
      this.events.gone(id);
    }
    this.#tell("DELETE", id, known, Date.now());
  }

  #tell(kind: Change["kind"], id: string, { isFolder }: Known, milliseconds: number): void {
    this.events.changed(toChange(kind, id, isFolder, milliseconds));
  }
}

const NOTHING: ReadonlyMap<string, HeldEntry> = new Map();

const toChange = (kind: Change["kind"], id: string, isFolder: boolean, milliseconds: number): Change => ({
  kind,
  api: "storage",
  type: isFolder ? "folder" : "file",
  id,
  occurred: new Date(milliseconds).toISOString(),
});

/** Gone since it was told, or closed to us: it is as if it were empty. */
const UNREADABLE = ["ENOENT", "ENOTDIR", "EACCES", "EPERM"];

const isAnother = (old: Known, known: Known): boolean =>
  old.isFolder !== known.isFolder || (known.isFolder && old.inode !== known.inode);

const toKnown = (facts: Facts): Known => ({
  isFolder: facts.isDirectory(),
  inode: facts.ino,
  size: facts.size,
  modified: facts.mtimeMs,
  changed: facts.ctimeMs,
});

/** What a folder holds, each with its facts. */
async function* readFacts(folder: OpenFolder): AsyncGenerator<[string, Facts]> {
  for await (const batch of folder.batches(TOGETHER)) {
    const entries = batch
      .map((dirent: Dirent<Buffer>) => toEntry(folder, dirent))
      .filter((entry): entry is Entry => entry !== null);
    const facts = await together(entries, ({ name }) => folder.find(name));
    for (const [index, { name }] of entries.entries()) {
      const found = facts[index];
      if (found) yield [name, found];
    }
  }
}
