import { type BigIntStats, constants } from "node:fs";
import { lstat } from "node:fs/promises";
import { ApiError } from "../../../errors.js";
import { PRIMARY, ROOT } from "../../connector.js";
import { type CalendarText, readCalendar, type Series } from "../../families/icalendar/read.js";
import { childId, notFound, split } from "../names.js";
import type { OpenFolder, Place } from "../root.js";
import { toEntry, Walk } from "../walk.js";
import { uidKey } from "./ids.js";

/** Calendars of one account; names looked at to find them. */
const CALENDARS = 1_000;
const LOOKED_AT = 100_000;
/** Bytes of one file, of all that are asked together, and of those that are kept parsed. */
export const FILE_BYTES = 4 << 20;
const TOGETHER_BYTES = 32 << 20;
const KEPT_BYTES = 32 << 20;
const ENTRIES = 64;
/** Milliseconds within which a file may be written again without another time to show for it. */
const RESTLESS = 100;

/** Which very file it is, and as it stood when. */
export interface Stamp {
  ino: bigint;
  dev: bigint;
  size: bigint;
  mtimeNs: bigint;
}
export const stampOf = ({ ino, dev, size, mtimeNs }: BigIntStats): Stamp => ({ ino, dev, size, mtimeNs });
export const isSame = (one: Stamp, other: Stamp): boolean =>
  one.ino === other.ino && one.dev === other.dev && one.size === other.size && one.mtimeNs === other.mtimeNs;

/** An `.ics` file as it stands on the disk. */
export interface Sheet {
  /** Native id of the calendar: the file's path. */
  id: string;
  stamp: Stamp;
  /** ISO 8601. */
  created: string | null;
  modified: string;
  /** Null for a text that cannot be read. */
  calendar: CalendarText | null;
  /** By `uidKey`. */
  series: ReadonlyMap<string, Series>;
}

/** The text of a file with what it stands in, in one reading. */
export const readText = async (
  folder: OpenFolder,
  name: string,
): Promise<{ text: string; stamp: Stamp; mode: number; facts: BigIntStats }> => {
  const handle = await folder.file(name, constants.O_RDONLY);
  try {
    const facts = await handle.stat({ bigint: true });
    checkSize(Number(facts.size));
    const bytes = await handle.readFile();
    checkSize(bytes.length);
    return { text: bytes.toString("utf8"), stamp: stampOf(facts), mode: Number(facts.mode) & 0o777, facts };
  } finally {
    await handle.close();
  }
};

export const checkSize = (bytes: number): void => {
  if (bytes > FILE_BYTES) throw new ApiError("entity_too_large", `A calendar's file has at most ${FILE_BYTES} bytes.`);
};

export const isCalendar = (name: string): boolean => /.\.ics$/i.test(name);

/** Parsed files, kept as long as they stand as they were. */
export class Sheets {
  readonly #kept = new Map<string, Sheet>();
  #bytes = 0;

  /** A calendar by its native id, or `primary`. */
  async read(place: Place, named: string): Promise<Sheet> {
    const id = named === PRIMARY ? await primaryOf(place) : named;
    if (id === null) throw new ApiError("not_found", "There is no calendar in this folder.");
    const { parent, name } = split(id);
    if (!isCalendar(name)) throw notFound();
    return place.within(parent, (folder) => this.#readIn(place, folder, name));
  }

  /** All that can be read, in the order of `find`. Throws `entity_too_large` when that would be too much at once. */
  async readAll(place: Place, signal: AbortSignal): Promise<Sheet[]> {
    const sheets: Sheet[] = [];
    let bytes = 0;
    for (const id of await find(place, signal)) {
      const sheet = await this.readable(place, id);
      if (!sheet?.calendar) continue;
      bytes += Number(sheet.stamp.size);
      if (bytes > TOGETHER_BYTES)
        throw new ApiError("entity_too_large", "The calendars are too large to be asked together: name one of them.");
      sheets.push(sheet);
    }
    return sheets;
  }

  /** Null for one that has gone since it was found, may not be read or is too large. */
  async readable(place: Place, id: string): Promise<Sheet | null> {
    return this.read(place, id).catch(() => null);
  }

  async #readIn(place: Place, folder: OpenFolder, name: string): Promise<Sheet> {
    const id = childId(folder.id, name);
    const key = `${place.key}\0${id}`;
    const now = stampOf(await lstat(folder.path(name), { bigint: true }));
    const kept = this.#kept.get(key);
    if (kept && isSame(kept.stamp, now)) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const { text, stamp, facts } = await readText(folder, name);
    const calendar = parsed(text);
    const sheet: Sheet = {
      id,
      stamp,
      created: facts.birthtimeMs > 0n ? facts.birthtime.toISOString() : null,
      modified: facts.mtime.toISOString(),
      calendar,
      series: new Map(calendar?.series.map((series) => [uidKey(series.uid), series])),
    };
    this.#forget(key);
    if (Date.now() - Number(facts.mtimeMs) > RESTLESS) this.#keep(key, sheet);
    return sheet;
  }

  #keep(key: string, sheet: Sheet): void {
    this.#kept.set(key, sheet);
    this.#bytes += Number(sheet.stamp.size);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= KEPT_BYTES && this.#kept.size <= CALENDARS) break;
      this.#forget(oldest);
    }
  }
  #forget(key: string): void {
    this.#bytes -= Number(this.#kept.get(key)?.stamp.size ?? 0n);
    this.#kept.delete(key);
  }
}

const parsed = (text: string): CalendarText | null => {
  try {
    return readCalendar(text);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
};

/** Paths of all calendars: those of the account's own folder first, then by path. */
export const find = async (place: Place, signal: AbortSignal): Promise<string[]> => {
  const found: string[] = [];
  const walk = new Walk(place, [ROOT], true);
  try {
    for (let looked = 0; looked < LOOKED_AT; ) {
      signal.throwIfAborted();
      const entries = await walk.next(ENTRIES);
      if (entries.length === 0) break;
      looked += entries.length;
      for (const { folder, name, isFolder } of entries)
        if (!isFolder && isCalendar(name)) found.push(childId(folder.id, name));
    }
  } finally {
    await walk.close();
  }
  return found.sort(inOrder).slice(0, CALENDARS);
};

const inOrder = (one: string, other: string): number =>
  Number(one.includes("/", 1)) - Number(other.includes("/", 1)) || (one < other ? -1 : one > other ? 1 : 0);

/** The first of them. Mostly it lies in the account's own folder, and no other has to be looked at. */
export const primaryOf = async (place: Place): Promise<string | null> => {
  let first: string | null = null;
  await place.within(ROOT, async (folder) => {
    for await (const batch of folder.batches(ENTRIES))
      for (const dirent of batch) {
        const entry = toEntry(folder, dirent);
        if (!entry || entry.isFolder || !isCalendar(entry.name)) continue;
        const id = childId(folder.id, entry.name);
        if (first === null || id < first) first = id;
      }
  });
  return first ?? (await find(place, new AbortController().signal))[0] ?? null;
};
