import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../errors.js";

/** Lower-case names, one value each. */
export type Headers = Record<string, string>;

/** They frame the message, name the host or prove an identity: never a caller's to say (RFC 9110, 7.6.1). */
const OURS =
  /^(host|content-length|connection|keep-alive|transfer-encoding|upgrade|te|trailer|expect|authorization|cookie|proxy-.*|x-forwarded-.*|forwarded)$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i; // RFC 9110, 5.6.2
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/; // RFC 9110, 5.5

const MAXIMUM = 64; // headers of a caller
const LONGEST = 8192; // characters of one value

/** A caller's own headers: those that are ours to say are dropped, malformed ones throw `bad_request`. */
export const callerHeaders = (given: Readonly<Record<string, string>>): Headers => {
  const entries = Object.entries(given);
  if (entries.length > MAXIMUM) throw new ApiError("bad_request", `At most ${MAXIMUM} headers may be given.`);
  const headers: Headers = {};
  for (const [name, value] of entries) {
    checkHeader(name, value);
    if (value.length > LONGEST) throw new ApiError("bad_request", `A header may have ${LONGEST} characters at most.`);
    const lower = name.toLowerCase();
    if (!OURS.test(lower)) headers[lower] = value;
  }
  return headers;
};

export const checkHeader = (name: string, value: unknown): void => {
  if (!TOKEN.test(name)) throw new ApiError("bad_request", "The name of a header is malformed.");
  if (typeof value !== "string" || !VALUE.test(value))
    throw new ApiError("bad_request", `The value of the header ${name} is malformed.`);
};

/** They frame a message or belong to its connection: only undici sets them. */
const OF_CONNECTION = /^(host|content-length|connection|keep-alive|transfer-encoding|upgrade|te|trailer|expect)$/;
export const isOfConnection = (name: string): boolean => OF_CONNECTION.test(name);

/** A method as every HTTP service understands it. Tunnels and echoes are none of ours. */
export const checkMethod = (method: string): void => {
  if (!/^[A-Z][A-Z-]{0,31}$/.test(method) || method === "CONNECT" || method === "TRACE")
    throw new ApiError("bad_request", "The method is malformed or not allowed.");
};

/** A service's headers as a connector reads them: repeated ones joined, cookies dropped. */
export const readHeaders = (sent: IncomingHttpHeaders): Headers => {
  const headers: Headers = {};
  for (const name in sent) {
    const value = sent[name];
    if (value === undefined || name === "set-cookie") continue;
    headers[name] = typeof value === "string" ? value : value.join(", ");
  }
  return headers;
};

/** They concern one connection (RFC 9110, 7.6.1), or would speak for our origin instead of the service's. */
const NOT_PASSED =
  /^(connection|keep-alive|transfer-encoding|upgrade|te|trailer|proxy-.*|set-cookie2?|strict-transport-security|public-key-pins.*|clear-site-data|alt-svc|access-control-.*|content-security-policy.*|x-frame-options|service-worker-allowed|reporting-endpoints|report-to|nel|refresh)$/;

/** A service's headers as a pass-through hands them on: its answer can neither run, frame nor set anything in our name. */
export const passedHeaders = (sent: IncomingHttpHeaders): Headers => {
  const named = new Set(
    String(sent.connection ?? "")
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  const headers: Headers = {};
  for (const [name, value] of Object.entries(readHeaders(sent)))
    if (!NOT_PASSED.test(name) && !named.has(name)) headers[name] = value;
  headers["x-content-type-options"] = "nosniff";
  headers["content-security-policy"] = "sandbox";
  return headers;
};
