import type { IncomingHttpHeaders } from "node:http";

/** What a service's answer tells of its limits. Times are seconds from now. */
export interface Allowance {
  /** Requests of the whole span. */
  limit?: number;
  /** Requests left in it. */
  remaining?: number;
  /** Seconds until the span begins anew. */
  reset?: number;
}

/** Seconds of `Retry-After` (RFC 9110, 10.2.3), as a number or a date; undefined when absent or garbage. */
export const retryAfterOf = (headers: IncomingHttpHeaders, wallClock: number): number | undefined => {
  const value = first(headers["retry-after"])?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Math.ceil(Number(value)), LONGEST);
  return DATE.test(value) ? secondsUntil(Date.parse(value), headers, wallClock) : undefined;
};

/**
 * `RateLimit` (draft-ietf-httpapi-ratelimit-headers: `"policy";r=50;t=30`, earlier `limit=100, remaining=50, reset=30`),
 * `RateLimit-*`, `X-RateLimit-*` and GitHub's, GitLab's, Discord's ways to spell the last.
 */
export const allowanceOf = (headers: IncomingHttpHeaders, wallClock: number): Allowance | undefined => {
  const combined = first(headers.ratelimit);
  if (combined !== undefined) {
    const fields = new Map([...combined.matchAll(/\b(\w+)\s*=\s*"?(\d+)/g)].map(([, name, value]) => [name, value]));
    const policy = first(headers["ratelimit-policy"])?.match(/\bq\s*=\s*(\d+)/)?.[1];
    const allowance = {
      limit: count(fields.get("limit") ?? policy),
      remaining: count(fields.get("remaining") ?? fields.get("r")),
      reset: count(fields.get("reset") ?? fields.get("t")),
    };
    return compact(allowance);
  }
  const find = (name: string) =>
    first(headers[`ratelimit-${name}`] ?? headers[`x-ratelimit-${name}`] ?? headers[`x-rate-limit-${name}`]);
  const limit = find("limit");
  const remaining = find("remaining");
  if (limit === undefined && remaining === undefined) return undefined;
  const after = first(headers["x-ratelimit-reset-after"]);
  const reset = after === undefined ? resetOf(find("reset"), headers, wallClock) : count(after);
  return compact({ limit: count(limit), remaining: count(remaining), reset });
};

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

const LONGEST = 366 * 86_400; // seconds
const DATE = /^[A-Z][a-z]{2,8},? /; // IMF-fixdate, RFC 850, asctime: all begin with the day's name

/** By the service's own clock where it tells one, so that a wrong clock on either side does no harm. */
const secondsUntil = (time: number, { date }: IncomingHttpHeaders, wallClock: number): number | undefined => {
  if (Number.isNaN(time)) return undefined;
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  const now = Number.isNaN(theirs) ? wallClock : theirs;
  return Math.min(Math.max(Math.ceil((time - now) / 1000), 0), LONGEST);
};

/** Seconds from now, seconds or milliseconds since 1970, or a date: told apart by their size. */
const resetOf = (value: string | undefined, headers: IncomingHttpHeaders, wallClock: number): number | undefined => {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isNaN(number)) return secondsUntil(Date.parse(value), headers, wallClock);
  if (number < 0) return undefined;
  if (number > 1e11) return secondsUntil(number, headers, wallClock);
  return number > 1e8 ? secondsUntil(number * 1000, headers, wallClock) : Math.ceil(number);
};

/** The first number; `100, 100;w=60` means 100. */
const count = (value: string | undefined): number | undefined => {
  const digits = value?.match(/^\s*(\d+(\.\d+)?)/)?.[1];
  return digits === undefined ? undefined : Math.min(Math.ceil(Number(digits)), Number.MAX_SAFE_INTEGER);
};

const compact = (allowance: Record<keyof Allowance, number | undefined>): Allowance =>
  Object.fromEntries(Object.entries(allowance).filter(([, value]) => value !== undefined));
