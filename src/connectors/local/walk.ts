import { isUtf8 } from "node:buffer";
import type { Dirent } from "node:fs";
import { codeOf, quietly } from "./errors.js";
import { childId, isTemporary, isTooDeep } from "./names.js";
import type { Entries, OpenFolder, Place } from "./root.js";

/** A file or folder that a walk came by. `folder` is open until the walk goes on. */
export interface Entry {
  folder: OpenFolder;
  name: string;
  isFolder: boolean;
}

/** Where a walk stands, as it outlives the walk. */
export interface Position {
  /** Start folders begun. */
  begun: number;
  /** The last name told in each folder from a start folder down; empty: none yet. */
  names: string[];
  /** The last one told is a folder whose contents come next. */
  enter: boolean;
}

interface Level {
  folder: OpenFolder;
  entries: Entries;
  last: string;
}

/**
 * Reads folders as they stream, in the order of the file system, a folder before what it holds. It keeps one descriptor pair
 * per level and no names. Links, special files, names that are not UTF-8 and temporary files of ours are passed over.
 */
export class Walk {
  readonly #levels: Level[] = [];
  #begun = 0;
  #enter: string | null = null;
  #ahead: Entry | null = null;

  constructor(
    private readonly place: Place,
    /** Native ids of the folders to read. */
    private readonly starts: readonly string[],
    private readonly recursive: boolean,
  ) {}

  /**
   * Goes on where another walk stood: after the last name told, found by reading again. The order of a folder that did not
   * change is the same each time. A name that is gone gives no place, so that folder is told again: rather twice than never.
   */
  static async resume(place: Place, starts: readonly string[], recursive: boolean, position: Position): Promise<Walk> {
    const walk = new Walk(place, starts, recursive);
    walk.#begun = position.names.length > 0 ? position.begun - 1 : position.begun;
    try {
      for (const [depth, name] of position.names.entries()) {
        const parent = walk.#levels.at(-1);
        if (!parent) await walk.#begin();
        else if (!(await walk.#push(parent.folder.folder(parent.last)))) return walk;
        if (!(await walk.#skipTo(name))) return walk;
        if (position.enter && depth === position.names.length - 1) walk.#enter = name;
      }
    } catch (error) {
      await walk.close();
      throw error;
    }
    return walk;
  }

  get position(): Position {
    return { begun: this.#begun, names: this.#levels.map((level) => level.last), enter: this.#enter !== null };
  }

  /** Up to `count` entries, all of one open folder; none at the end. */
  async next(count: number): Promise<Entry[]> {
    const found = this.#ahead ? [this.#ahead] : [];
    this.#ahead = null;
    while (found.length < count) {
      const level = this.#levels.at(-1);
      // Leaving or entering a folder closes or hides the one that the entries found so far lie in.
      if (found.length > 0 && (!level || this.#enter !== null)) break;
      if (!level) {
        if (this.#begun === this.starts.length) break;
        await this.#begin();
      } else if (this.#enter !== null) {
        const name = this.#enter;
        this.#enter = null;
        await this.#push(level.folder.folder(name));
      } else {
        const dirent = await level.entries.read();
        if (dirent !== null) {
          const entry = toEntry(level.folder, dirent);
          if (!entry) continue;
          level.last = entry.name;
          if (entry.isFolder && this.recursive) this.#enter = entry.name;
          found.push(entry);
        } else if (found.length > 0) break;
        else await this.#pop();
      }
    }
    return found;
  }

  /** Whether anything follows. Take the position before: this looks one entry further. */
  async more(): Promise<boolean> {
    this.#ahead ??= (await this.next(1))[0] ?? null;
    return this.#ahead !== null;
  }

  async close(): Promise<void> {
    while (this.#levels.length > 0) await this.#pop();
    this.#begun = this.starts.length;
    this.#enter = null;
    this.#ahead = null;
  }

  async #begin(): Promise<void> {
    const start = this.starts[this.#begun++] as string;
    await this.#open(await this.place.open(start));
  }
  /** False for a folder that has gone, or become something else, since its name was read. */
  async #push(opening: Promise<OpenFolder>): Promise<boolean> {
    try {
      await this.#open(await opening);
      return true;
    } catch (error) {
      if (GONE.includes(codeOf(error) ?? "")) return false;
      throw error;
    }
  }
  async #open(folder: OpenFolder): Promise<void> {
    try {
      this.#levels.push({ folder, entries: await folder.entries(), last: "" });
    } catch (error) {
      await folder.close();
      throw error;
    }
  }
  async #pop(): Promise<void> {
    const level = this.#levels.pop();
    if (!level) return;
    await quietly(level.entries.close());
    await level.folder.close();
  }

  async #skipTo(name: string): Promise<boolean> {
    const level = this.#levels.at(-1) as Level;
    if (name === "") return true;
    for (let dirent = await level.entries.read(); dirent !== null; dirent = await level.entries.read())
      if (toEntry(level.folder, dirent)?.name === name) {
        level.last = name;
        return true;
      }
    await quietly(level.entries.close());
    level.entries = await level.folder.entries();
    return false;
  }
}

/** A folder that may not be read is listed, but what it holds is not. */
const GONE = ["ENOENT", "ENOTDIR", "EACCES", "EPERM"];

/** What a listing tells of a directory entry; null where it tells nothing. */
export const toEntry = (folder: OpenFolder, dirent: Dirent<Buffer>): Entry | null => {
  const isFolder = dirent.isDirectory();
  if ((!isFolder && !dirent.isFile()) || !isUtf8(dirent.name)) return null;
  const name = dirent.name.toString();
  return isTemporary(name) || isTooDeep(childId(folder.id, name)) ? null : { folder, name, isFolder };
};
