import { ApiError } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import { temporaryName } from "../families/paths/names.js";
import { statusOf, unless } from "./errors.js";
import { toSize } from "./map.js";
import { pipelined } from "./pipeline.js";
import { read } from "./reading.js";
import type { Session } from "./session.js";
import { isFile, isFolder, STATUS } from "./wire.js";

/** Folders within each other that are walked through; deeper ones no id could name. */
const DEPTH = 2048;
/** Bytes that the server copies before it is asked for more: so long nothing is heard of it. */
const SLICE = 64 * 2 ** 20;
const COPIES = 8;

/** A folder with all it holds. A link in it is removed, never what it leads to. */
export const removeFolder = async (session: Session, path: string, loan: Loan<Session>, depth = 1): Promise<void> => {
  checkDepth(depth);
  const folders: string[] = [];
  for await (const entries of read(session, path)) {
    loan.signal.throwIfAborted();
    loan.moved();
    const [inner, others] = [
      entries.filter(({ attrs }) => isFolder(attrs)),
      entries.filter(({ attrs }) => !isFolder(attrs)),
    ];
    folders.push(...inner.map(({ filename }) => `${path}/${filename}`));
    await pipelined(others, async ({ filename }) => {
      loan.signal.throwIfAborted();
      await unless([STATUS.noSuchFile], session.unlink(`${path}/${filename}`));
      loan.moved();
    });
  }
  for (const folder of folders) await removeFolder(session, folder, loan, depth + 1);
  loan.signal.throwIfAborted();
  await unless([STATUS.noSuchFile], session.rmdir(path)).catch((error) => {
    if (statusOf(error) !== STATUS.failure) throw error;
    throw new ApiError("request_failed", "The folder holds something that cannot be deleted, or is being filled.");
  });
};

/** By the server itself, under a name that nobody sees until the caller gives it another; gives that name's path. */
export const copyAside = async (
  session: Session,
  from: { path: string; isFolder: boolean },
  folder: string,
  loan: Loan<Session>,
): Promise<string> => {
  const aside = `${folder}/${temporaryName()}`;
  try {
    await (from.isFolder ? copyFolder(session, from.path, aside, loan, 1) : copyFile(session, from.path, aside, loan));
    return aside;
  } catch (error) {
    await discard(session, aside, from.isFolder, loan);
    throw error;
  }
};

/** Takes back what was begun, quietly: the failure is told already. */
export const discard = async (
  session: Session,
  path: string,
  isFolder: boolean,
  loan: Loan<Session>,
): Promise<void> => {
  const gone = isFolder ? removeFolder(session, path, loan) : session.unlink(path);
  await gone.catch(() => undefined);
};

const copyFolder = async (
  session: Session,
  from: string,
  to: string,
  loan: Loan<Session>,
  depth: number,
): Promise<void> => {
  checkDepth(depth);
  loan.signal.throwIfAborted();
  await session.mkdir(to);
  const folders: string[] = [];
  for await (const entries of read(session, from)) {
    loan.moved();
    folders.push(...entries.filter(({ attrs }) => isFolder(attrs)).map(({ filename }) => filename));
    const files = entries.filter(({ attrs }) => isFile(attrs));
    const copy = ({ filename }: { filename: string }) =>
      copyFile(session, `${from}/${filename}`, `${to}/${filename}`, loan);
    await pipelined(files, copy, COPIES);
  }
  for (const name of folders) await copyFolder(session, `${from}/${name}`, `${to}/${name}`, loan, depth + 1);
};

const copyFile = async (session: Session, from: string, to: string, loan: Loan<Session>): Promise<void> => {
  loan.signal.throwIfAborted();
  const source = await session.open(from, "r");
  try {
    const target = await session.open(to, "wx");
    try {
      const size = toSize(await session.fstat(source));
      if (size === null) throw new ApiError("bad_gateway", "The server does not tell how long the file is.");
      for (let position = 0; position < size; position += SLICE) {
        loan.signal.throwIfAborted();
        await session.copyData(source, target, position, Math.min(SLICE, size - position));
        loan.moved();
      }
    } finally {
      await session.close(target);
    }
  } finally {
    await session.close(source);
  }
};

const checkDepth = (depth: number): void => {
  if (depth > DEPTH) throw new ApiError("request_failed", `Folders more than ${DEPTH} deep are left alone.`);
};
