import { ApiError } from "../../errors.js";
import type { UpstreamRequest } from "../../upstream/upstream.js";
import type { ByteRange, Context, Download } from "../connector.js";

const BEYOND = 416;

/** The bytes as they are stored: a compressed answer has neither ranges nor a true length. */
export const receive = async (context: Context, request: UpstreamRequest, range?: ByteRange): Promise<Download> => {
  const asked: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ""}` } : {};
  const { status, headers, body } = await context.upstream.stream({
    ...request,
    headers: { "accept-encoding": "identity", ...asked },
    accept: [BEYOND],
  });
  const partial = status === 206 ? readRange(headers["content-range"]) : null;
  const length = toCount(headers["content-length"]);
  const isBeyond = status === BEYOND || (range && status === 200 && length !== null && range.start >= length);
  if (isBeyond || (status !== 200 && !partial)) {
    body.on("error", () => undefined).destroy();
    if (isBeyond) throw new ApiError("invalid_parameters", "The range begins beyond the end of the file.");
    throw new ApiError("bad_gateway", "The far server does not say what it sends.");
  }
  return {
    body,
    length,
    size: partial ? partial.size : length,
    ...(partial ? { range: partial.range } : {}),
    mimeType: headers["content-type"] ?? null,
    etag: headers.etag ?? null,
    modified: toTime(headers["last-modified"]),
  };
};

/** `bytes 1-2/5`, or an asterisk in place of the 5. */
const readRange = (contentRange = ""): { range: ByteRange; size: number | null } | null => {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(contentRange) ?? [];
  return start === undefined ? null : { range: { start: Number(start), end: Number(end) }, size: toCount(size) };
};

const toCount = (text = ""): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);

/** From an HTTP date. */
const toTime = (text = ""): string | null => {
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? null : new Date(moment).toISOString();
};
