import { randomUUID } from "node:crypto";
import { ApiError } from "../../errors.js";
import { checkName, freeNames, ROOT } from "../connector.js";

/** Bytes of one name: NAME_MAX of every file system that Linux and macOS write. */
export const NAME_BYTES = 255;
/** Bytes of a native id: PATH_MAX. What lies deeper is not there. */
const ID_BYTES = 4096;

const TEMPORARY = /^\.unigraph-[0-9a-f-]{36}\.tmp$/;

/** A name that nobody else has and no listing tells. */
export const temporaryName = (): string => `.unigraph-${randomUUID()}.tmp`;
export const isTemporary = (name: string): boolean => name.charCodeAt(0) === 46 && TEMPORARY.test(name);

/** The native id of what is called `name` in a folder: its path from the account's folder, `/` first. */
export const childId = (folder: string, name: string): string => (folder === ROOT ? `/${name}` : `${folder}/${name}`);

export const isTooDeep = (id: string): boolean => id.length * 3 > ID_BYTES && Buffer.byteLength(id) > ID_BYTES;

/** The names from the account's folder down to what the id names. Throws `not_found` for anything that we did not make. */
export const namesOf = (id: string): string[] => {
  if (id === ROOT) return [];
  const [before, ...names] = id.split("/");
  if (before !== "" || names.length === 0 || isTooDeep(id) || !id.isWellFormed() || !names.every(isNameOfOurs))
    throw notFound();
  return names;
};

const isNameOfOurs = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !name.includes("\0") && !isTooLong(name) && !isTemporary(name);

const isTooLong = (name: string): boolean => name.length * 3 > NAME_BYTES && Buffer.byteLength(name) > NAME_BYTES;

/** An id as the folder that holds the thing and its name there. The root has no parent: `bad_request`. */
export const split = (id: string): { parent: string; name: string } => {
  const names = namesOf(id);
  const name = names.at(-1);
  if (name === undefined)
    throw new ApiError("bad_request", "The root folder cannot be renamed, moved, copied or deleted.");
  return { parent: names.length === 1 ? ROOT : id.slice(0, -name.length - 1), name };
};

/** The id that a new name in a folder will have. Throws `invalid_parameters` for what no file system takes. */
export const newId = (folder: string, name: string): string => {
  checkName(name);
  if (!name.isWellFormed()) throw invalid("A name must be valid Unicode.");
  if (isTooLong(name)) throw invalid(`A name has at most ${NAME_BYTES} bytes.`);
  if (isTemporary(name)) throw invalid("This name is reserved for uploads under way.");
  const id = childId(folder, name);
  if (isTooDeep(id)) throw invalid(`A path has at most ${ID_BYTES} bytes.`);
  return id;
};

/** `freeNames` of which none is too long: the stem gives way to the number. */
export function* fittingNames(name: string): Generator<string> {
  yield name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 ? name.slice(dot) : "";
  const stem = Array.from(name.slice(0, name.length - ending.length));
  const room = NAME_BYTES - " (1000)".length;
  while (stem.length > 1 && Buffer.byteLength(stem.join("") + ending) > room) stem.pop();
  const [, ...numbered] = freeNames(stem.join("") + ending);
  yield* numbered;
}

const invalid = (message: string) => new ApiError("invalid_parameters", message);
export const notFound = () => new ApiError("not_found", "There is no such file or folder.");
