import type { Readable } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import { type Context, freeNames, type NewFile, namingConflict } from "../connector.js";
import { pathOf } from "../families/paths/items.js";
import { temporaryName } from "../families/paths/names.js";
import { inTurn } from "../families/turns.js";
import { unless } from "./errors.js";
import { toFile } from "./map.js";
import { placeAt } from "./paths.js";
import { Window } from "./pipeline.js";
import { Finder } from "./reading.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";
import { ahead, type Resource, STATUS } from "./wire.js";
import { checkParent, conflictWith, taking } from "./writes.js";

/**
 * Written under a temporary name, then renamed: the name is taken in one step, a body that breaks off never stands under it, and
 * what it replaces is whole until the end.
 */
export const upload = async (context: Context, file: NewFile, body: Readable): Promise<File> => {
  body.on("error", ignore); // the writing tells it, should the body break before anybody reads it
  const place = placeAt(file);
  const temporary = pathOf(context, [...place.parent, temporaryName()]);
  let isBegun = false;
  try {
    const written = await inSession(context, async (session, loan) => {
      const finder = new Finder(session, context).ahead(place.names);
      await checkParent(finder, place.parent);
      const [taken, isTaken] = await Promise.all([finder.find(place.names), finder.isTaken(place.names)]);
      if (isTaken && (file.ifExists === "fail" || (file.ifExists === "replace" && (!taken || taken.isFolder))))
        throw conflictWith(context, file.name, taken);
      loan.changing();
      isBegun = true;
      return write(session, temporary, body, loan);
    });
    const found = await settle(context, temporary, file);
    if (found.facts.size !== undefined && found.facts.size !== written)
      throw new ApiError("data_conflict", "The file was changed by somebody else as soon as it was there.");
    return toFile(context, found);
  } catch (error) {
    if (isBegun)
      await inSession(context, (session) => session.unlink(temporary), { outlivesCaller: true }).catch(ignore);
    throw error;
  }
};

/** The body with many requests under way; gives its length. A slow server slows the body down. */
const write = async (session: Session, path: string, body: Readable, loan: Loan<Session>): Promise<number> => {
  const leave = () => void body.destroy(loan.signal.reason);
  loan.signal.addEventListener("abort", leave, { once: true });
  const file = await session.open(path, "wx");
  try {
    const longest = session.writeLength;
    const window = new Window(ahead(longest));
    let failure: unknown;
    let position = 0;
    const send = (bytes: Buffer, at: number): void => {
      session
        .write(file, bytes, at)
        .then(() => loan.moved())
        .catch((error) => {
          failure ??= error;
        })
        .finally(() => window.leave());
    };
    for await (const chunk of body as AsyncIterable<Buffer>)
      for (let start = 0; start < chunk.length; start += longest) {
        await window.enter();
        if (failure !== undefined) throw failure;
        const bytes = chunk.subarray(start, start + longest);
        send(bytes, position);
        position += bytes.length;
      }
    for (let left = 0; left < window.width; left++) await window.enter(); // all of them have been answered
    if (failure !== undefined) throw failure;
    return position;
  } finally {
    loan.signal.removeEventListener("abort", leave);
    await session.close(file);
  }
};

/** Gives the upload its name, or the next free one. */
const settle = async (context: Context, temporary: string, file: NewFile): Promise<Resource> => {
  for (const name of file.ifExists === "rename" ? freeNames(file.name) : [file.name]) {
    const place = placeAt({ parent: file.parent, name });
    const path = pathOf(context, place.names);
    let isAgain = false;
    const settled = await inTurn(context, place.names, () =>
      inSession(context, async (session, { signal }) => {
        const finder = new Finder(session, context);
        const [taken, isTaken] = await Promise.all([finder.find(place.names), finder.isTaken(place.names)]);
        // The answer of the first time was lost: nobody else takes the temporary name away.
        if (isAgain && taken && !(await unless([STATUS.noSuchFile], session.lstat(temporary)))) return taken;
        signal.throwIfAborted();
        isAgain = true;
        if (!isTaken) return taking(context, session, place, () => session.rename(temporary, path));
        if (file.ifExists === "rename") return null;
        if (file.ifExists === "fail" || !taken || taken.isFolder) throw conflictWith(context, name, taken);
        return taking(context, session, place, () => replace(session, temporary, path));
      }),
    ).catch((error) => {
      if (file.ifExists === "rename" && error instanceof ApiError && error.code === "naming_conflict") return null;
      throw error;
    });
    if (settled) return settled;
  }
  throw namingConflict(file.name);
};

/** In one step where the server can; else there is a moment without the file. */
const replace = async (session: Session, temporary: string, path: string): Promise<void> => {
  if (session.has("posix-rename@openssh.com")) return session.renameOver(temporary, path);
  await session.unlink(path);
  await session.rename(temporary, path);
};

const ignore = () => undefined;
