import { ApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";
import { decodeName } from "../dav/hrefs.js";
import { type Answer, readMultistatus, textOf } from "../dav/multistatus.js";
import { CALDAV, multiget, query } from "./bodies.js";
import { calendarPath, noCalendar } from "./ids.js";

/** One calendar object resource: an event with all that belongs to its UID (RFC 4791, 4.1). */
export interface Resource {
  calendar: string;
  /** Percent-encoded. */
  name: string;
  etag: string | null;
  text: string;
}

const NOTHING = [404, 410];

/** What says that a report is beyond the server, or that this one may not be asked. */
const REFUSALS = [400, 403, 405, 409, 412, 415, 422, 501];

interface Report {
  body: string;
  depth?: "0" | "1";
  /** Statuses that are answered with null beside the result. */
  refused?: readonly number[];
}

/** The text of a REPORT's multistatus; null where the server refuses it. Throws `not_found` where nothing is at the path. */
export const report = async (
  { upstream }: Context,
  path: string,
  { body, depth = "1", refused = [] }: Report,
): Promise<string | null> => {
  const headers = { depth, "content-type": "application/xml; charset=utf-8" };
  const accept = [...NOTHING, ...refused];
  const { status, text } = await upstream.text({ method: "REPORT", path, headers, body, accept });
  if (NOTHING.includes(status)) throw noCalendar();
  if (refused.includes(status)) return null;
  if (status !== 207) throw new ApiError("bad_gateway", "The server does not answer as a CalDAV server would.");
  return text;
};

/** In milliseconds; absent: without that bound. */
export interface Range {
  start: number | undefined;
  end: number | undefined;
}

const DAY = 86_400_000;

/**
 * What a calendar holds that may lie within a range, and all its series that begin before the range ends: which instances fall into
 * it is not left to the server (Xandikos compares the first one alone; others count rules in their own ways). A day is added
 * on both sides, for a server reads whole days, and times without a zone, in a zone that it knows.
 */
export const within = async (context: Context, calendar: string, { start, end }: Range): Promise<Resource[]> => {
  const path = calendarPath(context, calendar);
  const bounds = {
    ...(start === undefined || start < EARLIEST ? {} : { start: digits(start - DAY) }),
    ...(end === undefined || end > LATEST ? {} : { end: digits(end + DAY) }),
  };
  const whole = report(context, path, { body: query(bounds) });
  if (bounds.start === undefined) return toResources(calendar, path, await whole);
  const { start: _, ...until } = bounds;
  const series = report(context, path, { body: query(until, "RRULE"), refused: REFUSALS });
  const [found, recurring] = await Promise.all([whole, series]);
  const all = [...toResources(calendar, path, found), ...toResources(calendar, path, recurring)];
  return [...new Map(all.map((resource) => [resource.name, resource])).values()];
};

/** Some servers count with 32 bits, or with years of four digits. */
const EARLIEST = Date.UTC(1902, 0, 1);
const LATEST = Date.UTC(9998, 0, 1);

const digits = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** Resources of one calendar in one request; those that are not there are missing. */
export const many = async (
  context: Context,
  calendar: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Resource>> => {
  const path = calendarPath(context, calendar);
  const text = await report(context, path, { body: multiget(names.map((name) => path + name)) });
  return new Map(toResources(calendar, path, text).map((resource) => [resource.name, resource]));
};

/** Null when it is not there. */
export const one = async (context: Context, calendar: string, name: string): Promise<Resource | null> =>
  (await many(context, calendar, [name])).get(name) ?? null;

const toResources = (calendar: string, path: string, text: string | null): Resource[] =>
  text === null ? [] : readMultistatus(text).flatMap((answer) => toResource(calendar, path, answer) ?? []);

const toResource = (calendar: string, path: string, answer: Answer): Resource | null => {
  const name = nameIn(path, answer);
  const text = answer.properties.get(`${CALDAV}calendar-data`)?.text;
  return name === null || !text ? null : { calendar, name, etag: textOf(answer.properties, "DAV:getetag"), text };
};

/** The name of what lies in a calendar, by how deep it lies: a server may spell the way there otherwise than it was asked. */
export const nameIn = (path: string, { names }: Answer): string | null => {
  const depth = path.split("/").length - 2;
  const name = names?.length === depth + 1 ? names.at(-1) : undefined;
  return name === undefined || name === "." || name === ".." ? null : encodeURIComponent(name);
};

/** The first href within a property. */
export const hrefIn = (answer: Answer | undefined, property: string): string | null =>
  hrefsIn(answer, property)[0] ?? null;

/** The address of `mailto:`; some servers encode the colon and the at sign. */
export const addressIn = (href: string): string | null =>
  /^mailto:(.+@.+)$/i.exec(decodeName(href.trim()) ?? href.trim())?.[1] ?? null;

export const hrefsIn = (answer: Answer | undefined, property: string): string[] =>
  (answer?.properties.get(property)?.children ?? [])
    .filter(({ name }) => name === "DAV:href")
    .map(({ text }) => text.trim())
    .filter(Boolean);
