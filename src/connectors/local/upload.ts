import { constants } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import { ApiError } from "../../errors.js";
import { type Context, type NewFile, namingConflict, type Settings } from "../connector.js";
import { claimForFile, claiming, conflict } from "./claim.js";
import { codeOf, quietly, unless } from "./errors.js";
import { toFile } from "./map.js";
import { childId, fittingNames, isTemporary, newId, temporaryName } from "./names.js";
import type { OpenFolder, Place } from "./root.js";
import { discard } from "./tree.js";

/** Streams into a hidden file of the same folder, which takes its name when it is whole and on the disk. */
export const upload = (context: Context, place: Place, file: NewFile, body: Readable): Promise<File> => {
  body.on("error", heardLater);
  return place.withinParent(file.parent, async (folder) => {
    const { temporary, handle } = await begin(context, folder, file);
    try {
      await closing(handle, async () => {
        await write(handle, body, context.signal);
        await handle.sync();
      });
      return await publish(context, folder, temporary, file);
    } catch (error) {
      await quietly(discard(folder, temporary));
      throw error;
    }
  });
};

/** A body may break before it is read; who reads it is told then. Without a listener the process would end. */
const heardLater = () => undefined;

/** An empty temporary file, with the mode of what it will replace. Tells at once what would fail in the end. */
const begin = async (context: Context, folder: OpenFolder, { name, ifExists }: NewFile): Promise<Begun> => {
  newId(folder.id, name);
  const there = ifExists === "rename" ? null : await folder.stats(name);
  if (there && (ifExists === "fail" || !there.isFile())) throw await conflict(context, folder, name);
  const temporary = temporaryName();
  const handle = await open(folder.path(temporary), "wx");
  if (there) await quietly(handle.chmod(there.mode & 0o777));
  return { temporary, handle };
};
interface Begun {
  temporary: string;
  handle: FileHandle;
}

const closing = async (handle: FileHandle, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } finally {
    await handle.close();
  }
};

/** Gives a whole temporary file the name it was meant for. */
const publish = async (context: Context, folder: OpenFolder, temporary: string, file: NewFile): Promise<File> => {
  const facts = await folder.find(temporary);
  if (!facts) throw new ApiError("not_found", "The upload is no longer there.");
  const name = await claimName(context, folder, temporary, file);
  await folder.sync();
  return toFile(context, { id: childId(folder.id, name), name, parent: context.ref("folder", folder.id) }, facts);
};

const claimName = async (
  context: Context,
  folder: OpenFolder,
  temporary: string,
  { name, ifExists }: NewFile,
): Promise<string> => {
  if (ifExists !== "rename") {
    await claiming(context, folder, name, () =>
      ifExists === "replace"
        ? rename(folder.path(temporary), folder.path(name))
        : claimForFile(folder, temporary, name),
    );
    return name;
  }
  for (const free of fittingNames(name)) {
    newId(folder.id, free);
    try {
      await claimForFile(folder, temporary, free);
      return free;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  throw namingConflict(name);
};

/** Writes a body as it comes. With a `length`, no byte more is written: it would lie in the place of the next part. */
const write = async (
  handle: FileHandle,
  body: Readable,
  signal: AbortSignal,
  { start, length }: { start: number; length?: number } = { start: 0 },
): Promise<void> => {
  let written = 0;
  try {
    for await (const chunk of addAbortSignal(signal, body) as AsyncIterable<Buffer>) {
      if (length !== undefined && written + chunk.length > length) throw wrongLength(length);
      for (let rest = chunk; rest.length > 0; ) {
        const { bytesWritten } = await handle.write(rest, 0, rest.length, start + written);
        written += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    }
  } catch (cause) {
    if (codeOf(cause) !== "ERR_STREAM_PREMATURE_CLOSE") throw cause;
    throw new ApiError("request_failed", "The upload broke off before its end.", {}, { cause });
  }
  if (length !== undefined && written !== length) throw wrongLength(length);
};
const wrongLength = (length: number) =>
  new ApiError("request_failed", `The part was said to have ${length} bytes, but it had more or fewer.`);

/** Bytes of each part but the last. */
export const PART_BYTES = 8 << 20;

/**
 * Parts go straight to their place in the temporary file, in any order and side by side. The session names the file, so it
 * survives a restart; the receipt of a part is its length.
 */
export const parts = {
  start(context: Context, place: Place, file: NewFile): Promise<Settings> {
    return place.withinParent(file.parent, async (folder) => {
      const { temporary, handle } = await begin(context, folder, file);
      await handle.close();
      const { parent, name, ifExists, size = null } = file;
      return { parent, name, ifExists, size, temporary };
    });
  },

  put(
    context: Context,
    place: Place,
    session: Settings,
    { number, length }: { number: number; length: number },
    body: Readable,
  ): Promise<string> {
    body.on("error", heardLater);
    const { parent, temporary } = fromSession(session);
    if (!Number.isSafeInteger(number * PART_BYTES) || number < 1 || length > PART_BYTES)
      throw new ApiError("invalid_parameters", `Parts count from 1 and have at most ${PART_BYTES} bytes.`);
    return place.within(parent, async (folder) => {
      const handle = await openTemporary(folder, temporary);
      await closing(handle, () => write(handle, body, context.signal, { start: (number - 1) * PART_BYTES, length }));
      return String(length);
    });
  },

  complete(
    context: Context,
    place: Place,
    session: Settings,
    receipts: readonly { number: number; receipt: string }[],
  ): Promise<File> {
    const { temporary, ...file } = fromSession(session);
    return place.within(file.parent, async (folder) => {
      const bytes = wholeLength(receipts, file.size);
      const handle = await openTemporary(folder, temporary);
      await closing(handle, async () => {
        // A part sent again may have been longer the first time.
        await handle.truncate(bytes);
        await handle.sync();
      });
      return publish(context, folder, temporary, file);
    });
  },

  async abort(_context: Context, place: Place, session: Settings): Promise<void> {
    const { parent, temporary } = fromSession(session);
    await unless(
      ["ENOENT", "ENOTDIR"],
      place.within(parent, (folder) => unlink(folder.path(temporary))),
    );
  },
};

const openTemporary = async (folder: OpenFolder, temporary: string) => {
  const handle = await unless(["ENOENT"], folder.file(temporary, constants.O_WRONLY));
  if (!handle) throw new ApiError("not_found", "The upload is no longer there.");
  return handle;
};

/** Bytes of the file that these parts make. Throws when one is missing or of a wrong length. */
const wholeLength = (receipts: readonly { number: number; receipt: string }[], size: number | undefined): number => {
  const parts = new Map(receipts.map(({ number, receipt }) => [number, Number(receipt)]));
  let bytes = 0;
  for (let number = 1; number <= parts.size; number++) {
    const length = parts.get(number);
    if (length === undefined || (number < parts.size && length !== PART_BYTES))
      throw new ApiError("bad_request", `Part ${number} is missing or incomplete.`);
    bytes += length;
  }
  if (size !== undefined && size !== bytes)
    throw new ApiError("request_failed", `The upload was said to have ${size} bytes, but it had ${bytes}.`);
  return bytes;
};

const fromSession = ({ parent, name, ifExists, size, temporary }: Settings): NewFile & { temporary: string } => {
  const known = typeof parent === "string" && typeof name === "string" && typeof temporary === "string";
  if (!known || !isTemporary(temporary)) throw new ApiError("not_found", "There is no such upload.");
  return {
    parent,
    name,
    temporary,
    ifExists: ifExists as NewFile["ifExists"],
    ...(typeof size === "number" ? { size } : {}),
  };
};
