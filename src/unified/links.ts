import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
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
    password: link.password === null ? null : hashPassword(link.password),
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
    ...(password === undefined ? {} : { password: password === null ? null : hashPassword(password) }),
  });
  if (!link) throw noLink();
  return link;
};

export const deleteLink = async (account: ConnectedAccount, id: string): Promise<void> => {
  await findLink(account, id);
  await account.session.unified.store.links.delete(id);
};

/** May whoever has this link use it now? */
export const isOpen = ({ active, expires }: Link, now: number): boolean =>
  active && (expires === null || Date.parse(expires) > now);

export const passwordMatches = ({ password }: Link, given: string): boolean => {
  if (password === null) return true;
  const [salt = "", hash = ""] = password.split(":");
  const expected = Buffer.from(hash, "base64url");
  return timingSafeEqual(expected, scryptSync(given, salt, expected.length));
};

const hashPassword = (password: string): string => {
  const salt = randomBytes(16).toString("base64url");
  return `${salt}:${scryptSync(password, salt, 32).toString("base64url")}`;
};

const noLink = () => new ApiError("not_found", "There is no such link.");
