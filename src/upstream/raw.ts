import type { Readable } from "node:stream";
import type { AccountUpstream } from "./accountUpstream.js";
import { callerHeaders, type Headers, passedHeaders } from "./headers.js";
import { locateStrictly } from "./place.js";

/** A request to the service as a caller wrote it. */
export interface RawOutgoing {
  method: string;
  /** A path of the account's origin, or a URL within its hosts. */
  uri: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string | Readable;
}
export interface RawAnswer {
  status: number;
  /** Lower-case names; nothing that concerns the connection or would speak for our own origin. */
  headers: Headers;
  body: Readable;
}

export const sendRaw = async (
  upstream: AccountUpstream,
  { method, uri, headers = {}, body }: RawOutgoing,
): Promise<RawAnswer> => {
  const prepared = upstream.prepare({ method, path: uri, headers: callerHeaders(headers), body }, locateStrictly);
  const answer = await upstream.streamed(prepared, () => true);
  return { status: answer.status, headers: passedHeaders(answer.headers), body: answer.body };
};
