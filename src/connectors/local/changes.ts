import { type Change, type Context, ROOT } from "../connector.js";
import { fromCursor, toCursor } from "../families/cursors.js";
import { together } from "./errors.js";
import { Feed } from "./feed.js";
import { type Held, unpack } from "./held.js";
import type { Listings } from "./listing.js";
import { childId } from "./names.js";
import type { Place } from "./root.js";
import type { Walk } from "./walk.js";

/** Of one answer by times: changes told, names read. */
const CHANGES = 1_000;
const NAMES = 20_000;
const TOGETHER = 64;
/** Feeds kept at once, and for how many milliseconds after somebody last asked. */
const FEEDS = 16;
const KEPT_FOR = 900_000;
/** Milliseconds by which the kernel's clock for files may lag behind ours. */
const LAG = 2_000;

/** A point in the journal of a feed; for when that journal is gone, what the tree held then; and the time, if that was too much. */
interface Point {
  epoch: string | null;
  position: number;
  held: string | null;
  /** Milliseconds since 1970. */
  time: number;
}
/** In the middle of an answer by times, which ends at `end`. */
interface Middle {
  since: number;
  walk: string | null;
  end: Point;
}

/**
 * The changes of accounts' folders. From the journal where it reaches back; else (another process, a restart) by comparing what is there
 * with what was there, which the cursor carries. A tree that is too large for that is told by the times of every entry, where a
 * deletion is an update of the folder in which it happened.
 */
export class Changes {
  readonly #feeds = new Map<string, { feed: Feed; timer: NodeJS.Timeout }>();
  constructor(private readonly listings: Listings) {}

  async since(context: Context, place: Place, cursor: string | null) {
    const from =
      cursor === null
        ? null
        : fromCursor<Point | Middle>(
            cursor,
            (value) => isMiddle(value as Partial<Middle>) || isPoint(value as Partial<Point>),
          );
    if (from && "end" in from) return this.#byTimes(context, place, from);
    const held = from?.held == null ? null : await unpack(from.held);
    const time = Date.now();
    const feed = this.#feed(place);
    await feed?.look();
    // The journal, the memory and their position belong together: nothing is waited for between reading them.
    const changes = from && feed && this.#changes(feed, from, held);
    if (changes?.length === 0 && from?.epoch === feed?.epoch) return { changes, next: cursor as string, more: false };
    const now = { epoch: feed?.epoch ?? null, position: feed?.end ?? 0, time };
    const end: Point = { ...now, held: feed ? await feed.held() : null };
    if (!from) return { changes: [], next: toCursor(end), more: false };
    if (!changes) return this.#byTimes(context, place, { since: from.time - LAG, walk: null, end });
    return { changes, next: toCursor(end), more: false };
  }

  #changes(feed: Feed, { epoch, position }: Point, held: Held | null): Change[] | null {
    return (epoch === feed.epoch ? feed.after(position) : null) ?? (held && feed.since(held));
  }

  async watch(place: Place, changed: () => void): Promise<() => void> {
    return (await this.#feed(place)?.listen(changed)) ?? (() => undefined);
  }

  async #byTimes(context: Context, place: Place, { since, walk, end }: Middle) {
    const reading = { place, starts: [ROOT], recursive: true, about: "changes", cursor: walk };
    const { items, next } = await this.listings.page(reading, (entries) => changedSince(context, entries, since));
    const point: Middle | Point = next === null ? end : { since, walk: next, end };
    return { changes: items, next: toCursor(point), more: next !== null };
  }

  /** Null when so many others are listened to that there is no room. */
  #feed(place: Place): Feed | null {
    const { key } = place;
    const kept = this.#feeds.get(key);
    this.#drop(key);
    if (this.#feeds.size >= FEEDS) {
      const idle = [...this.#feeds].find(([, { feed }]) => !feed.isListenedTo);
      if (!idle) return null;
      this.#drop(idle[0]);
      idle[1].feed.close();
    }
    const feed = kept?.feed ?? new Feed(place);
    const timer = setInterval(() => {
      if (!feed.isListenedTo) this.#drop(key);
    }, KEPT_FOR).unref();
    this.#feeds.set(key, { feed, timer });
    return feed;
  }
  #drop(key: string): void {
    clearInterval(this.#feeds.get(key)?.timer);
    this.#feeds.delete(key);
  }
}

const changedSince = async (context: Context, walk: Walk, since: number): Promise<Change[]> => {
  const changes: Change[] = [];
  for (let read = 0; read < NAMES && changes.length < CHANGES; ) {
    context.signal.throwIfAborted();
    const entries = await walk.next(Math.min(TOGETHER, CHANGES - changes.length));
    if (entries.length === 0) break;
    read += entries.length;
    const found = await together(entries, async ({ folder, name }): Promise<Change | null> => {
      const facts = await folder.find(name);
      if (!facts || facts.ctimeMs < since) return null;
      return {
        kind: facts.birthtimeMs >= since ? "ADD" : "UPDATE",
        api: "storage",
        type: facts.isDirectory() ? "folder" : "file",
        id: childId(folder.id, name),
        occurred: new Date(facts.ctimeMs).toISOString(),
      };
    });
    changes.push(...found.filter((change) => change !== null));
  }
  return changes;
};

const isPoint = ({ epoch, position, held, time }: Partial<Point>): boolean =>
  (epoch === null || typeof epoch === "string") &&
  (held === null || typeof held === "string") &&
  Number.isSafeInteger(position) &&
  Number.isSafeInteger(time);

const isMiddle = ({ since, walk, end }: Partial<Middle>): boolean =>
  Number.isSafeInteger(since) &&
  (walk === null || typeof walk === "string") &&
  typeof end === "object" &&
  end !== null &&
  isPoint(end);
