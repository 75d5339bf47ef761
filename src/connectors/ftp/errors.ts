import { FTPError } from "basic-ftp";
import { ApiError, Broken, type ErrorCode } from "../../errors.js";

/** The code of a reply that refuses; undefined where no reply came. */
export const replyOf = (error: unknown): number | undefined => (error instanceof FTPError ? error.code : undefined);

/** Replies that say that a command is not known here, or not with this parameter (RFC 959, 4.2). */
export const UNKNOWN: readonly number[] = [500, 501, 502, 503, 504];
/** "Action not taken", for whatever reason. */
export const NOT_TAKEN: readonly number[] = [450, 550, 553];

/** Replies say little: most of the time the text alone tells one reason from another. */
export const explain = (error: unknown): unknown => {
  if (error instanceof ApiError) return error;
  const reply = replyOf(error);
  const [code, message] = toldOf(reply, String((error as Error | undefined)?.message));
  if (reply === undefined || TRANSFER.includes(reply)) return new Broken(message, error);
  return new ApiError(code, message, {}, { cause: error });
};

/** There was no connection for the bytes, or it broke: another transfer may do (RFC 959, 4.2). */
const TRANSFER = [425, 426];

const toldOf = (reply: number | undefined, text: string): readonly [ErrorCode, string] => {
  switch (reply) {
    case undefined:
      return ["bad_gateway", "The connection to the server broke."];
    case 421:
      return /too many|connections/i.test(text)
        ? ["too_many_service_requests", "The server takes no more connections of this account."]
        : ["service_not_available", "The server has closed the connection."];
    case 425:
    case 426:
      return ["bad_gateway", "The connection for the transfer broke, or could not be made."];
    case 452:
    case 552:
      return ["insufficient_storage", "The account has no free space."];
    case 530:
      return ["service_unauthorized", "The server refuses this user name or password."];
    case 500:
    case 502:
    case 504:
      return ["not_implemented", "The server cannot do that."];
    default:
      if (/permission|denied|not allowed|forbidden|privilege/i.test(text))
        return ["permission_denied", "The server does not let this account do that."];
      if (/no such|not found|n.t exist|cannot find/i.test(text))
        return ["not_found", "There is no such file or folder."];
      return ["request_failed", "The server did not do it."];
  }
};

/** The result, or null when one of these replies came instead. */
export const unless = async <Result>(replies: readonly number[], work: Promise<Result>): Promise<Result | null> => {
  try {
    return await work;
  } catch (error) {
    if (replies.includes(replyOf(error) ?? 0)) return null;
    throw error;
  }
};
