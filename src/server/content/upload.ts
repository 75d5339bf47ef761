import { pipeline, type Readable, Transform } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import type { NewFile } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Spool } from "../../store/spool.js";
import type { Upload } from "../../store/store.js";
import type { ConnectedAccount } from "../../unified/account.js";
import { isStaged, LARGEST_STAGED, tooLarge } from "../../unified/email/staged.js";
import { exactly } from "../../unified/storage/exactly.js";
import { partSize } from "../../unified/storage/uploads.js";
import { cut } from "./cut.js";

/** What is told of a finished upload. */
export type Stored = Pick<File, "name" | "size" | "mimeType"> & { id: File["id"] | string };

/** How far an upload is: more is awaited, or the file is there. */
export type Progress = { received: number; file: null } | { received: number; file: Stored; created: boolean };

/** The bytes of one turn: where they belong, of how many in all. */
export interface Turn {
  start: number;
  length: number;
  total: number;
}

/** All bytes at once, straight to the service: nothing is kept here, and a body that breaks off leaves nothing. */
export const uploadWhole = async (
  account: ConnectedAccount,
  upload: Upload,
  length: number | undefined,
  body: Readable,
  spool: Spool,
): Promise<Progress> => {
  if (upload.size !== null && length !== undefined && upload.size !== length)
    throw new ApiError("request_failed", `The upload was to have ${upload.size} bytes, but it has ${length}.`);
  if (isStaged(upload)) return stageWhole(account, upload, length, body, spool);
  const file = await account.storage.upload({ ...newFile(upload), size: upload.size ?? length }, body);
  // What earlier turns left is of no use any more.
  await spool.remove(upload.id);
  if (upload.session) await account.storage.parts?.abort(upload.session).catch(() => undefined);
  return finish(account, upload, file);
};

/** One turn of a resumable upload: as parts of the service where it has them, else kept here until the last. */
export const uploadTurn = async (
  account: ConnectedAccount,
  upload: Upload,
  turn: Turn,
  body: Readable,
  spool: Spool,
): Promise<Progress> => {
  if (upload.size === null)
    throw new ApiError("invalid_parameters", "An upload in turns needs its size when it is created.");
  if (upload.size !== turn.total)
    throw new ApiError("request_failed", `The upload was to have ${upload.size} bytes, not ${turn.total}.`);
  if (turn.start !== upload.received)
    throw new ApiError("data_conflict", `The upload has ${upload.received} bytes; go on from there.`);
  const last = turn.start + turn.length === turn.total;
  const multiple = partSize(account, upload);
  if (!last && turn.length % multiple !== 0)
    throw new ApiError("invalid_parameters", `Each turn but the last must be a multiple of ${multiple} bytes.`);
  return account.storage.parts && !isStaged(upload)
    ? uploadParts(account, upload, turn, body)
    : uploadSpooled(account, upload, turn, body, spool);
};

const uploadParts = async (
  account: ConnectedAccount,
  upload: Upload,
  turn: Turn,
  body: Readable,
): Promise<Progress> => {
  const { uploads } = account.session.unified.store;
  const parts = account.storage.parts as NonNullable<typeof account.storage.parts>;
  const size = partSize(account);
  const session = upload.session ?? (await parts.start(newFile(upload)));
  let { received, receipts } = upload;
  await uploads.update(upload.id, { session });
  const chunks = cut(body);
  for (let remaining = turn.length; remaining > 0; ) {
    const length = Math.min(size, remaining);
    const number = Math.floor(received / size) + 1;
    const receipt = await parts.put(session, { number, length }, exactly(chunks(length), length));
    receipts = [...receipts, { number, receipt }];
    received += length;
    remaining -= length;
    // After each part, so that a broken turn loses one part at most.
    await uploads.update(upload.id, { received, receipts });
  }
  if (received < turn.total) return { received, file: null };
  return complete(account, { ...upload, received, session, receipts }, null);
};

const uploadSpooled = async (
  account: ConnectedAccount,
  upload: Upload,
  turn: Turn,
  body: Readable,
  spool: Spool,
): Promise<Progress> => {
  const { uploads } = account.session.unified.store;
  const there = await spool.size(upload.id);
  if (there < turn.start) {
    const received = there - (there % partSize(account, upload));
    await uploads.update(upload.id, { received });
    throw new ApiError("data_conflict", `The upload has ${received} bytes; go on from there.`);
  }
  const size = await spool.append(upload.id, turn.start, exactly(body, turn.length));
  const whole = size - (size === turn.total ? 0 : size % partSize(account, upload));
  await uploads.update(upload.id, { received: whole });
  if (size < turn.start + turn.length)
    throw new ApiError("request_failed", `The turn broke off; the upload has ${whole} bytes.`);
  if (size < turn.total) return { received: size, file: null };
  return complete(account, { ...upload, received: size }, spool);
};

/** All bytes are here; what failed before is tried again. `spool`: where they wait when the service has no parts. */
export const complete = async (account: ConnectedAccount, upload: Upload, spool: Spool | null): Promise<Progress> => {
  if (isStaged(upload)) return finishStaged(account, upload, upload.received);
  const { parts } = account.storage;
  if (parts && upload.session) return finish(account, upload, await parts.complete(upload.session, upload.receipts));
  if (!spool) throw new ApiError("internal_error", "Internal error");
  const file = await account.storage.upload(newFile(upload), spool.read(upload.id));
  const progress = await finish(account, upload, file);
  await spool.remove(upload.id);
  return progress;
};

const finish = async (account: ConnectedAccount, upload: Upload, file: File): Promise<Progress> => {
  const received = file.size ?? upload.size ?? upload.received;
  await account.session.unified.store.uploads.update(upload.id, { file: file.id.native, received });
  return { received, file, created: !upload.overwrite };
};

/** All bytes at once, kept here. */
const stageWhole = async (
  account: ConnectedAccount,
  upload: Upload,
  length: number | undefined,
  body: Readable,
  spool: Spool,
): Promise<Progress> => {
  const whole = upload.size ?? length;
  if (whole !== undefined && whole > LARGEST_STAGED) throw tooLarge();
  const bounded = whole === undefined ? pipeline(body, atMost(LARGEST_STAGED), () => undefined) : exactly(body, whole);
  const size = await spool.append(upload.id, 0, bounded);
  if (bounded.errored) {
    await spool.remove(upload.id);
    throw bounded.errored instanceof ApiError
      ? bounded.errored
      : new ApiError("request_failed", "The upload broke off before its end.", {}, { cause: bounded.errored });
  }
  return finishStaged(account, upload, size);
};

const atMost = (bytes: number): Transform => {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      done(left < 0 ? tooLarge() : null, chunk);
    },
  });
};

const finishStaged = async (account: ConnectedAccount, upload: Upload, received: number): Promise<Progress> => {
  await account.session.unified.store.uploads.update(upload.id, { file: upload.id, received });
  return { received, file: staged({ ...upload, received }), created: true };
};

/** What is told of an upload whose bytes stay here. */
export const staged = ({ id, name, mimeType, received }: Upload): Stored => ({ id, name, size: received, mimeType });

const newFile = ({ parent, name, size, mimeType, overwrite }: Upload): NewFile => ({
  parent,
  name,
  size: size ?? undefined,
  mimeType: mimeType ?? undefined,
  ifExists: overwrite ? "replace" : "rename",
});
