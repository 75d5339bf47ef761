import { ApiError } from "../../../errors.js";
import type { Upstream, UpstreamResponse } from "../../../upstream/upstream.js";
import { type Answer, readMultistatus } from "./multistatus.js";

export type Depth = "0" | "1" | "infinity";

/** What servers say of a path where nothing is: Apache 400 below a file, others 404. */
const NOTHING = [400, 404, 409, 410];

/** The answers of a PROPFIND; null where nothing is at that path. */
export const propfind = async (
  upstream: Upstream,
  path: string,
  depth: Depth,
  body: string,
  signal?: AbortSignal,
): Promise<Answer[] | null> => {
  const headers = { depth, "content-type": "application/xml; charset=utf-8" };
  const request = { method: "PROPFIND", headers, body, accept: NOTHING, ...(signal ? { signal } : {}) };
  let asked = path;
  for (let attempt = 1; ; attempt++) {
    const response = await upstream.text({ ...request, path: asked });
    const slash = otherSlash(path, response);
    if (slash !== null && asked === path) asked = slash;
    else if (NOTHING.includes(response.status)) return null;
    else if (response.status !== 207) throw notDav(response.status);
    else if (endsAsXml(response.text) || attempt === ATTEMPTS) return readMultistatus(response.text);
  }
};

/** Go's server ends a list with `Internal Server Error` when something in it goes away meanwhile: reading again helps. */
const endsAsXml = (text: string): boolean => text.trimEnd().endsWith(">");
const ATTEMPTS = 5;

/** The same path with a slash at its end or without, where that is all that a redirect asks for (RFC 4918, 5.2). */
const otherSlash = (path: string, { status, headers }: UpstreamResponse): string | null => {
  if (status < 300 || status > 399) return null;
  const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const location = headers.location?.replace(/^https?:\/\/[^/]*/i, "");
  return location !== undefined && decodesAlike(location, other) ? other : null;
};

const decodesAlike = (one: string, other: string): boolean => {
  try {
    return decodeURIComponent(one) === decodeURIComponent(other);
  } catch {
    return false;
  }
};

const notDav = (status: number): ApiError =>
  status >= 300 && status < 400
    ? new ApiError("bad_gateway", "The server redirects to another address; connect the account by that address.")
    : new ApiError("bad_gateway", "The server does not answer as a DAV server would.");
