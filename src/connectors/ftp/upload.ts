import { once } from "node:events";
import type { Readable } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import { type Context, freeNames, type NewFile, namingConflict } from "../connector.js";
import { fileOf, pathOf, type Told } from "../families/paths/items.js";
import { notFound, temporaryName } from "../families/paths/names.js";
import { inTurn } from "../families/turns.js";
import { checkListable, placeAt } from "./paths.js";
import { find } from "./reading.js";
import type { Session } from "./session.js";
import { inSession } from "./transport.js";
import { toWire } from "./wire.js";
import { checkParent, conflictWith } from "./writes.js";

/**
 * Stored under a temporary name, then renamed: a body that breaks off never stands under the name, and what it replaces is whole
 * until the end.
 */
export const upload = async (context: Context, file: NewFile, body: Readable): Promise<File> => {
  body.on("error", ignore); // the storing tells it, should the body break before anybody reads it
  const place = placeAt(file);
  const temporary = pathOf(context, [...place.parent, temporaryName()]);
  let isBegun = false;
  try {
    const written = await inSession(context, async (session, loan) => {
      checkListable(session, file.name);
      await checkParent(context, session, place.parent);
      const taken = await find(context, session, place.names);
      if (taken && (file.ifExists === "fail" || (file.ifExists === "replace" && taken.isFolder)))
        throw conflictWith(context, file.name, taken);
      loan.changing();
      isBegun = true;
      return store(session, temporary, body, loan);
    });
    const found = await settle(context, temporary, file);
    if (found.size !== null && found.size !== written)
      throw new ApiError("data_conflict", "The file was changed by somebody else as soon as it was there.");
    return fileOf(context, found);
  } catch (error) {
    if (isBegun)
      await inSession(context, (session) => session.send("DELE", temporary), { outlivesCaller: true }).catch(ignore);
    throw error;
  }
};

/** Gives the body's length. Whatever breaks, the server may hold a part of it, and the connection is of no use any more. */
const store = async (session: Session, path: string, body: Readable, loan: Loan<Session>): Promise<number> => {
  const leave = () => void body.destroy(loan.signal.reason);
  loan.signal.addEventListener("abort", leave, { once: true });
  try {
    const transfer = await session.transfer(`STOR ${toWire(path)}`);
    const socket = await transfer.ready;
    transfer.done.catch((error) => body.destroy(error));
    const leftEarly = () => body.destroy(broken());
    socket.resume().once("close", leftEarly);
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (!socket.write(chunk)) await once(socket, "drain", { signal: loan.signal });
      loan.moved();
    }
    socket.off("close", leftEarly).end();
    await transfer.done;
    // To the server a connection that was cut on its way ends like one that is done: nothing gets the name that is not whole.
    const arrived = (await session.look(path))?.size;
    if (arrived != null && arrived !== length) throw broken();
    return length;
  } catch (error) {
    loan.throwAway();
    throw error;
  } finally {
    loan.signal.removeEventListener("abort", leave);
  }
};

/** Gives the upload its name, or the next free one. Most servers overwrite what has it: it is looked at first. */
const settle = async (context: Context, temporary: string, file: NewFile): Promise<Told> => {
  for (const name of file.ifExists === "rename" ? freeNames(file.name) : [file.name]) {
    const { names } = placeAt({ parent: file.parent, name });
    let isAgain = false;
    const settled = await inTurn(context, names, () =>
      inSession(context, async (session, { signal }) => {
        const taken = await find(context, session, names);
        // The answer of the first time was lost: nobody else takes the temporary name away.
        if (isAgain && taken && !(await session.look(temporary))) return taken;
        if (taken && file.ifExists === "rename") return null;
        if (taken && (file.ifExists === "fail" || taken.isFolder)) throw conflictWith(context, name, taken);
        signal.throwIfAborted();
        isAgain = true;
        await replace(session, temporary, pathOf(context, names), taken !== null);
        const found = await find(context, session, names);
        if (!found) throw notFound();
        return found;
      }),
    );
    if (settled) return settled;
  }
  throw namingConflict(file.name);
};

/** A server that renames over nothing has a moment without the file. */
const replace = async (session: Session, temporary: string, path: string, isTaken: boolean): Promise<void> => {
  try {
    await session.rename(temporary, path);
  } catch (error) {
    if (!isTaken) throw error;
    await session.send("DELE", path);
    await session.rename(temporary, path);
  }
};

const broken = () => new ApiError("bad_gateway", "The connection for the transfer broke.");
const ignore = () => undefined;
