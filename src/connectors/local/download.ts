import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { ApiError } from "../../errors.js";
import type { ByteRange, Context, Download } from "../connector.js";
import { explain } from "./errors.js";
import { mimeTypeOf } from "./map.js";
import { split } from "./names.js";
import type { Place } from "./root.js";

const CHUNK_BYTES = 256 << 10;

/** The bytes of the file as it is when it is opened: what replaces it later is another file. */
export const download = (_context: Context, place: Place, id: string, range?: ByteRange): Promise<Download> => {
  const { parent, name } = split(id);
  return place.within(parent, async (folder) => {
    const handle = await folder.file(name);
    try {
      const facts = await handle.stat({ bigint: true });
      const size = Number(facts.size);
      const part = range && clip(range, size);
      const start = part?.start ?? 0;
      const length = part ? part.end - part.start + 1 : size;
      return {
        body: new Body(handle, start, length),
        length,
        size,
        ...(part ? { range: part } : {}),
        mimeType: mimeTypeOf(name),
        // Strong: another file, another size or another time of writing (nanoseconds) gives another tag.
        etag: `"${facts.ino.toString(36)}-${facts.size.toString(36)}-${facts.mtimeNs.toString(36)}"`,
        modified: facts.mtime.toISOString(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
};

/** A range that ends past the end is cut there; one that begins past it has no bytes. */
const clip = ({ start, end = Number.POSITIVE_INFINITY }: ByteRange, size: number) => {
  if (!(start >= 0 && start < size && start <= end))
    throw new ApiError("invalid_parameters", `The range lies outside of the file, which has ${size} bytes.`);
  return { start, end: Math.min(end, size - 1) };
};

/** Exactly `length` bytes, or an error. */
class Body extends Readable {
  constructor(
    private readonly handle: FileHandle,
    private position: number,
    private length: number,
  ) {
    super({ highWaterMark: CHUNK_BYTES });
  }

  override _read(): void {
    if (this.length === 0) {
      this.push(null);
      return;
    }
    const wanted = Math.min(CHUNK_BYTES, this.length);
    this.handle.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, this.position).then(
      ({ bytesRead, buffer }) => {
        if (bytesRead === 0) {
          this.destroy(new ApiError("data_conflict", "The file was cut short while it was read."));
          return;
        }
        this.position += bytesRead;
        this.length -= bytesRead;
        this.push(buffer.subarray(0, bytesRead));
      },
      (error) => this.destroy(explain(error) as Error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.handle.close().then(
      () => done(error),
      () => done(error),
    );
  }
}
