import type { ListResponse } from "imapflow";
import { ApiError } from "../../errors.js";
import type { Change, EventsOperations } from "../connector.js";
import { fromCursor, toCursor } from "../families/cursors.js";
import { unlessClosed } from "./errors.js";
import { messageId, ofSet, toSet } from "./ids.js";
import { atom, type Box, type Session } from "./session.js";
import { inSession } from "./transport.js";
import { watch } from "./watch.js";

/** Mails of one folder of which changes are told, folders of one account, and changes of one answer before the next folder. */
const MAILS = 200_000;
const FOLDERS = 1_000;
const TOLD = 1_000;

/** What a folder held: its UIDs, and the newest change (RFC 7162), null where the server counts none. */
interface Held {
  uidValidity: string;
  uidNext: number;
  modseq: string | null;
  uids: string;
}
type Cursor = Record<string, Held>;

export const events: EventsOperations = {
  changes: (context, cursor) => changes(context, cursor),
  watch,
};

/**
 * Folders are asked what they count, all with one command; one that counts otherwise is looked at: which UIDs it has, and whose marks
 * have changed. So what came and went between two looks is not told, and a mail that moved is gone there and new here.
 */
const changes: EventsOperations["changes"] = (context, cursor) =>
  inSession(context, async (session) => {
    const before = cursor === null ? null : fromCursor<Cursor>(cursor, isCursor);
    const counted = { messages: true, uidNext: true, uidValidity: true, highestModseq: session.can("CONDSTORE") };
    const folders = (await session.folders(counted)).filter(({ flags }) => !flags.has("\\Noselect"));
    if (folders.length > FOLDERS)
      throw new ApiError("not_implemented", `Of an account with more than ${FOLDERS} folders no changes are told.`);
    const next: Cursor = { ...before };
    const told: Change[] = [];
    const tell = teller(told);
    for (const path of Object.keys(next))
      if (!folders.some((folder) => folder.path === path)) {
        tell("DELETE", "folder", path);
        for (const uid of uidsOf(next[path] as Held)) tell("DELETE", "message", nameOf(path, next[path] as Held, uid));
        delete next[path];
      }
    for (const folder of folders) {
      if (told.length >= TOLD) return { changes: told, next: toCursor(next), more: true };
      const held = next[folder.path];
      if (held && isSame(held, folder)) continue;
      const box = await unlessClosed(session.open(folder.path));
      if (!box) continue;
      if (!held && before) tell("ADD", "folder", folder.path);
      next[folder.path] = await look(session, box, held, before === null ? null : tell);
    }
    return { changes: told, next: toCursor(next), more: false };
  });

type Tell = (kind: Change["kind"], type: "message" | "folder", id: string) => void;
const teller = (told: Change[]): Tell => {
  // IMAP does not say when.
  const occurred = new Date().toISOString();
  return (kind, type, id) => told.push({ kind, api: "email", type, id, occurred });
};

const nameOf = (folder: string, { uidValidity }: Held, uid: number): string => messageId({ folder, uidValidity, uid });
const uidsOf = ({ uids }: Held): number[] => ofSet(uids, MAILS);

const isSame = ({ uidValidity, uidNext, modseq, uids }: Held, { status }: ListResponse): boolean =>
  status?.uidValidity !== undefined &&
  String(status.uidValidity) === uidValidity &&
  status.uidNext === uidNext &&
  status.messages === uidsOf({ uids } as Held).length &&
  (modseq === null || String(status.highestModseq) === modseq);

/** Brings one folder, which is open, up to now, and tells what is new, gone and marked otherwise. */
const look = async (session: Session, box: Box, held: Held | undefined, tell: Tell | null): Promise<Held> => {
  const { folder } = box;
  if (held && held.uidValidity !== box.uidValidity)
    throw new ApiError("invalid_parameters", "The server has numbered a folder anew: what was before cannot be told.");
  const uids = await session.search([atom("ALL")]);
  if (uids.length > MAILS)
    throw new ApiError("not_implemented", `Of a folder with more than ${MAILS} mails no changes are told.`);
  const now: Held = {
    uidValidity: box.uidValidity,
    uidNext: Math.max(box.uidNext, (uids.at(-1) ?? 0) + 1),
    modseq: box.highestModseq === null ? null : String(box.highestModseq),
    uids: toSet(uids),
  };
  if (!tell) return now;
  const known = new Set(held ? uidsOf(held) : []);
  const there = new Set(uids);
  for (const uid of uids) if (!known.has(uid)) tell("ADD", "message", nameOf(folder, now, uid));
  if (held?.modseq && now.modseq && held.modseq !== now.modseq) {
    const changedSince = BigInt(held.modseq);
    for (const { uid } of await session.fetch(
      [...known].filter((uid) => there.has(uid)),
      { flags: true },
      { changedSince },
    ))
      tell("UPDATE", "message", nameOf(folder, now, uid));
  }
  for (const uid of known) if (!there.has(uid)) tell("DELETE", "message", nameOf(folder, now, uid));
  return now;
};

const isCursor = (cursor: Partial<Cursor>): boolean =>
  Object.values(cursor).every(
    (held) =>
      typeof held?.uidValidity === "string" &&
      Number.isSafeInteger(held.uidNext) &&
      /^(\d+(:\d+)?(,|$))*$/.test(held.uids) &&
      (held.modseq === null || /^\d+$/.test(held.modseq)),
  );
