import { createCipheriv, createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

const CHUNK = 64 * 1024;
const zeros = Buffer.alloc(CHUNK);

/** Incompressible bytes, the same for the same seed, in chunks. */
function* chunks(size: number, seed: string): Generator<Buffer> {
  const key = createHash("sha256").update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv("aes-128-ctr", key, zeros.subarray(0, 16));
  for (let left = size; left > 0; left -= CHUNK) yield cipher.update(zeros.subarray(0, Math.min(left, CHUNK)));
}

export const bytesOf = (size: number, seed = "bytes"): Buffer => Buffer.concat([...chunks(size, seed)]);

/** The same bytes, as they would come from a socket. */
export const streamOf = (size: number, seed = "bytes"): Readable =>
  Readable.from(chunks(size, seed), { objectMode: false });

/** So many bytes, then an error in place of the rest. */
export const brokenAfter = (size: number, seed = "bytes"): Readable =>
  Readable.from(
    (function* () {
      yield* chunks(size, seed);
      throw new Error("the source broke off");
    })(),
    { objectMode: false },
  );

/** One text or buffer as a stream. */
export const streamFrom = (content: string | Buffer): Readable =>
  Readable.from([Buffer.from(content)], { objectMode: false });

export const contentOf = (body: Readable): Promise<Buffer> => buffer(body);

export const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

/** Hash and length of a stream, read without keeping it. */
export const measure = async (body: Readable): Promise<{ size: number; sha256: string }> => {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
};
