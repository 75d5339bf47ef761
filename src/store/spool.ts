import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError } from "../errors.js";

/** Bytes of uploads that wait in the data folder: until they are whole, or until a mail takes them along. */
export class Spool {
  constructor(private readonly folder: string) {}

  /** Bytes that are safely here. */
  async size(id: string): Promise<number> {
    return (await stat(this.#path(id)).catch(() => null))?.size ?? 0;
  }

  /** Writes on from `start`; what an interrupted turn left behind it is overwritten. Gives the new size, also of a turn that broke off. */
  async append(id: string, start: number, body: Readable): Promise<number> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if ((await this.size(id)) > start) await truncate(this.#path(id), start);
    await pipeline(body, createWriteStream(this.#path(id), { flags: "a", mode: 0o600 })).catch((error: unknown) => {
      if (FULL.has((error as NodeJS.ErrnoException).code ?? ""))
        throw new ApiError("insufficient_storage", "This server has no room for the upload.", {}, { cause: error });
    });
    return this.size(id);
  }

  read(id: string): Readable {
    return createReadStream(this.#path(id));
  }

  remove(id: string): Promise<void> {
    return rm(this.#path(id), { force: true });
  }

  /** Removes what nobody has written to since then (milliseconds since 1970): its upload went with its account. */
  async sweep(before: number): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names) {
      const facts = await stat(this.#path(name)).catch(() => null);
      if (facts && facts.mtimeMs < before) await this.remove(name);
    }
  }

  #path(id: string): string {
    return join(this.folder, id);
  }
}

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
