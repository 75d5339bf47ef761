import { ApiError, Broken } from "../../errors.js";
import { STATUS } from "./wire.js";

/** The status of a refusal, as ssh2 puts it into the error; undefined where no answer came. */
export const statusOf = (error: unknown): number | undefined => {
  const { code } = error as { code?: unknown };
  return error instanceof Error && !(error instanceof ApiError) && typeof code === "number" ? code : undefined;
};

/** Of the many reasons there are, the protocol tells apart four; the rest is a failure. */
export const explain = (error: unknown): unknown => {
  if (error instanceof ApiError) return error;
  const told = (code: ConstructorParameters<typeof ApiError>[0], message: string) =>
    new ApiError(code, message, {}, { cause: error });
  switch (statusOf(error)) {
    case undefined:
      return new Broken("The connection to the server broke.", error);
    case STATUS.noSuchFile:
      return told("not_found", "There is no such file or folder.");
    case STATUS.permissionDenied:
      return told("permission_denied", "The server does not let this account do that.");
    case STATUS.unsupported:
      return told("not_implemented", "The server cannot do that.");
    default:
      return /no space|quota/i.test((error as Error).message)
        ? told("insufficient_storage", "The server has no free space.")
        : told("request_failed", "The server did not do it, and does not say why.");
  }
};

/** The result, or null when one of these statuses came instead. */
export const unless = async <Result>(statuses: readonly number[], work: Promise<Result>): Promise<Result | null> => {
  try {
    return await work;
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? -1)) return null;
    throw error;
  }
};
