import type { FileHandle } from "node:fs/promises";
import { unless } from "../errors.js";
import { childId, notFound } from "../names.js";
import type { OpenFolder, Place } from "../root.js";
import { isEml, type MailName, ofMaildirName, ofMessageId } from "./names.js";

/** A mail as its file lies there now. */
export interface Filed extends MailName {
  /** The subfolder of a Maildir; null for an `.eml` file. */
  within: "cur" | "new" | null;
  /** The file's name, flags included. */
  name: string;
  flags: string;
}

/** Has `cur`, `new` and `tmp`. */
export const isMaildir = async (folder: OpenFolder): Promise<boolean> => {
  for (const name of ["cur", "new", "tmp"]) if (!(await folder.find(name))?.isDirectory()) return false;
  return true;
};

/** The folder that a mail's file lies in. */
export const holderOf = ({ folder, within }: Pick<Filed, "folder" | "within">): string =>
  within === null ? folder : childId(folder, within);

const TOGETHER = 512; // names

/** Where these mails of one folder lie, by their `unique`; those that are not there are left out. */
export const locateIn = async (
  place: Place,
  folder: string,
  uniques: ReadonlySet<string>,
): Promise<Map<string, Filed>> => {
  const found = new Map<string, Filed>();
  await place.within(folder, async (opened) => {
    for (const unique of uniques)
      if (isEml(unique) && (await opened.find(unique))?.isFile())
        found.set(unique, { folder, unique, within: null, name: unique, flags: "" });
    // Programs move mails from `new` to `cur`: looked for in this order, one that moves meanwhile is still met.
    if (found.size < uniques.size && (await isMaildir(opened)))
      for (const within of ["new", "cur"] as const) {
        const holder = await opened.folder(within);
        try {
          for await (const batch of holder.batches(TOGETHER))
            for (const dirent of batch) {
              const name = dirent.name.toString();
              const { unique, flags } = ofMaildirName(name);
              if (dirent.isFile() && uniques.has(unique) && !found.has(unique))
                found.set(unique, { folder, unique, within, name, flags });
            }
        } finally {
          await holder.close();
        }
      }
  });
  return found;
};

/** Where a mail lies. Throws `not_found`. */
export const locate = async (place: Place, id: string): Promise<Filed> => {
  const { folder, unique } = ofMessageId(id);
  const found = (await locateIn(place, folder, new Set([unique]))).get(unique);
  if (!found) throw notFound();
  return found;
};

/** Opens a mail's file for the time of the work; null once it is not there any more. */
export const reading = async <Result>(
  place: Place,
  filed: Filed,
  work: (handle: FileHandle) => Promise<Result>,
): Promise<Result | null> => {
  const handle = await unless(
    ["ENOENT", "ENOTDIR"],
    place.within(holderOf(filed), (folder) => folder.file(filed.name)),
  );
  if (!handle) return null;
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
};
