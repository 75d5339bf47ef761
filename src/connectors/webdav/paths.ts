import type { Context } from "../connector.js";
import { decodeName } from "../families/dav/hrefs.js";
import type { Names } from "../families/paths/names.js";

/** The path of a request, percent-encoded; a folder's ends with a slash. */
export const pathOf = (context: Context, names: Names, isFolder: boolean): string => {
  const { path } = baseOf(context);
  const below = names.map(encodeURIComponent).join("/");
  return path + below + (isFolder && names.length > 0 ? "/" : "");
};

/** What a `Destination` header says: RFC 4918 allows a path alone, Apache does not. */
export const urlOf = (context: Context, names: Names, isFolder: boolean): string =>
  baseOf(context).origin + pathOf(context, names, isFolder);

/** How many names lead to the account's folder on its server. */
export const baseDepth = (context: Context): number => baseOf(context).depth;

/** The account's folder when the server has no name for it. */
export const rootName = (context: Context): string => baseOf(context).name;

interface Base {
  origin: string;
  /** Begins and ends with a slash. */
  path: string;
  depth: number;
  name: string;
}
const bases = new WeakMap<object, Base>();

const baseOf = ({ settings }: Context): Base => {
  let base = bases.get(settings);
  if (!base) {
    const { origin, pathname, host } = new URL(String(settings.url));
    const names = pathname.split("/").filter(Boolean);
    const name = decodeName(names.at(-1) ?? "") || host;
    base = { origin, path: ["", ...names, ""].join("/"), depth: names.length, name };
    bases.set(settings, base);
  }
  return base;
};
