import { Readable } from "node:stream";
import type { Headers } from "./headers.js";
import type { UpstreamRequest } from "./upstream.js";

export type RequestBody = string | Buffer | Readable | null;

/** A body as it is sent: a plain object becomes JSON and says so. */
export const toBody = (body: UpstreamRequest["body"], headers: Headers): RequestBody => {
  if (body === undefined) return null;
  if (typeof body === "string" || Buffer.isBuffer(body) || body instanceof Readable) return body;
  headers["content-type"] ??= "application/json";
  return JSON.stringify(body);
};

/** What can be sent again, or has not begun to be. */
export const isUnread = (body: unknown): boolean =>
  !(body instanceof Readable) || !(body.readableDidRead || body.destroyed || body.errored);
