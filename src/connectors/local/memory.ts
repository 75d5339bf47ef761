import type { Dirent } from "node:fs";
import type { Change } from "../connector.js";
import { codeOf, together } from "./errors.js";
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
    this.events.changed({
      kind,
      api: "storage",
      type: isFolder ? "folder" : "file",
      id,
      occurred: new Date(milliseconds).toISOString(),
    });
  }
}

/** Gone since it was told, or closed to us: it is as if it were empty. */
const UNREADABLE = ["ENOENT", "ENOTDIR", "EACCES", "EPERM"];

const isAnother = (old: Known, known: Known): boolean =>
  old.isFolder !== known.isFolder || (known.isFolder && old.inode !== known.inode);

const toKnown = (facts: Facts): Known => ({
  isFolder: facts.isDirectory(),
  inode: facts.ino,
  size: facts.size,
  modified: facts.mtimeMs,
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
