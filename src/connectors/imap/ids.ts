import { wrongCursor } from "../families/cursors.js";
import { notFound } from "./errors.js";

/**
 * A mail by what IMAP knows it by: its folder, and its UID there under the folder's UIDVALIDITY. When that changes, or the mail moves
 * away, the name is nobody's any more; it never becomes another mail's (RFC 9051, 2.3.1.1).
 */
export interface MailName {
  /** In the server's own separators, decoded. */
  folder: string;
  uidValidity: string;
  uid: number;
}

export const messageId = ({ folder, uidValidity, uid }: MailName): string => `${uidValidity}.${uid}.${folder}`;

/** Throws `not_found`. */
export const ofMessageId = (id: string): MailName => {
  const [, uidValidity, uid, folder] = /^([1-9]\d{0,9})\.([1-9]\d{0,9})\.(.+)$/s.exec(id) ?? [];
  if (uidValidity === undefined || folder === undefined || !isFolderName(folder) || Number(uid) > 0xffffffff)
    throw notFound();
  return { folder, uidValidity, uid: Number(uid) };
};

export const isFolderName = (path: string): boolean =>
  path.length > 0 && path.length <= 1000 && !/[\x00-\x1f\x7f]/.test(path) && path.isWellFormed();

/** UIDs as IMAP writes them, runs together: `1:4,9`. */
export const toSet = (uids: readonly number[]): string => {
  const sorted = [...uids].sort((one, other) => one - other);
  const runs: [number, number][] = [];
  for (const uid of sorted) {
    const last = runs.at(-1);
    if (last && uid <= last[1] + 1) last[1] = uid;
    else runs.push([uid, uid]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(",");
};

/** The UIDs of such a set out of a cursor. Throws `invalid_parameters` for what is none, or holds more than `most`. */
export const ofSet = (set: string, most: number): number[] => {
  const uids: number[] = [];
  for (const run of set.split(",").filter(Boolean)) {
    const [from = 0, to = from] = run.split(":").map(Number);
    if (!(from > 0 && to >= from && uids.length + to - from < most)) throw wrongCursor();
    for (let uid = from; uid <= to; uid++) uids.push(uid);
  }
  return uids;
};
