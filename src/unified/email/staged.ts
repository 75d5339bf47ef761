import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { ApiError } from "../../errors.js";
import type { Upload } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { exactly } from "../storage/exactly.js";

/** Bytes of one staged upload, and of all that an account has staged. */
export const LARGEST_STAGED = 64 * 2 ** 20;
const STAGED_BYTES = 512 * 2 ** 20;
const STAGED = 200; // uploads
const LIFETIME_HOURS = 24;

/** Stands for the folder of an upload whose bytes stay with us: no service has an empty id. */
const HERE = "";

export const isStaged = ({ parent }: Pick<Upload, "parent">): boolean => parent === HERE;

/** Begins an upload that goes to no folder: a mail of this account takes it along within a day. */
export const stageUpload = async (
  account: ConnectedAccount,
  file: { name: string; size: number | null; mimeType: string | null },
): Promise<Upload> => {
  if (!account.apis(false).email.can("send"))
    throw new ApiError("not_implemented", `${account.connector.title} has no email.send.`);
  account.checkUsable();
  if (file.name === "" || file.name.length > 255)
    throw new ApiError("invalid_parameters", "An attachment's name has from 1 to 255 characters.");
  if (file.size !== null && file.size > LARGEST_STAGED) throw tooLarge();
  const { uploads } = account.session.unified.store;
  const there = await uploads.into(account.account, HERE, STAGED);
  // One that did not say its size may become as large as any.
  const bytes = there.reduce(
    (sum, { file: done, received, size }) => sum + (done ? received : (size ?? LARGEST_STAGED)),
    0,
  );
  if (there.length >= STAGED || bytes + (file.size ?? LARGEST_STAGED) > STAGED_BYTES)
    throw new ApiError(
      "insufficient_storage",
      "Too many uploads of this account wait for a mail; send them, or let them expire.",
    );
  return uploads.create({
    id: randomBytes(16).toString("base64url"),
    account: account.account,
    user: account.user ?? null,
    ...file,
    parent: HERE,
    overwrite: false,
    expires: new Date(Date.now() + LIFETIME_HOURS * 3_600_000).toISOString(),
  });
};

/** A finished upload of this account and user. Throws `not_found` for any other. */
export const stagedUpload = async (account: ConnectedAccount, id: string): Promise<Upload> => {
  const upload = await account.session.unified.store.uploads.get(id);
  const isMine = upload?.account === account.account && upload.user === (account.user ?? null);
  if (!isMine || !isStaged(upload) || Date.parse(upload.expires) <= Date.now())
    throw new ApiError("not_found", "There is no such upload in this account.");
  if (upload.file === null) throw new ApiError("invalid_parameters", "The upload is not finished yet.");
  return upload;
};

export const readStaged = ({ session }: ConnectedAccount, { id, received }: Upload): Readable =>
  exactly(session.unified.spool.read(id), received);

/** A mail has taken it along. */
export const forgetStaged = async ({ session }: ConnectedAccount, { id }: Upload): Promise<void> => {
  const { store, spool } = session.unified;
  await spool.remove(id);
  await store.uploads.delete(id);
};

export const tooLarge = () =>
  new ApiError("entity_too_large", `An upload for a mail has at most ${LARGEST_STAGED} bytes.`);
