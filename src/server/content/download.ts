import { pipeline, type Readable, Transform } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { File } from "../../../schema/storage/file.js";
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
  /** No part of it can be asked for. */
  whole?: boolean;
}

/** What a download needs to know of its file. */
export type Sent = Pick<File, "id" | "name" | "size" | "mimeType" | "modified">;

/** Streams a file in constant memory, honouring Range, If-Range and If-None-Match. Source: RFC 9110, 13 and 14. */
export const sendFile = async (
  request: FastifyRequest,
  reply: FastifyReply,
  storage: Pick<UnifiedStorage, "download">,
  file: Sent,
): Promise<FastifyReply> => {
  const presentation: Presentation = { name: file.name, mimeType: file.mimeType, inline: false };
  const { headers, method } = request;
  if (method === "HEAD") return sendFacts(request, reply, file, presentation, await versionOf(storage, file));
  const asked = parseRange(headers.range, file.size);
  const condition = headers["if-range"] as string | undefined; // node:http joins what is given twice
  const isBeyond = asked === "unsatisfiable";
  if (isBeyond && condition === undefined) return unsatisfiable(reply, file.size);
  const range = isBeyond ? undefined : (asked ?? undefined);
  let download = await open(storage, file.id.native, range);
  if (condition !== undefined && (isBeyond || download.range)) {
    const isSame = isSameVersion(condition, download);
    if (isSame === isBeyond) {
      // A range past the end of this very version, or a part of another one: then the client gets the whole of this one.
      download.body.destroy();
      if (isSame) return unsatisfiable(reply, file.size);
      download = await open(storage, file.id.native);
    }
  }
  return send(request, reply, download, presentation);
};

/** A file that became shorter since we looked has no such range any more: the whole of it is an answer, too. */
const open = (storage: Pick<UnifiedStorage, "download">, id: string, range?: ByteRange): Promise<Download> =>
  storage.download(id, range).catch((error: unknown) => {
    if (range && error instanceof ApiError && error.code === "invalid_parameters") return storage.download(id);
    throw error;
  });

const unsatisfiable = (reply: FastifyReply, size: number | null): FastifyReply =>
  reply
    .header("content-range", `bytes */${size ?? "*"}`)
    .code(416)
    .send();

/** A service tells the version with the bytes alone, so one byte is asked for; an empty file has none to ask for. */
const versionOf = async (storage: Pick<UnifiedStorage, "download">, { id, size }: Sent): Promise<string | null> => {
  if (size === 0) return null;
  const { body, etag } = await open(storage, id.native, { start: 0, end: 0 });
  body.destroy();
  return usable(etag, ETAG);
};

const sendFacts = (
  request: FastifyRequest,
  reply: FastifyReply,
  { size, modified }: Sent,
  presentation: Presentation,
  etag: string | null,
): FastifyReply => {
  describe(reply, { etag, modified });
  if (isUnmodified(request, etag, modified)) return reply.code(304).send();
  present(reply, presentation);
  if (size !== null) reply.header("content-length", size);
  return reply.send();
};

/** Sends what a service gave, as it comes; an answer that breaks off ends as a broken one. */
export const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  download: Download,
  { name, mimeType, inline, whole: isWhole = false }: Presentation,
): FastifyReply => {
  const { body, range, size, length, modified } = download;
  const etag = usable(download.etag, ETAG);
  try {
    describe(reply, { etag, modified });
    if (isWhole) reply.header("accept-ranges", "none");
    if (isUnmodified(request, etag, modified)) {
      body.destroy();
      return reply.code(304).send();
    }
    present(reply, { name, mimeType: usable(download.mimeType, MIME_TYPE) ?? mimeType, inline });
    if (range) reply.code(206).header("content-range", contentRange(range, length, size));
    if (length !== null) reply.header("content-length", length);
    if (request.method === "HEAD") {
      body.destroy();
      return reply.send();
    }
    return stream(reply, length === null ? body : whole(body, length));
  } catch (error) {
    body.destroy();
    throw error;
  }
};

const describe = (reply: FastifyReply, { etag, modified }: Pick<Download, "etag" | "modified">): void => {
  reply.header("accept-ranges", "bytes");
  reply.header("cache-control", "private, max-age=60");
  // Whatever a user stored runs in no origin of ours.
  reply.header("content-security-policy", "sandbox; default-src 'none'");
  reply.header("x-content-type-options", "nosniff");
  if (etag !== null) reply.header("etag", etag);
  if (modified !== null) reply.header("last-modified", new Date(modified).toUTCString());
};

const present = (reply: FastifyReply, { name, mimeType, inline }: Presentation): void => {
  reply.header("content-type", usable(mimeType, MIME_TYPE) ?? "application/octet-stream");
  reply.header("content-disposition", contentDisposition(name, inline));
};

/** A service's word that can stand in a header. Source: RFC 9110, 8.3 and 8.8.3. */
const usable = (text: string | null, form: RegExp): string | null => (text !== null && form.test(text) ? text : null);
const ETAG = /^(W\/)?"[\x21\x23-\x7e]*"$/;
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+[\x20-\x7e]*$/;

/** Exactly so many bytes, or an error: a body that only ends too early would look like a whole one, or keep the client waiting. */
const whole = (body: Readable, length: number): Readable => {
  let missing = length;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      missing -= chunk.length;
      done(missing < 0 ? wrongLength() : null, chunk);
    },
    flush(done) {
      done(missing > 0 ? wrongLength() : null);
    },
  });
  return pipeline(body, counted, () => undefined);
};
const wrongLength = () => new ApiError("bad_gateway", "The service gave more or fewer bytes than it had said.");

/** Whoever leaves first takes the other along; once the headers have left, a broken body is all that can be said. */
const stream = (reply: FastifyReply, body: Readable): FastifyReply => {
  reply.raw.once("close", () => body.destroy());
  body.once("error", () => {
    if (reply.raw.headersSent) reply.raw.destroy();
    // What was said of the file is not true of the error that is sent in its place.
    else for (const name of OF_THE_FILE) reply.removeHeader(name);
  });
  return reply.send(body);
};
const OF_THE_FILE = [
  "accept-ranges",
  "cache-control",
  "content-disposition",
  "content-length",
  "content-range",
  "content-type",
  "etag",
  "last-modified",
];

const contentRange = ({ start, end }: ByteRange, length: number | null, size: number | null): string => {
  const last = end ?? (length === null ? undefined : start + length - 1);
  if (last === undefined) throw new ApiError("bad_gateway", "The service gave a range without saying which.");
  return `bytes ${start}-${last}/${size ?? "*"}`;
};

/** If-Range compares strongly: a weak tag proves nothing, a date only the very same. Source: RFC 9110, 13.1.5. */
const isSameVersion = (condition: string, { etag, modified }: Download): boolean =>
  condition.startsWith('"') ? condition === etag : modified !== null && condition === new Date(modified).toUTCString();

/** Source: RFC 9110, 13.2.2: a date counts only where no tag is given. */
const isUnmodified = ({ headers }: FastifyRequest, etag: string | null, modified: string | null): boolean => {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return etag !== null && tags.split(",").some((one) => one.trim() === "*" || weak(one.trim()) === weak(etag));
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return modified !== null && Math.floor(Date.parse(modified) / 1000) * 1000 <= since;
};

const weak = (etag: string): string => etag.replace(/^W\//, "");
