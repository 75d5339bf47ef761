import type { Context } from "../../connector.js";
import { keyOf } from "../turns.js";
import { turnOf } from "./places.js";
import type { Place } from "./store.js";

/** Milliseconds in which a folder that was there is taken to be there: no longer than any look before a write may be behind. */
const LIFE = 2000;
const FOLDERS = 1000;

const seen = new Map<string, number>();

/** Folders that things were put in of late, so that many uploads into one do not look for it one by one. */
export const rememberFolder = (context: Context, folder: Place): void => {
  if (seen.size === FOLDERS) seen.clear();
  seen.set(keyOf(context, turnOf(folder)), Date.now() + LIFE);
};

export const wasFolder = (context: Context, folder: Place): boolean =>
  (seen.get(keyOf(context, turnOf(folder))) ?? 0) > Date.now();

/** Something is being taken away, which may have been the last thing of any of them. */
export const forgetFolders = (): void => seen.clear();
