import { fromCursor, toCursor } from "../families/cursors.js";
import type { Box } from "./session.js";

/** A mail's place in a list: the newest first; of one date, by folder and UID. */
export interface Rank {
  /** Milliseconds since 1970. */
  at: number;
  folder: string;
  uid: number;
}
export type Found = Rank & { box: Box };

export const isBefore = (one: Rank, other: Rank): boolean => {
  if (one.at !== other.at) return one.at > other.at;
  return one.folder !== other.folder ? one.folder < other.folder : one.uid < other.uid;
};

/** The cursor of what comes after a mail. */
export const cursorAfter = ({ at, folder, uid }: Rank): string => toCursor({ at, folder, uid } satisfies Rank);

export const ofCursor = (cursor: string | null): Rank | null =>
  cursor === null ? null : fromCursor<Rank>(cursor, isRank);

const isRank = ({ at, folder, uid }: Partial<Rank>): boolean =>
  Number.isFinite(at) && typeof folder === "string" && Number.isSafeInteger(uid);
