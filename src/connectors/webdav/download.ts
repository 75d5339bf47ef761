import { ApiError } from "../../errors.js";
import type { ByteRange, Context, Download } from "../connector.js";
import { namesOf, notFound } from "../families/paths/names.js";
import { fromHttpDate, toMimeType, toSize } from "./map.js";
import { pathOf } from "./paths.js";
import { find } from "./requests.js";

/** What is not there, and what Go's server says to a GET of a folder; nginx redirects to its slash. */
const NO_FILE = [404, 405, 410];
const BEYOND = 416;

/** The bytes as they are stored: `identity`, for a compressed answer has neither ranges nor a true length. */
export const download = async (context: Context, id: string, range?: ByteRange): Promise<Download> => {
  const names = namesOf(id);
  // Some servers answer a GET of a folder with a page for people.
  if (id.endsWith("/") || names.length === 0) {
    if (!(await find(context, names))) throw notFound();
    throw new ApiError("invalid_resource_type", "A folder has no contents of its own.");
  }
  const { status, headers, body } = await context.upstream.stream({
    path: pathOf(context, names, false),
    headers: { "accept-encoding": "identity", ...(range ? { range: `bytes=${range.start}-${range.end ?? ""}` } : {}) },
    accept: [...NO_FILE, BEYOND],
  });
  const length = toSize(headers["content-length"]);
  const partial = status === 206 ? readRange(headers["content-range"]) : null;
  // An empty file is answered whole, and so are ranges by servers that have none.
  const isBeyond =
    status === BEYOND || (range !== undefined && status === 200 && length !== null && range.start >= length);
  if (status >= 300 || isBeyond || (status === 206 && !partial)) {
    body.on("error", () => undefined).destroy();
    if (isBeyond) throw new ApiError("invalid_parameters", "The range begins beyond the end of the file.");
    throw status === 206 ? new ApiError("bad_gateway", "The server does not say which range it sends.") : notFound();
  }
  return {
    body,
    length,
    size: partial ? partial.size : length,
    ...(partial ? { range: partial.range } : {}),
    mimeType: toMimeType(headers["content-type"]),
    etag: headers.etag ?? null,
    modified: fromHttpDate(headers["last-modified"]),
  };
};

/** `bytes 1-2/5`, or an asterisk in place of the 5. Several ranges in one answer are never asked for. */
const readRange = (contentRange = ""): { range: ByteRange; size: number | null } | null => {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(contentRange) ?? [];
  return start === undefined ? null : { range: { start: Number(start), end: Number(end) }, size: toSize(size) };
};
