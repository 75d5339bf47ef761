import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError } from "../../errors.js";

/** Bytes of one mail as it is sent. */
const LARGEST = 150 * 2 ** 20;

export interface Spooled {
  /** Bytes. */
  size: number;
  open(): Readable;
}

/**
 * Keeps a mail in a file of its own for the time of the work: its attachments can be read but once, and it goes two ways, each of
 * which must know its size first. What breaks off while it is read has gone nowhere.
 */
export const spooling = async <Result>(
  content: Readable,
  signal: AbortSignal,
  work: (spooled: Spooled) => Promise<Result>,
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), "unigraph-mail-"));
  const file = join(folder, "mail");
  const opened: Readable[] = [];
  const open = (): Readable => {
    const reader = createReadStream(file, { highWaterMark: 64 << 10 });
    opened.push(reader);
    return reader;
  };
  try {
    let size = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        size += chunk.length;
        done(size > LARGEST ? new ApiError("entity_too_large", "The mail is too large to be sent.") : null, chunk);
      },
    });
    await pipeline(content, counted, createWriteStream(file, { mode: 0o600 }), { signal });
    return await work({ size, open });
  } finally {
    // Whoever is refused, or leaves, has read none of it or a part.
    for (const reader of opened) reader.destroy();
    await rm(folder, { recursive: true, force: true });
  }
};
