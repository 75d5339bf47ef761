import { randomBytes } from "node:crypto";
import { ApiError } from "../../errors.js";
import type { Upload } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { isStaged } from "../email/staged.js";

/** Hours that an upload may take. Source: the unified API, "Multipart upload sessions". */
const LIFETIME_HOURS = 24;
/** Bytes that a resumable upload is cut into where the service has no parts of its own. */
export const SPOOL_PART = 256 * 2 ** 10;

export const createUpload = async (
  account: ConnectedAccount,
  file: {
    parent: string;
    name: string;
    size: number | null;
    mimeType: string | null;
    overwrite: boolean;
    counted?: true;
  },
): Promise<Upload> => {
  if (!account.storage.can("upload"))
    throw new ApiError("not_implemented", `${account.connector.title} has no storage.upload.`);
  const parent = await account.storage.get({ type: "folder", id: file.parent });
  if (parent.type !== "folder") throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
  return account.session.unified.store.uploads.create({
    id: randomBytes(16).toString("base64url"),
    account: account.account,
    user: account.user ?? null,
    ...file,
    parent: parent.id.native,
    expires: new Date(Date.now() + LIFETIME_HOURS * 3_600_000).toISOString(),
  });
};

/** What each turn of a resumable upload must be a multiple of, the last one excepted. */
export const partSize = ({ storage }: ConnectedAccount, upload?: Upload): number =>
  upload && isStaged(upload) ? SPOOL_PART : (storage.traits.partBytes ?? SPOOL_PART);
