import { ApiError } from "../../../errors.js";
import { checkName, ROOT } from "../../connector.js";

/** The names from the account's folder down; none for that folder itself. */
export type Names = readonly string[];

/** Bytes of one name: NAME_MAX of the file systems under most servers. */
export const NAME_BYTES = 255;
/** Bytes of a native id. What lies deeper cannot be named by an id and is not there. */
const ID_BYTES = 4096;

/** `root`, `/Reports/` for a folder, `/Reports/budget.xlsx` for a file: the path as it reads, not as it is encoded. */
export const toId = (names: Names, isFolder: boolean): string =>
  names.length === 0 ? ROOT : `/${names.join("/")}${isFolder ? "/" : ""}`;

/** Throws `not_found` for what is no id of ours; a folder is found without its last slash as well. */
export const namesOf = (id: string): string[] => {
  if (id === ROOT || id === "/") return [];
  const [before, ...names] = (id.endsWith("/") ? id.slice(0, -1) : id).split("/");
  if (before !== "" || names.length === 0 || !areOurs(names)) throw notFound();
  return names;
};

/** As `namesOf`, of something that has a parent and a name. Throws `bad_request` for the root. */
export const placeOf = (id: string): { names: string[]; parent: string[]; name: string } => {
  const names = namesOf(id);
  const name = names.at(-1);
  if (name === undefined)
    throw new ApiError("bad_request", "The root folder cannot be renamed, moved, copied or deleted.");
  return { names, parent: names.slice(0, -1), name };
};

/** Throws `invalid_parameters` for a name that nothing new may have. */
export const checkNewName = (name: string): string => {
  checkName(name);
  if (!name.isWellFormed()) throw invalid("A name must be valid Unicode.");
  if (Buffer.byteLength(name) > NAME_BYTES) throw invalid(`A name has at most ${NAME_BYTES} bytes.`);
  if (isTemporary(name)) throw invalid("This name is reserved for uploads under way.");
  return name;
};

const TEMPORARY = /^\.unigraph-[0-9a-f-]{36}\.tmp$/;

/** An upload under way, or the remains of one: no listing tells it and no id names it. */
export const isTemporary = (name: string): boolean => name.startsWith(".unigraph-") && TEMPORARY.test(name);
export const temporaryName = (): string => `.unigraph-${crypto.randomUUID()}.tmp`;

/** Whether ids can be made of these names. */
export const areOurs = (names: Names): boolean => {
  let bytes = 0;
  for (const name of names) {
    if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) return false;
    if (!name.isWellFormed() || isTemporary(name)) return false;
    bytes += 1 + Buffer.byteLength(name);
  }
  return bytes <= ID_BYTES;
};

export const isSame = (one: Names, other: Names): boolean => one.length === other.length && isWithin(one, other);
/** Also true for the folder itself. */
export const isWithin = (names: Names, folder: Names): boolean => folder.every((name, depth) => name === names[depth]);

/** A folder before what it holds, siblings by the code units of their names. */
export const compare = (one: Names, other: Names): number => {
  for (let depth = 0; depth < one.length && depth < other.length; depth++) {
    const [left, right] = [one[depth] as string, other[depth] as string];
    if (left !== right) return left < right ? -1 : 1;
  }
  return one.length - other.length;
};

const invalid = (message: string) => new ApiError("invalid_parameters", message);
export const notFound = () => new ApiError("not_found", "There is no such file or folder.");
