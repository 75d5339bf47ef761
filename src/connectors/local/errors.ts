import { ApiError, type ErrorCode } from "../../errors.js";

/** What the kernel's refusals mean. Source: errno(3). */
const REFUSALS: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  ENOENT: ["not_found", "There is no such file or folder."],
  ENOTDIR: ["not_found", "There is no such file or folder."],
  ELOOP: ["not_found", "There is no such file or folder."],
  ENOTEMPTY: ["folder_not_empty", "The folder is not empty."],
  EEXIST: ["naming_conflict", "That name is taken."],
  EISDIR: ["data_conflict", "Something else has taken the place of this file."],
  EXDEV: ["request_failed", "The two folders lie on different file systems."],
  EACCES: ["permission_denied", "The operating system does not allow it."],
  EPERM: ["permission_denied", "The operating system does not allow it."],
  EROFS: ["permission_denied", "The file system is read-only."],
  ENAMETOOLONG: ["invalid_parameters", "The name or path is too long."],
  EINVAL: ["invalid_parameters", "The file system does not take this name."],
  EILSEQ: ["invalid_parameters", "The file system does not take this name."],
  EFBIG: ["entity_too_large", "The file system does not take files of this size."],
  ENOSPC: ["insufficient_storage", "There is no space left."],
  EDQUOT: ["insufficient_storage", "The quota is used up."],
  EBUSY: ["locked", "The file or folder is in use."],
  ETXTBSY: ["locked", "The file is in use."],
  EMFILE: ["service_not_available", "Too many files are open."],
  ENFILE: ["service_not_available", "Too many files are open."],
  EIO: ["service_not_available", "The disk does not answer."],
  ESTALE: ["service_not_available", "The file server does not answer."],
};

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

/** Anything that the file system threw, as what the caller may know of it; its message names paths and stays in `cause`. */
export const explain = (error: unknown): unknown => {
  if (error instanceof ApiError) return error;
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError"))
    return new ApiError("gateway_timeout", "The work was broken off before its end.", {}, { cause: error });
  const code = codeOf(error);
  const refusal = code === undefined ? undefined : REFUSALS[code];
  return refusal ? new ApiError(refusal[0], refusal[1], {}, { cause: error }) : error;
};

/** The result, or null when one of these refusals came instead. */
export const unless = async <Result>(codes: readonly string[], work: Promise<Result>): Promise<Result | null> => {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? "")) return null;
    throw error;
  }
};

/** For tidying up after a failure that is being told already. */
export const quietly = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(() => undefined);
};

/**
 * Like `Promise.all`, but a failure is told only when all have ended: a path through a descriptor must not be used any more
 * when the descriptor is closed, for its number may then mean another folder.
 */
export const together = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const outcomes = await Promise.allSettled(items.map(work));
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
};
