import { notFound } from "../names.js";

/** A mail by what does not change while mail programs file it: the native id of its folder, and its name there. */
export interface MailName {
  folder: string;
  /** Of a Maildir, the part before the flags; else the file's name. */
  unique: string;
}

/** A line end parts the two, so names with one are no mails of ours. */
export const messageId = ({ folder, unique }: MailName): string => `${folder}\n${unique}`;
export const ofMessageId = (id: string): MailName => {
  const [folder = "", unique = "", ...rest] = id.split("\n");
  if (rest.length > 0 || folder === "" || !/^[^/\0]+$/.test(unique) || /^\.\.?$/.test(unique)) throw notFound();
  return { folder, unique };
};

export const isEml = (name: string): boolean => /\.eml$/i.test(name) && !name.includes("\n");

/** `unique:2,FS`. Source: https://cr.yp.to/proto/maildir.html */
export const ofMaildirName = (name: string): { unique: string; flags: string } => {
  const at = name.indexOf(":2,");
  return at === -1 ? { unique: name, flags: "" } : { unique: name.slice(0, at), flags: name.slice(at + 3) };
};
/** Flags in the order of ASCII, each once. */
export const toMaildirName = (unique: string, flags: Iterable<string>): string =>
  `${unique}:2,${[...new Set(flags)].sort().join("")}`;

/** Names that mail programs give to folders of one role. */
const ROLES: readonly (readonly [role: string, names: RegExp])[] = [
  ["inbox", /^(inbox|maildir)$/i],
  ["sent", /^sent([ -]?(items|mail|messages))?$/i],
  ["drafts", /^drafts?$/i],
  ["trash", /^(trash|deleted([ -]?(items|messages))?|bin)$/i],
  ["spam", /^(spam|junk([ -]?(e-?mail|mail))?)$/i],
  ["archive", /^archives?$/i],
];
export const roleOf = (name: string): string | null => ROLES.find(([, names]) => names.test(name))?.[0] ?? null;
