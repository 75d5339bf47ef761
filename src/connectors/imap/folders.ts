import type { ListResponse } from "imapflow";
import type { MailFolder } from "../../../schema/email/folder.js";
import { ApiError } from "../../errors.js";
import {
  type Collection,
  type Context,
  type MailFolderDraft,
  namingConflict,
  type Page,
  type Paging,
} from "../connector.js";
import { fromCursor, toCursor } from "../families/cursors.js";
import { isFolderName } from "./ids.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";

const PAGE = 500;

/** What RFC 6154 calls folders, in whatever language they are named, and what a server without it is guessed to mean. */
const ROLES: Readonly<Record<string, string>> = {
  "\\Inbox": "inbox",
  "\\Sent": "sent",
  "\\Drafts": "drafts",
  "\\Trash": "trash",
  "\\Junk": "spam",
  "\\Archive": "archive",
};
const COUNTS = { messages: true, unseen: true } as const;

export const folders: Collection<MailFolder, object, MailFolderDraft> = {
  traits: { pageSize: PAGE, getMany: PAGE },
  list: (context, paging) => inSession(context, (session) => list(context, session, paging)),
  get: (context, id) =>
    inSession(context, async (session) => {
      const all = await session.folders(COUNTS);
      return toFolder(context, all, found(all, id));
    }),
  getMany: (context, ids) =>
    inSession(context, async (session) => {
      const all = await session.folders(COUNTS);
      const byPath = new Map(all.map((folder) => [folder.path, folder]));
      return ids.map((id) => {
        const folder = byPath.get(id);
        return folder ? toFolder(context, all, folder) : noFolder();
      });
    }),
  create: (context, { name = "", parent = null, raw }) =>
    inSession(context, async (session, loan) => {
      refuseRaw(raw);
      const all = await session.folders();
      const path = pathIn(all, parent, name);
      if (all.some((folder) => folder.path === path)) throw namingConflict(name, context.ref("folder", path));
      loan.changing();
      await session.client.mailboxCreate(path);
      return read(context, session, path);
    }),
  update: (context, id, { name, parent, raw }) =>
    inSession(context, async (session, loan) => {
      refuseRaw(raw);
      const all = await session.folders();
      const folder = found(all, id);
      const path = pathIn(all, parent === undefined ? folder.parentPath || null : parent, name ?? folder.name);
      if (path === folder.path) return read(context, session, path);
      if (path.startsWith(`${folder.path}${folder.delimiter}`))
        throw new ApiError("invalid_parent_folder", "A folder cannot be moved into itself.");
      if (all.some((other) => other.path === path))
        throw namingConflict(name ?? folder.name, context.ref("folder", path));
      loan.changing();
      await session.client.mailboxRename(folder.path, path);
      return read(context, session, path);
    }),
  /** IMAP deletes a folder with the mails in it, past any trash; folders that lie in it stay. */
  delete: (context, id, { permanent }) =>
    inSession(context, async (session, loan) => {
      const folder = found(await session.folders(COUNTS), id);
      if (!permanent && folder.status?.messages !== 0)
        throw new ApiError("folder_not_empty", "The folder holds mails, which can only be deleted with it for good.");
      loan.changing();
      await session.client.mailboxDelete(folder.path);
    }),
};

/** In the order of their paths. */
const list = async (context: Context, session: Session, { cursor, limit }: Paging): Promise<Page<MailFolder>> => {
  const after = cursor === null ? null : fromCursor<{ after: string }>(cursor, isCursor).after;
  const all = await session.folders(COUNTS);
  const rest = all
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .filter(({ path }) => after === null || path > after);
  const page = rest.slice(0, Math.min(limit, PAGE));
  const last = page.at(-1);
  return {
    items: page.map((folder) => toFolder(context, all, folder)),
    next: last && rest.length > page.length ? toCursor({ after: last.path }) : null,
  };
};

const isCursor = ({ after }: { after?: string }): boolean => typeof after === "string";

const read = async (context: Context, session: Session, path: string): Promise<MailFolder> => {
  const all = await session.folders(COUNTS);
  return toFolder(context, all, found(all, path));
};

const noFolder = () => new ApiError("not_found", "There is no such folder.");

const found = (all: readonly ListResponse[], path: string): ListResponse => {
  const folder = all.find((one) => one.path === path);
  if (!folder) throw noFolder();
  return folder;
};

/** Throws `not_found`. */
export const findFolder = async (session: Session, path: string): Promise<ListResponse> =>
  found(await session.folders(), path);

/** The folder of a role; null where there is none. */
export const folderOf = async (session: Session, use: string): Promise<ListResponse | null> =>
  (await session.folders()).find(({ specialUse }) => specialUse === use) ?? null;

/**
 * Paths of the folders that hold the account's mail between them. Where one shows all mail (`\All`), the others but trash and spam are views of
 * it, and each mail would be told twice; `\Flagged` is always one.
 */
export const foldersWithMail = async (session: Session): Promise<string[]> => {
  const all = await session.folders(COUNTS);
  const whole = all.filter(({ specialUse = "" }) => ["\\All", "\\Trash", "\\Junk"].includes(specialUse));
  const some = whole.some(({ specialUse }) => specialUse === "\\All") ? whole : all;
  const holding = some.filter(
    ({ specialUse, flags, status }) => specialUse !== "\\Flagged" && !flags.has("\\Noselect") && status?.messages !== 0,
  );
  return holding.map(({ path }) => path);
};

/** Where a folder of this name lies, in the server's own separators. */
const pathIn = (all: readonly ListResponse[], parent: string | null, name: string): string => {
  const delimiter = all.find((folder) => folder.delimiter)?.delimiter ?? "";
  if (!isFolderName(name) || (delimiter !== "" && name.includes(delimiter)))
    throw new ApiError("invalid_parameters", `A folder's name must not be empty, nor contain "${delimiter}".`);
  if (parent === null) return `${prefixOf(all, delimiter)}${name}`;
  if (!all.some((folder) => folder.path === parent)) throw new ApiError("not_found", "There is no such parent folder.");
  if (delimiter === "") throw new ApiError("invalid_parent_folder", "The server keeps no folders in folders.");
  return `${parent}${delimiter}${name}`;
};

/** Servers that keep all folders in the inbox say so in their names. */
const prefixOf = (all: readonly ListResponse[], delimiter: string): string => {
  const others = all.filter(({ path }) => path.toUpperCase() !== "INBOX");
  const prefix = `INBOX${delimiter}`;
  return delimiter !== "" && others.length > 0 && others.every(({ path }) => path.startsWith(prefix)) ? prefix : "";
};

const refuseRaw = (raw: Readonly<Record<string, unknown>> = {}): void => {
  const [field] = Object.keys(raw);
  if (field !== undefined) throw new ApiError("invalid_parameters", `A folder has no field ${JSON.stringify(field)}.`);
};

const toFolder = (
  context: Context,
  all: readonly ListResponse[],
  { path, name, parentPath, specialUse, delimiter, flags, status }: ListResponse,
): MailFolder => ({
  id: context.ref("folder", path),
  api: "email",
  type: "folder",
  name,
  role: ROLES[specialUse ?? ""] ?? null,
  totalCount: status?.messages ?? null,
  unreadCount: status?.unseen ?? null,
  parentId: all.some((folder) => folder.path === parentPath) ? context.ref("folder", parentPath) : null,
  raw: context.raw
    ? {
        id: path,
        type: "folder",
        object: { path, delimiter, flags: [...flags], specialUse: specialUse ?? null },
        headers: null,
      }
    : undefined,
});
