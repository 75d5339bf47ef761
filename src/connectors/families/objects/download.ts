import { ApiError } from "../../../errors.js";
import type { ByteRange, Context, Download } from "../../connector.js";
import { head, isFolder } from "./find.js";
import { toMimeType, toSize, toTime } from "./map.js";
import { notFound, targetOf } from "./places.js";
import type { ObjectStore } from "./store.js";

const NO_OBJECT = [404, 410];
/** Also said of a key that can be none. */
const IMPOSSIBLE = [400, 412, 414];
const BEYOND = 416;

/** The bytes as they are stored: one that was stored compressed is sent so. */
export const download = async (
  store: ObjectStore,
  context: Context,
  id: string,
  range?: ByteRange,
): Promise<Download> => {
  const target = targetOf(context, id);
  if (target.kind !== "file") {
    if (target.kind === "folder" && !(await isFolder(store, context, target))) throw notFound();
    throw new ApiError("invalid_resource_type", "A folder has no contents of its own.");
  }
  if (!store.isKey(target.key)) throw notFound();
  const { status, headers, body } = await context.upstream.stream({
    path: await store.address(context, target),
    literal: true,
    headers: {
      ...store.readHeaders,
      "accept-encoding": "identity",
      ...(range ? { range: `bytes=${range.start}-${range.end ?? ""}` } : {}),
    },
    accept: [...NO_OBJECT, ...IMPOSSIBLE, BEYOND],
  });
  const length = toSize(headers["content-length"]);
  const partial = status === 206 ? readRange(headers["content-range"]) : null;
  // An empty object is answered whole by some, and azurite sends the nothing behind the last byte.
  const size = partial ? partial.size : length;
  const isBeyond = status === BEYOND || (range !== undefined && status < 300 && size !== null && range.start >= size);
  if (status >= 300 || isBeyond || (status === 206 && !partial)) {
    body.on("error", ignore).destroy();
    if (isBeyond) throw new ApiError("invalid_parameters", "The range begins beyond the end of the file.");
    if (status === 206) throw new ApiError("bad_gateway", "The service does not say which range it sends.");
    // A refusal that is none of the key's is told by who asks for the object's facts.
    if (IMPOSSIBLE.includes(status)) await head(store, context, target);
    throw notFound();
  }
  return {
    body,
    length,
    size,
    ...(partial ? { range: partial.range } : {}),
    mimeType: toMimeType(headers["content-type"]),
    etag: headers.etag ?? null,
    modified: toTime(headers["last-modified"]),
  };
};

/** `bytes 1-2/5`, or an asterisk in place of the 5. */
const readRange = (contentRange = ""): { range: ByteRange; size: number | null } | null => {
  const [, start, end, size] = /^bytes (\d+)-(-?\d+)\/(\d+|\*)$/i.exec(contentRange) ?? [];
  return start === undefined ? null : { range: { start: Number(start), end: Number(end) }, size: toSize(size) };
};

const ignore = () => undefined;
