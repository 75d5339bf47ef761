import type { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ByteRange, Download } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { UnifiedStorage } from "../../unified/storage/storage.js";
import { contentDisposition } from "./disposition.js";
import { parseRange } from "./range.js";

/** How the bytes are meant to be looked at. */
export interface Presentation {
  name: string;
  mimeType: string | null;
  /** Shown in a page rather than saved. */
  inline: boolean;
}

/** Streams a file in constant memory, honouring Range, If-Range and If-None-Match. Source: RFC 9110, 13 and 14. */
export const sendFile = async (
  request: FastifyRequest,
  reply: FastifyReply,
  storage: UnifiedStorage,
  file: { id: string; size: number | null },
  presentation: Presentation,
): Promise<FastifyReply> => {
  const asked = parseRange(request.headers.range, file.size);
  if (asked === "unsatisfiable") {
    reply.header("content-range", `bytes */${file.size}`);
    return reply.code(416).send();
  }
  const whole = asked === null || request.method === "HEAD";
  let download = await storage.download(file.id, whole ? undefined : asked);
  const condition = request.headers["if-range"];
  if (download.range && condition !== undefined && condition !== download.etag) {
    // The client holds a part of another version: it gets the whole of this one.
    download.body.destroy();
    download = await storage.download(file.id);
  }
  return send(request, reply, download, presentation);
};

/** Sends what a service gave, as it comes; an answer that breaks off ends as a broken one. */
export const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  download: Download,
  { name, mimeType, inline }: Presentation,
): FastifyReply => {
  const { body, range, size, length, etag, modified } = download;
  reply.header("accept-ranges", "bytes");
  reply.header("cache-control", "private, max-age=60");
  // Whatever a user stored runs in no origin of ours.
  reply.header("content-security-policy", "sandbox; default-src 'none'");
  reply.header("x-content-type-options", "nosniff");
  if (etag !== null) reply.header("etag", etag);
  if (modified !== null) reply.header("last-modified", new Date(modified).toUTCString());
  if (etag !== null && matches(request.headers["if-none-match"], etag)) {
    body.destroy();
    return reply.code(304).send();
  }
  reply.header("content-type", download.mimeType ?? mimeType ?? "application/octet-stream");
  reply.header("content-disposition", contentDisposition(name, inline));
  if (range) {
    reply.code(206);
    reply.header("content-range", contentRange(range, length, size));
  }
  if (length !== null) reply.header("content-length", length);
  if (request.method === "HEAD") {
    body.destroy();
    return reply.send();
  }
  return stream(request, reply, body);
};

/** Hands the stream over; whoever leaves first takes the other along. */
const stream = (request: FastifyRequest, reply: FastifyReply, body: Readable): FastifyReply => {
  request.raw.once("close", () => {
    if (!reply.raw.writableFinished) body.destroy();
  });
  // Once the headers have left there is no other way to say that the answer is not whole.
  body.once("error", () => reply.raw.destroy());
  return reply.send(body);
};

const contentRange = ({ start, end }: ByteRange, length: number | null, size: number | null): string => {
  const last = end ?? (length === null ? undefined : start + length - 1);
  if (last === undefined) throw new ApiError("bad_gateway", "The service gave a range without saying which.");
  return `bytes ${start}-${last}/${size ?? "*"}`;
};

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag.replace(/^W\//, ""));
