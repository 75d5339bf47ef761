import type { MailFolder } from "../../../../schema/email/folder.js";
import { type Collection, type Context, type Page, type Paging, ROOT } from "../../connector.js";
import { fromCursor, toCursor } from "../../families/cursors.js";
import type { AtPlace } from "../at.js";
import { explain } from "../errors.js";
import { namesOf, notFound } from "../names.js";
import type { Place } from "../root.js";
import { Walk } from "../walk.js";
import { isMaildir } from "./filed.js";
import { Maildirs } from "./maildirs.js";
import { isEml, roleOf } from "./names.js";

const PAGE = 500;
/** Entries looked at for a list, and names of one folder in which a mail is looked for; what lies beyond is not told. */
const LOOKED_AT = 200_000;
const NAMES = 20_000;
const TOGETHER = 64;

/** Maildirs, and folders that hold `.eml` files. */
export const folders = (at: AtPlace): Collection<MailFolder> => ({
  traits: { pageSize: PAGE, getMany: 100 },
  list: at(list),
  get: at(async (context, place, id: string) => {
    if (!(await isMailFolder(place, id))) throw notFound();
    return toFolder(context, place, id, await above(id, (one) => isMailFolder(place, one)));
  }),
  getMany: at(async (context, place, ids: readonly string[]) => {
    const get = async (id: string): Promise<MailFolder> => {
      if (!(await isMailFolder(place, id))) throw notFound();
      return toFolder(context, place, id, await above(id, (one) => isMailFolder(place, one)));
    };
    const found: (MailFolder | Error)[] = [];
    for (const id of ids) found.push(await get(id).catch((error: unknown) => explain(error) as Error));
    return found;
  }),
});

/** In the order of their paths. */
const list = async (context: Context, place: Place, { cursor, limit }: Paging): Promise<Page<MailFolder>> => {
  const { after } = cursor === null ? { after: null } : fromCursor<{ after: string }>(cursor, isCursor);
  const all = await every(context, place);
  const rest = [...all].sort().filter((id) => after === null || id > after);
  const page = rest.slice(0, Math.min(limit, PAGE));
  const items = [];
  for (const id of page) items.push(toFolder(context, place, id, await above(id, async (one) => all.has(one))));
  const last = page.at(-1);
  return { items, next: last !== undefined && rest.length > page.length ? toCursor({ after: last }) : null };
};

const isCursor = ({ after }: { after?: string }): boolean => typeof after === "string";

const every = async (context: Context, place: Place): Promise<Set<string>> => {
  const found = new Set<string>();
  const maildirs = new Maildirs(place);
  const walk = new Walk(place, [ROOT], true);
  try {
    for (let looked = 0; looked < LOOKED_AT; ) {
      context.signal.throwIfAborted();
      const entries = await walk.next(TOGETHER);
      const folder = entries[0]?.folder.id;
      if (folder === undefined) break;
      looked += entries.length;
      if (found.has(folder) || folder.includes("\n")) continue;
      const isPart = (await maildirs.within(folder)) !== null;
      const holdsMail = entries.some(({ isFolder, name }) => !isFolder && isEml(name));
      const mayBe = entries.some(({ isFolder, name }) => isFolder && name === "cur");
      if (!isPart && (holdsMail || (mayBe && (await maildirs.is(folder))))) found.add(folder);
    }
  } finally {
    await walk.close();
  }
  return found;
};

const isMailFolder = async (place: Place, id: string): Promise<boolean> => {
  if (id.includes("\n") || (await new Maildirs(place).within(id).catch(() => null))) return false;
  return place.within(id, async (folder) => {
    if (await isMaildir(folder)) return true;
    let looked = 0;
    for await (const batch of folder.batches(TOGETHER)) {
      if (batch.some((dirent) => dirent.isFile() && isEml(dirent.name.toString()))) return true;
      looked += batch.length;
      if (looked >= NAMES) break;
    }
    return false;
  });
};

/** The nearest folder of mail above another; null where there is none. */
const above = async (id: string, is: (id: string) => Promise<boolean>): Promise<string | null> => {
  const names = namesOf(id);
  while (names.pop() !== undefined) {
    const one = names.length === 0 ? ROOT : `/${names.join("/")}`;
    if (await is(one)) return one;
  }
  return null;
};

const toFolder = (context: Context, place: Place, id: string, parent: string | null): MailFolder => {
  // Maildirs keep their folders beside `cur`, a dot before the name.
  const name = (namesOf(id).at(-1) ?? place.name).replace(/^\.(?=.)/, "");
  return {
    id: context.ref("folder", id),
    api: "email",
    type: "folder",
    name,
    role: roleOf(name),
    totalCount: null,
    unreadCount: null,
    parentId: parent === null ? null : context.ref("folder", parent),
    raw: context.raw ? { id, type: "folder", object: { path: id }, headers: null } : undefined,
  };
};
