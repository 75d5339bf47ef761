import { Readable } from "node:stream";
import type { File } from "../../../schema/storage/file.js";
import type { NewFile } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Upload, UploadedPart } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { exactly } from "./exactly.js";
import { createUpload } from "./uploads.js";

/** Bytes of a part where the service has no parts of its own: they wait here until they are whole. */
const SPOOLED_PART = 5 * 2 ** 20;
/** Parts of one upload. */
const MOST_PARTS = 10_000;

/** Bytes of every part but the last. */
export const multipartSize = ({ storage }: ConnectedAccount): number => storage.traits.partBytes ?? SPOOLED_PART;

/** An upload whose parts are sent by number, in any order and again if need be. Source: the unified API, "Multipart upload sessions". */
export const createMultipart = async (
  account: ConnectedAccount,
  file: { parent: string; name: string; size: number | null; overwrite: boolean },
): Promise<Upload> => {
  if (file.size !== null && file.size > MOST_PARTS * multipartSize(account))
    throw new ApiError("entity_too_large", `An upload may have ${MOST_PARTS} parts at most.`);
  const upload = await createUpload(account, { ...file, mimeType: null, counted: true });
  const { parts } = account.storage;
  if (!parts) return upload;
  const session = await parts.start(newFile(upload));
  await account.session.unified.store.uploads.update(upload.id, { session });
  return { ...upload, session };
};

/** Throws `not_found` for one of another account, and for one whose time is over. */
export const findMultipart = async (account: ConnectedAccount, number: string): Promise<Upload> => {
  const { uploads } = account.session.unified.store;
  const upload = /^\d{1,15}$/.test(number) ? await uploads.byNumber(Number(number)) : null;
  if (upload?.account !== account.account || upload.user !== (account.user ?? null) || isOver(upload))
    throw new ApiError("not_found", "There is no such upload.");
  return upload;
};

export const putPart = async (
  account: ConnectedAccount,
  upload: Upload,
  { number, length }: { number: number; length: number },
  body: Readable,
): Promise<void> => {
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS)
    throw new ApiError("invalid_parameters", `\`part_number\` must be from 1 to ${MOST_PARTS}.`);
  const largest = multipartSize(account);
  if (length > largest) throw new ApiError("entity_too_large", `A part may have ${largest} bytes at most.`);
  if (upload.file !== null) throw new ApiError("data_conflict", "The upload is complete already.");
  const { store, spool } = account.session.unified;
  const { parts } = account.storage;
  const whole = exactly(body, length);
  if (parts && upload.session) {
    const receipt = await parts.put(upload.session, { number, length }, whole);
    return store.uploads.putPart(upload.id, { number, length, receipt });
  }
  const size = await spool.append(partName(upload, number), 0, whole);
  if (size !== length) throw new ApiError("request_failed", "The part broke off before its end.");
  await store.uploads.putPart(upload.id, { number, length, receipt: "" });
};

/** The file that all parts make up. Asked again, it is given again. */
export const completeMultipart = async (account: ConnectedAccount, upload: Upload): Promise<File> => {
  const { store, spool } = account.session.unified;
  if (upload.file !== null) return (await account.storage.get({ type: "file", id: upload.file })) as File;
  const sent = await store.uploads.parts(upload.id);
  const size = checkParts(upload, sent, multipartSize(account));
  const { parts } = account.storage;
  const file =
    parts && upload.session
      ? await parts.complete(upload.session, sent)
      : await account.storage.upload({ ...newFile(upload), size }, spooled(account, upload, sent));
  await store.uploads.update(upload.id, { file: file.id.native, received: size });
  for (const { number } of upload.session ? [] : sent) await spool.remove(partName(upload, number));
  return file;
};

export const abortMultipart = async (account: ConnectedAccount, upload: Upload): Promise<void> => {
  const { store, spool } = account.session.unified;
  const { parts } = account.storage;
  if (upload.session && upload.file === null) await parts?.abort(upload.session);
  for (const { number } of upload.session ? [] : await store.uploads.parts(upload.id))
    await spool.remove(partName(upload, number));
  await store.uploads.delete(upload.id);
};

/** Bytes of all parts: none is missing, and all but the last are whole. */
const checkParts = ({ size }: Upload, sent: readonly UploadedPart[], whole: number): number => {
  const missing = sent.findIndex(({ number }, index) => number !== index + 1);
  if (sent.length === 0 || missing !== -1)
    throw new ApiError("bad_request", `Part ${missing === -1 ? 1 : missing + 1} has not been sent.`);
  const short = sent.slice(0, -1).find(({ length }) => length !== whole);
  if (short) throw new ApiError("bad_request", `Part ${short.number} has ${short.length} bytes, not ${whole}.`);
  const bytes = sent.reduce((sum, { length }) => sum + length, 0);
  if (size !== null && size !== bytes)
    throw new ApiError("bad_request", `The upload was to have ${size} bytes, but its parts have ${bytes}.`);
  return bytes;
};

const spooled = ({ session }: ConnectedAccount, upload: Upload, sent: readonly UploadedPart[]): Readable => {
  const { spool } = session.unified;
  return Readable.from(
    (async function* () {
      for (const { number } of sent) yield* spool.read(partName(upload, number));
    })(),
    { objectMode: false },
  );
};

const partName = ({ id }: Upload, number: number): string => `${id}.${number}`;

const isOver = ({ expires }: Upload): boolean => Date.parse(expires) <= Date.now();

const newFile = ({ parent, name, size, overwrite }: Upload): NewFile => ({
  parent,
  name,
  size: size ?? undefined,
  ifExists: overwrite ? "replace" : "rename",
});
