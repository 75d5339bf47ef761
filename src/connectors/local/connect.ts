import { realpath } from "node:fs/promises";
import { basename, isAbsolute, join, sep } from "node:path";
import { ApiError } from "../../errors.js";
import { type Connection, ROOT } from "../connector.js";
import { quietly } from "./errors.js";
import { Place } from "./root.js";

/**
 * What the user typed as one of the operator's folders: its path, its name, its number from 1, nothing where there is but one;
 * each with names of folders below it. Everything else is `forbidden`, in the same words whether it is there or not.
 */
export const choose = async (folders: readonly string[], typed: string): Promise<Connection> => {
  for (const path of candidates(folders, typed.trim())) {
    const settings = await locate(folders, path);
    if (!settings) continue;
    const place = Place.of(settings, folders);
    const folder = await place.open(ROOT).catch(() => null);
    if (!folder) continue;
    await quietly(folder.close());
    return { name: place.name, settings, credential: { scheme: "none" } };
  }
  throw new ApiError("forbidden", "The operator of this server offers no such folder.");
};

/** The address that was typed, as a setting. */
export const addressIn = (typed: string): { email?: string } => {
  const email = typed.trim();
  if (email === "") return {};
  if (email.length > 320 || !/^[^@\s]+@[^@\s]+$/.test(email))
    throw new ApiError("invalid_parameters", "This is no e-mail address.");
  return { email };
};

const candidates = (folders: readonly string[], typed: string): string[] => {
  if (isAbsolute(typed)) return [typed];
  const [first = "", ...rest] = typed.split("/");
  const named = folders.filter((folder) => basename(folder) === first);
  const numbered = /^[1-9]\d*$/.test(first) ? folders.slice(Number(first) - 1, Number(first)) : [];
  const only = first === "" && folders.length === 1 ? folders : [];
  return [...named, ...numbered, ...only].map((folder) => join(folder, ...rest));
};

/** A path as the operator's folder that holds it most closely, and the way down from there; links are resolved. */
const locate = async (folders: readonly string[], path: string): Promise<{ root: string; below: string } | null> => {
  const real = await resolved(path);
  const roots = await Promise.all(folders.map(async (root) => ({ root, real: await resolved(root) })));
  const [holder] = roots
    .filter((root) => real !== null && root.real !== null && isWithin(root.real, real))
    .sort((one, other) => (other.real?.length ?? 0) - (one.real?.length ?? 0));
  if (real === null || !holder?.real) return null;
  const names = real.slice(holder.real.length).split(sep).filter(Boolean);
  return { root: holder.root, below: names.length === 0 ? ROOT : `/${names.join("/")}` };
};

const resolved = (path: string): Promise<string | null> => realpath(path).catch(() => null);
const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
