import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Link as UnifiedLink } from "../../schema/storage/link.js";
import { ApiError } from "../errors.js";
import type { Link } from "../store/store.js";
import type { ConnectedAccount } from "./account.js";

/** Links hosted by us. Source: the unified API, "Link object and endpoints". */
export const createLink = async (
  account: ConnectedAccount,
  link: { file: string; direct: boolean; password: string | null; expires: string | null },
): Promise<Link> => {
  const file = await account.storage.get({ type: "file", id: link.file });
  if (file.type !== "file") throw new ApiError("invalid_resource_type", "Only a file can have a link.");
  return account.session.unified.store.links.create({
    id: randomBytes(16).toString("base64url"),
    account: account.account,
    file: file.id.native,
    direct: link.direct,
    password: link.password === null ? null : await hashPassword(link.password),
    expires: link.expires,
  });
};

export const findLink = async (account: ConnectedAccount, id: string): Promise<Link> => {
  const link = await account.session.unified.store.links.get(id);
  if (link?.account !== account.account) throw noLink();
  return link;
};

export const updateLink = async (
  account: ConnectedAccount,
  id: string,
  change: { active?: boolean; password?: string | null; expires?: string | null },
): Promise<Link> => {
  await findLink(account, id);
  const { password, ...rest } = change;
  const link = await account.session.unified.store.links.update(id, {
    ...rest,
    ...(password === undefined ? {} : { password: password === null ? null : await hashPassword(password) }),
  });
  if (!link) throw noLink();
  return link;
};

export const deleteLink = async (account: ConnectedAccount, id: string): Promise<void> => {
  await findLink(account, id);
  await account.session.unified.store.links.delete(id);
};

/** As callers see it. `base`: where links are opened. */
export const toLink = (account: ConnectedAccount, link: Link, base: string): UnifiedLink => ({
  id: account.ref("storage", "link", link.id),
  api: "storage",
  type: "link",
  url: `${base}/l/${link.id}`,
  direct: link.direct,
  hasPassword: link.password !== null,
  expires: link.expires,
  active: link.active,
  created: link.created,
  modified: link.modified,
  raw: null,
  fileId: account.ref("storage", "file", link.file),
});

/** May whoever has this link use it now? */
export const isOpen = ({ active, expires }: Link, now: number): boolean =>
  active && (expires === null || Date.parse(expires) > now);

/** The same work whatever was given, off the event loop. */
export const passwordMatches = async ({ password }: Link, given: string): Promise<boolean> => {
  if (password === null) return true;
  const [salt = "", hash = ""] = password.split(":");
  return timingSafeEqual(Buffer.from(hash, "base64url"), await derive(given, salt));
};

const hashPassword = async (password: string): Promise<string> => {
  if (password === "" || password.length > LONGEST)
    throw new ApiError("invalid_parameters", `A password has from 1 to ${LONGEST} characters.`);
  const salt = randomBytes(16).toString("base64url");
  return `${salt}:${(await derive(password, salt)).toString("base64url")}`;
};
/** Characters of a password. */
const LONGEST = 1024;

const derive = (password: string, salt: string): Promise<Buffer> => scryptOf(password, salt, HASH) as Promise<Buffer>;
const HASH = 32; // bytes
const scryptOf = promisify<string, string, number, Buffer>(scrypt);

const noLink = () => new ApiError("not_found", "There is no such link.");
