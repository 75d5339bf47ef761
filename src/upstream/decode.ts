import { promisify } from "node:util";
import zlib from "node:zlib";
import { tooLarge, unreadable } from "./failure.js";

/** Bytes of one answer that is read as a whole, decompressed. */
export const CEILING = 16 * 2 ** 20;

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const brotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const zstd = promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

/** What we say we can read. */
export const ENCODINGS = "gzip, deflate, br, zstd";

const DECODERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  br: brotli,
  zstd,
  // "deflate" means zlib's format, but some servers send it bare (RFC 9110, 8.4.1.2).
  deflate: (body, options) => ((body[0] as number) % 16 === 8 ? inflate(body, options) : inflateRaw(body, options)),
  identity: async (body) => body,
};
const MOST = 3; // codings over each other

/** Undoes `Content-Encoding`, never beyond `ceiling` bytes; throws `bad_gateway`. */
export const decode = async (encoding: string, body: Buffer, status: number, ceiling = CEILING): Promise<Buffer> => {
  const codings = encoding.toLowerCase().split(",");
  if (codings.length > MOST) throw unreadable("The service's answer is encoded too often.", status, "");
  let decoded = body;
  for (const coding of codings.reverse()) {
    const decoder = DECODERS[coding.trim()];
    if (!decoder) throw unreadable("The service's answer has an encoding that nobody asked for.", status, encoding);
    if (decoded.length === 0) return decoded;
    decoded = await decoder(decoded, { maxOutputLength: ceiling }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ERR_BUFFER_TOO_LARGE"
        ? tooLarge()
        : unreadable("The service's answer cannot be decompressed.", status, "");
    });
  }
  return decoded;
};
