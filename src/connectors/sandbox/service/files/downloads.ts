import { z } from "zod";
import type { Contents } from "../contents.js";
import { type Call, parse, type Reply, type Service } from "../http.js";
import { LARGEST_IMAGE, thumbnailOf } from "../images.js";
import { Refusal } from "../refusal.js";
import { type Item, Tree } from "./tree.js";

const thumbnailQuery = z.object({
  size: z.coerce.number().int().min(1).max(1024).default(256),
  format: z.enum(["png", "jpeg"]).default("png"),
});

export const downloadRoutes = ({ database }: Service, contents: Contents) => {
  const fileOf = ({ account, parameters }: Call): Item & { size: number; content: number; etag: string } => {
    const item = new Tree(database, account).get(parameters.id as string);
    if (item.kind !== "file") throw new Refusal(400, "wrong_kind", "Only files have bytes.");
    return item as Item & { size: number; content: number; etag: string };
  };

  /** The bytes, or one range of them (RFC 9110, 14). */
  const download = (call: Call): Reply => {
    const { size, content, etag, mime_type, modified } = fileOf(call);
    const headers: Record<string, string> = {
      "content-type": mime_type ?? "application/octet-stream",
      "accept-ranges": "bytes",
      etag: `"${etag}"`,
      "last-modified": new Date(modified).toUTCString(),
      "x-modified-at": modified,
    };
    const range = readRange(call.request.headers.range, size);
    if (!range)
      return { headers: { ...headers, "content-length": String(size) }, body: contents.read(content, 0, size) };
    const [start, end] = range;
    headers["content-range"] = `bytes ${start}-${end}/${size}`;
    headers["content-length"] = String(end - start + 1);
    return { status: 206, headers, body: contents.read(content, start, end + 1) };
  };

  const thumbnail = async (call: Call): Promise<Reply> => {
    const image = parse(thumbnailQuery, call.query);
    const file = fileOf(call);
    const none = new Refusal(404, "no_thumbnail", "There is no thumbnail of this file.");
    if (!/^image\/(png|jpeg)$/.test(file.mime_type ?? "") || file.size > LARGEST_IMAGE) throw none;
    const chunks: Buffer[] = [];
    for await (const chunk of contents.read(file.content, 0, file.size)) chunks.push(chunk as Buffer);
    const body = thumbnailOf(Buffer.concat(chunks), image.size, image.format);
    if (!body) throw none;
    const etag = `"${file.etag}.${image.size}.${image.format}"`;
    const headers = { "content-type": `image/${image.format}`, "content-length": String(body.length), etag };
    return { headers, body };
  };

  return { download, thumbnail };
};

/** First and last byte; null for the whole. What is no single range of bytes is passed over (RFC 9110, 14.2). */
const readRange = (header: string | undefined, size: number): [start: number, end: number] | null => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < start) return null;
  if (start >= size) {
    const headers = { "content-range": `bytes */${size}` };
    throw new Refusal(416, "range_not_satisfiable", `The file has ${size} bytes.`, {}, headers);
  }
  return [start, end];
};
