import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ROOT } from "../../src/connectors/connector.js";
import type { UnifiedStorage } from "../../src/unified/storage/storage.js";

/** Objects of the folder that is listed. */
export const ENTRIES = 10_000;
/** Small files, and the bytes of each. */
export const SMALL = { count: 1000, bytes: 4096 } as const;
/** Bytes of the large file. */
export const LARGE = 2 ** 30;
const MEBIBYTE = 2 ** 20;
/** Files under way at once, on both sides. */
export const PARALLEL = 16;

/** Where a side finds and leaves its files: on this machine below `local`, at the service below its own name. */
export interface Place {
  local: string;
  side: "ours" | "rclone";
}

export interface Task {
  /** By the unified API. */
  ours(storage: UnifiedStorage, place: Place): Promise<void>;
  /** Parameters of rclone. */
  rclone(remote: string, place: Place): readonly string[];
}

export const TASKS = {
  list: {
    async ours(storage) {
      let files = 0;
      let cursor: string | null = null;
      do {
        const page = await storage.list("/many/", { cursor, limit: 1000 });
        files += page.items.length;
        cursor = page.next;
      } while (cursor !== null);
      if (files !== ENTRIES) throw new Error(`${files} files are listed`);
    },
    // Names and sizes: times would cost it a request each on S3.
    rclone: (remote) => ["lsf", "--format", "ps", `${remote}many`],
  },
  "small up": {
    async ours(storage, { local, side }) {
      const { id } = await storage.ensureFolder({ parent: ROOT, name: side });
      await inParallel(async (name) => {
        const file = { parent: id.native, name, size: SMALL.bytes, ifExists: "replace" } as const;
        await storage.upload(file, createReadStream(join(local, "small", name)));
      });
    },
    rclone: (remote, { local, side }) => ["copy", join(local, "small"), `${remote}${side}`],
  },
  "small down": {
    async ours(storage, { local, side }) {
      await mkdir(join(local, side));
      await inParallel(async (name) => {
        const { body } = await storage.download(`/${side}/${name}`);
        await pipeline(body, createWriteStream(join(local, side, name)));
      });
    },
    rclone: (remote, { local, side }) => ["copy", `${remote}${side}`, join(local, side)],
  },
  "large up": {
    async ours(storage, { local, side }) {
      const file = { parent: `/${side}/`, name: "large", size: LARGE, ifExists: "replace" } as const;
      await storage.upload(file, createReadStream(join(local, "large"), { highWaterMark: MEBIBYTE }));
    },
    rclone: (remote, { local, side }) => ["copyto", join(local, "large"), `${remote}${side}/large`],
  },
  "large down": {
    async ours(storage, { local, side }) {
      const { body } = await storage.download(`/${side}/large`);
      await pipeline(body, createWriteStream(join(local, side, "large"), { highWaterMark: MEBIBYTE }));
    },
    rclone: (remote, { local, side }) => ["copyto", `${remote}${side}/large`, join(local, side, "large")],
  },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof TASKS;
export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

/** For the name of each small file, some at a time. */
const inParallel = async (work: (name: string) => Promise<void>): Promise<void> => {
  const indices = Array.from({ length: SMALL.count }, (_, index) => index).values();
  const lane = async () => {
    for (const index of indices) await work(`${index}`);
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
};
