import { ApiError, Broken, toApiError } from "../../errors.js";
import type { Context, StorageItem, StorageKey } from "../connector.js";
import { pathOf } from "../families/paths/items.js";
import { compare, type Names, namesOf, notFound } from "../families/paths/names.js";
import { explain, unless } from "./errors.js";
import { toItem } from "./map.js";
import { isTold } from "./paths.js";
import { pipelined } from "./pipeline.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";
import { type Facts, isFile, isFolder, type Resource, STATUS } from "./wire.js";

/** Keys of one `getMany`. */
export const KEYS = 1000;
/** Entries of one folder; more are refused, for a page is cut from a list that is whole and sorted. */
const ENTRIES = 200_000;
/** READDIRs that are sent before the answer of the first has come. */
const AHEAD = 4;

/** What a path may hold that is not there, or is too long for the server. */
const NOTHING = [STATUS.noSuchFile, STATUS.badMessage];

/**
 * What lies at a path, for all who ask by the same one once. Every folder on the way is looked at in the same round trip: the
 * server would follow a link among them, and a link is not there, wherever it leads.
 */
export class Finder {
  readonly #known = new Map<string, Promise<Facts | Error | null>>();
  constructor(
    private readonly session: Session,
    private readonly context: Pick<Context, "settings">,
  ) {}

  async find(names: Names): Promise<Resource | null> {
    if (names.length === 0) {
      const facts = await unless(NOTHING, this.session.stat(pathOf(this.context, [])));
      return facts && isFolder(facts) ? { names, isFolder: true, facts } : null;
    }
    const way = names.map((_, depth) => this.#look(names.slice(0, depth + 1)));
    for (const [depth, look] of way.entries()) {
      const facts = await look;
      const isLast = depth === names.length - 1;
      if (facts instanceof Error) throw facts;
      if (!facts || !(isFolder(facts) || (isLast && isFile(facts)))) return null;
      if (isLast) return { names, isFolder: isFolder(facts), facts };
    }
    return null;
  }

  /** Asks already for what will be looked at one after the other. */
  ahead(...paths: readonly Names[]): this {
    for (const names of paths) for (const depth of names.keys()) this.#look(names.slice(0, depth + 1));
    return this;
  }

  /** Whether a name is taken, be it by what is not told. */
  async isTaken(names: Names): Promise<boolean> {
    const facts = await this.#look(names);
    if (facts instanceof Error) throw facts;
    return facts !== null;
  }

  #look(names: Names): Promise<Facts | Error | null> {
    const path = pathOf(this.context, names);
    const known = this.#known.get(path);
    if (known) return known;
    // Never rejected, for a failure further down the way does not matter when there is no such way.
    const look = unless(NOTHING, this.session.lstat(path)).catch((error: Error) => error);
    this.#known.set(path, look);
    return look;
  }
}

export const get = (context: Context, id: string): Promise<StorageItem> => {
  const names = namesOf(id);
  return inSession(context, async (session) => {
    const found = await new Finder(session, context).find(names);
    if (!found) throw notFound();
    return toItem(context, found);
  });
};

/** All in one round trip, however many. */
export const getMany = (context: Context, keys: readonly StorageKey[]): Promise<(StorageItem | Error)[]> =>
  inSession(context, (session) => {
    const finder = new Finder(session, context);
    return pipelined(keys, async ({ id }) => {
      try {
        const found = await finder.find(namesOf(id));
        return found ? toItem(context, found) : notFound();
      } catch (error) {
        const told = toApiError(explain(error));
        if (told instanceof Broken) throw told;
        return told;
      }
    });
  });

/** What a folder holds, sorted by name. */
export const children = (context: Context, folder: Names): Promise<Resource[]> =>
  inSession(context, async (session, loan) => {
    const found = await new Finder(session, context).find(folder);
    if (!found?.isFolder) throw notFound();
    const told: Resource[] = [];
    for await (const entries of read(session, pathOf(context, folder))) {
      loan.signal.throwIfAborted();
      loan.moved();
      for (const { filename, attrs } of entries)
        if ((isFolder(attrs) || isFile(attrs)) && isTold(folder, filename))
          told.push({ names: [...folder, filename], isFolder: isFolder(attrs), facts: attrs });
      if (told.length > ENTRIES)
        throw new ApiError("request_failed", `A folder with more than ${ENTRIES} entries cannot be listed.`);
    }
    return told.sort((one, other) => compare(one.names, other.names));
  });

/** Everything that a folder holds, as the server tells it, links and the like among them. */
export async function* read(session: Session, path: string) {
  const folder = await session.opendir(path);
  try {
    const ahead = Array.from({ length: AHEAD }, () => session.readdir(folder));
    for (const next of ahead) next.catch(() => undefined);
    for (;;) {
      const entries = await (ahead.shift() as (typeof ahead)[0]);
      if (entries.length === 0) return;
      const next = session.readdir(folder);
      next.catch(() => undefined);
      ahead.push(next);
      yield entries.filter(({ filename }) => filename !== "." && filename !== "..");
    }
  } finally {
    session.close(folder).catch(() => undefined);
  }
}
