import { ApiError } from "../errors.js";

/** Where one request goes, as it will be sent. */
export interface Place {
  origin: string;
  /** With its query, percent-encoded. */
  path: string;
}

/** Says whether requests may go to an origin. */
export type Reach = (origin: URL) => boolean;

/** The origin itself as it is, and https on the standard port for every other host. A leading dot means any host below. */
export const reachOf = (origin: string, hosts: readonly string[] = []): Reach => {
  const names = hosts.map((host) => host.toLowerCase());
  return (url) =>
    url.origin === origin ||
    (url.protocol === "https:" &&
      url.port === "" &&
      names.some((name) => (name.startsWith(".") ? url.hostname.endsWith(name) : url.hostname === name)));
};

/**
 * A path of the account's origin, or a URL within reach; percent-encoded. Throws `bad_request` for control characters and
 * spaces, `forbidden` for what leads elsewhere. `literal`: dots stay where they are.
 */
export const locate = (uri: string, origin: string, reach: Reach, literal = false): Place => {
  if (/[\0-\x20\x7f]/.test(uri)) throw new ApiError("bad_request", "The address holds a space or a control character.");
  if (!uri.startsWith("/") && !/^https?:\/\//i.test(uri))
    throw new ApiError("bad_request", "The address is neither a path beginning with / nor a URL of http or https.");
  const url = URL.parse(uri, origin);
  if (!url) throw new ApiError("bad_request", "The address is malformed.");
  // `//host`, `/\host` and the like are paths to the eye and hosts to the parser (WHATWG URL).
  const elsewhere = uri.startsWith("/") && url.origin !== origin;
  if (elsewhere || url.username !== "" || url.password !== "" || !reach(url))
    throw new ApiError("forbidden", "The address lies outside of this account's service.");
  const path = literal ? uri.replace(/^https?:\/\/[^/?#]*/i, "") : url.pathname + url.search;
  return { origin: url.origin, path: path.startsWith("/") ? path : `/${path}` };
};

/** The same for a caller's own URL, which must in addition be spelled as it is meant: no capitals, odd dots or user names. */
export const locateStrictly = (uri: string, origin: string, reach: Reach): Place => {
  const place = locate(uri, origin, reach);
  if (!uri.startsWith("/") && !startsWithOrigin(uri, place.origin))
    throw new ApiError("forbidden", "The host of the address is not spelled as the service's.");
  return place;
};
const startsWithOrigin = (uri: string, origin: string): boolean =>
  uri.startsWith(origin) && (uri.length === origin.length || /^[/?#]/.test(uri.slice(origin.length)));

/** Adds to a path's query. */
export const withQuery = (
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string => {
  let joined = path;
  let separator = path.includes("?") ? "&" : "?";
  for (const name in query) {
    const value = query[name];
    if (value === undefined) continue;
    joined += `${separator}${encode(name)}=${encode(String(value))}`;
    separator = "&";
  }
  return joined;
};
/** A half of a surrogate pair has no encoding: it becomes U+FFFD. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
