import { ApiError } from "../../errors.js";
import type { RedirectUri } from "../../store/store.js";
import type { Session } from "../session.js";
import { isThisMachine } from "./hosts.js";
import { checkRoom, managed } from "./managed.js";

export const listRedirectUris = async (session: Session, application: string): Promise<RedirectUri[]> => {
  await managed(session, application);
  return session.unified.store.redirectUris.list(application);
};

/**
 * An https URL; http for a host of this machine only; or a URI of a private scheme that a native app has (RFC 8252, 7). Throws
 * `data_conflict` for one that is registered already.
 */
export const createRedirectUri = async (session: Session, application: string, uri: string): Promise<RedirectUri> => {
  await managed(session, application);
  check(uri);
  const { store, audit } = session.unified;
  checkRoom(await store.redirectUris.list(application), "redirect URIs");
  const created = await store.redirectUris.create({ application, uri });
  await audit.record(session.caller, "redirect_uri.created", `redirect URI ${created.id}`, { application, uri });
  return created;
};

export const deleteRedirectUri = async (session: Session, application: string, id: number): Promise<void> => {
  await managed(session, application);
  const { store, audit } = session.unified;
  if (!(await store.redirectUris.delete(application, id)))
    throw new ApiError("not_found", "There is no such redirect URI.");
  await audit.record(session.caller, "redirect_uri.deleted", `redirect URI ${id}`, { application });
};

/**
 * Character by character. Only the port of a loopback address that was registered without one is free: a native app listens on
 * whichever it is given (RFC 8252, 7.3).
 */
export const isRegistered = (registered: readonly Pick<RedirectUri, "uri">[], uri: string): boolean => {
  const [, start, rest] = /^(http:\/\/(?:127\.0\.0\.1|\[::1\])):[1-9]\d{0,4}(\/.*)?$/.exec(uri) ?? [];
  const anyPort = start === undefined ? null : start + (rest ?? "");
  return registered.some((one) => one.uri === uri || one.uri === anyPort);
};

const check = (uri: string): void => {
  const url = uri.length <= 2000 && /^[\x21-\x7e]+$/.test(uri) && URL.canParse(uri) ? new URL(uri) : null;
  if (!url) throw new ApiError("invalid_parameters", "A redirect URI is an absolute URI of at most 2000 characters.");
  if (uri.includes("#")) throw new ApiError("invalid_parameters", "A redirect URI has no fragment.");
  if (url.username !== "" || url.password !== "")
    throw new ApiError("invalid_parameters", "A redirect URI has no user name.");
  const isPrivate = /^[a-z][a-z0-9+-]*\.[a-z0-9.+-]*:$/.test(url.protocol);
  if (url.protocol === "https:" || isPrivate || (url.protocol === "http:" && isThisMachine(url.hostname))) return;
  throw new ApiError(
    "invalid_parameters",
    "A redirect URI begins with https, with http for this machine itself (localhost, 127.0.0.1), or with a scheme of your own such as com.example.app.",
  );
};
