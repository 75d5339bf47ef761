import type { FastifyRequest } from "fastify";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount, View } from "../../unified/account.js";
import { checkRight } from "../../unified/rights.js";
import { jsonHeader } from "./headers.js";

/** Pairs of raw headers and raw query parameters, each, and bytes of one. */
const MOST = 64;
const LONGEST = 8192;

/** What a request adds to those that its account will make. Source: the unified API, "API-wide request headers". */
export const viewOf = (request: FastifyRequest, account: ConnectedAccount): View | null => {
  const user = request.headers["x-kloudless-as-user"];
  // Where a service takes none of its own, they are passed over.
  const isRaw = account.connector.raw !== undefined;
  const headers = isRaw ? rawHeaders(request) : null;
  const query = isRaw ? rawQuery(request) : null;
  if (user === undefined && !headers && !query) return null;
  // A header can turn a read into a write (`X-HTTP-Method-Override`), so it takes the same right as a raw request.
  if (headers || query) checkRight(account.session, "raw");
  return {
    ...(user === undefined ? {} : { user: account.userOf(String(user)) }),
    ...(headers ? { headers } : {}),
    ...(query ? { query } : {}),
  };
};

const rawHeaders = (request: FastifyRequest): Record<string, string> | null => {
  const given = jsonHeader(request, "x-kloudless-raw-headers");
  return given && bounded(Object.entries(given).map(([name, value]) => [name, textOf(name, value)]));
};

/** `raw[fields]=type,name` → `fields=type,name` */
const rawQuery = (request: FastifyRequest): Record<string, string> | null => {
  const pairs = Object.entries(request.query as Record<string, unknown>).flatMap(([key, value]): [string, string][] => {
    const [, name] = /^raw\[([^\][]{1,255})\]$/.exec(key) ?? [];
    return name === undefined ? [] : [[name, String(Array.isArray(value) ? value.at(-1) : value)]];
  });
  return pairs.length === 0 ? null : bounded(pairs);
};

const textOf = (name: string, value: unknown): string => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ApiError("bad_request", `The raw header ${JSON.stringify(name)} must be text.`);
};

const bounded = (pairs: [string, string][]): Record<string, string> => {
  if (pairs.length > MOST || pairs.some(([name, value]) => name.length + value.length > LONGEST))
    throw new ApiError("bad_request", `At most ${MOST} raw headers or parameters of ${LONGEST} bytes can be given.`);
  for (const [name] of pairs)
    if (name === "__proto__" || name === "constructor")
      throw new ApiError("bad_request", `The name ${name} is not allowed.`);
  return Object.fromEntries(pairs);
};
