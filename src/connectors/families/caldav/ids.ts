import { ApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";
import { decodeName, namesOfHref } from "../dav/hrefs.js";

/**
 * Native ids. A calendar below the account's calendar home is the segment of its path, `work`; one elsewhere is its whole path,
 * `/shared/team`. An event is its calendar, its resource and, for one instance of a series, the start that the series gave to it,
 * in lines. Segments are percent-encoded in one way, so whatever a server writes, one thing has one id.
 */
export interface EventKey {
  calendar: string;
  /** Percent-encoded: `4f1a.ics`. */
  name: string;
  /** ISO 8601, UTC. */
  recurrenceId: string | null;
}

export const eventId = ({ calendar, name, recurrenceId }: EventKey): string =>
  [calendar, name, ...(recurrenceId === null ? [] : [recurrenceId])].join("\n");

/** Throws `not_found` for an id that names nothing. */
export const ofEventId = (id: string): EventKey => {
  const [calendar = "", name = "", recurrenceId = null, ...rest] = id.split("\n");
  if (rest.length > 0 || !isSegment(name) || (recurrenceId !== null && !INSTANT.test(recurrenceId))) throw noEvent();
  return { calendar, name, recurrenceId };
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

/** The path of a calendar, with a slash at its end. Throws `not_found` for an id that names none. */
export const calendarPath = (context: Context, id: string): string => {
  const home = homePath(context);
  if (!id.startsWith("/")) {
    if (!isSegment(id)) throw noCalendar();
    return `${home}${id}/`;
  }
  const segments = id.slice(1).split("/");
  const path = `${id}/`;
  const inHome = path.startsWith(home) && segments.length === home.split("/").length - 1;
  if (!segments.every(isSegment) || inHome || home.startsWith(path)) throw noCalendar();
  return path;
};

/** By its names from the server's root down. */
export const calendarId = (context: Context, names: readonly string[]): string => {
  const segments = names.map(encodeURIComponent);
  const path = `/${segments.join("/")}`;
  const home = homePath(context);
  return path.startsWith(home) && segments.length === home.split("/").length - 1 ? (segments.at(-1) as string) : path;
};

/** Begins and ends with a slash, encoded as ids are. */
export const homePath = ({ settings }: Context): string => canonical(String(settings.home));

const canonical = (href: string): string => {
  const names = namesOfHref(href) ?? [];
  return names.length === 0 ? "/" : `/${names.map(encodeURIComponent).join("/")}/`;
};

const isSegment = (text: string): boolean => {
  const name = decodeName(text);
  if (name === null || name === "" || name === "." || name === ".." || !name.isWellFormed()) return false;
  return encodeURIComponent(name) === text;
};

export const noEvent = (): ApiError => new ApiError("not_found", "There is no such event.");
export const noCalendar = (): ApiError => new ApiError("not_found", "There is no such calendar.");
