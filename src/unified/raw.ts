import type { Readable } from "node:stream";
import { ApiError } from "../errors.js";
import type { ConnectedAccount } from "./account.js";

export interface RawRequest {
  /** A path, or a URL within the connector's hosts. */
  uri: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: Buffer | string | Readable;
}

/** A request to the service as the caller wrote it, signed and guarded; the answer is the service's own, whatever its status. */
export const rawRequest = async (account: ConnectedAccount, { uri, method, headers, body }: RawRequest) => {
  const { connector, session } = account;
  if (!session.caller.rights.has("raw")) throw new ApiError("forbidden", "This key may not send raw requests.");
  if (!connector.raw) throw new ApiError("not_implemented", `${connector.title} has no pass-through.`);
  if (!connector.raw.methods.includes(method))
    throw new ApiError("method_not_allowed", `${connector.title} does not take ${JSON.stringify(method)}.`);
  account.checkUsable();
  const details = { method, path: pathOf(uri) };
  await session.unified.audit.record(session.caller, "raw.sent", `account ${account.account}`, details);
  return session.unified.client.raw(account.target(), {
    method,
    uri,
    headers,
    ...(body === undefined ? {} : { body }),
  });
};

/** Without a query, user or password, which may be secrets. */
const pathOf = (uri: string): string => {
  const { host = "", pathname = uri.replace(/[?#].*$/s, "") } = URL.canParse(uri) ? new URL(uri) : {};
  return `${host}${pathname}`.slice(0, LONGEST_PATH);
};
/** Characters that are written down. */
const LONGEST_PATH = 500;
