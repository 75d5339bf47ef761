import { randomUUID } from "node:crypto";
import type { Calendar } from "../../../../schema/calendar/calendar.js";
import { ApiError, codeOfServiceStatus } from "../../../errors.js";
import { type CalendarDraft, type Collection, type Context, type Page, type Paging, PRIMARY } from "../../connector.js";
import { namesOfHref } from "../dav/hrefs.js";
import { type Answer, readMultistatus, textOf } from "../dav/multistatus.js";
import { propfind } from "../dav/propfind.js";
import { ianaZoneIn, timezoneText } from "../icalendar/zoneTexts.js";
import { toJson } from "../xml.js";
import { CALDAV, CALENDARS, DEFAULT, mkcalendar, type Properties, propertyupdate } from "./bodies.js";
import { isPlace, ofCursor, toCursor } from "./cursors.js";
import { calendarId, calendarPath, homePath, noCalendar } from "./ids.js";
import { hrefIn } from "./requests.js";

/** A calendar as the server tells it. */
export interface Listed {
  id: string;
  name: string;
  isPrimary: boolean;
  /** Null where the server does not tell what changed. */
  syncToken: string | null;
  answer: Answer;
}

/** All calendars for events in the account's home, ordered by name. */
export const listed = async (context: Context): Promise<Listed[]> => {
  const [answers, preferred] = await Promise.all([
    propfind(context.upstream, homePath(context), "1", CALENDARS),
    defaultCalendar(context),
  ]);
  if (!answers)
    throw new ApiError("not_found", "The account's calendars are not where they were when it was connected.");
  const found = answers.flatMap((answer) => (answer.names && holdsEvents(answer) ? [toListed(context, answer)] : []));
  found.sort(inOrder);
  const primary = found.find(({ id }) => id === preferred) ?? found[0];
  return found.map((calendar) => ({ ...calendar, isPrimary: calendar === primary }));
};

/** Whatever the case of letters: `calendar` before `Family`. */
const inOrder = (one: Pick<Listed, "name" | "id">, other: Pick<Listed, "name" | "id">): number =>
  compare(one.name.toLowerCase(), other.name.toLowerCase()) || compare(one.id, other.id);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** What a calendar says of itself; calendars of tasks alone are none to us. */
export const holdsEvents = ({ properties }: Answer): boolean => {
  const isCalendar = properties.get("DAV:resourcetype")?.children.some(({ name }) => name === `${CALDAV}calendar`);
  const kinds = properties.get(`${CALDAV}supported-calendar-component-set`)?.children ?? [];
  return isCalendar === true && (kinds.length === 0 || kinds.some(({ attributes }) => attributes?.name === "VEVENT"));
};

const toListed = (context: Context, answer: Answer): Listed => {
  const names = answer.names as string[];
  return {
    id: calendarId(context, names),
    name: textOf(answer.properties, "DAV:displayname") ?? (names.at(-1) as string),
    isPrimary: false,
    syncToken: textOf(answer.properties, "DAV:sync-token"),
    answer,
  };
};

/** RFC 6638, 9.2: where invitations are put. Null where the server has no such thing. */
const defaultCalendar = async (context: Context): Promise<string | null> => {
  const { inbox } = context.settings;
  if (typeof inbox !== "string") return null;
  try {
    const answers = await propfind(context.upstream, inbox, "0", DEFAULT);
    const href = hrefIn(answers?.[0], `${CALDAV}schedule-default-calendar-URL`);
    const names = href === null ? null : namesOfHref(href);
    return names === null ? null : calendarId(context, names);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return null; // the order of names decides, as it does where there is no inbox
  }
};

/** The id of a calendar, `primary` as what it stands for. */
export const resolved = async (context: Context, id: string): Promise<string> => {
  if (id !== PRIMARY) return id;
  const primary = (await listed(context)).find(({ isPrimary }) => isPrimary);
  if (!primary) throw new ApiError("not_found", "The account has no calendar.");
  return primary.id;
};

const toCalendar = (context: Context, { id, name, isPrimary, answer: { properties } }: Listed): Calendar => ({
  id: context.ref("calendar", id),
  api: "calendar",
  type: "calendar",
  name,
  description: textOf(properties, `${CALDAV}calendar-description`),
  location: null,
  timeZone: ianaZoneIn(textOf(properties, `${CALDAV}calendar-timezone`)),
  primary: isPrimary,
  created: null,
  modified: null,
  raw: context.raw
    ? {
        id,
        type: "calendar",
        object: Object.fromEntries([...properties].map(([property, element]) => [property, toJson(element)])),
        headers: null,
      }
    : undefined,
});

const PAGE = 1000; // calendars

export const calendars: Collection<Calendar, object, CalendarDraft> = {
  traits: { pageSize: PAGE, getMany: PAGE },

  async list(context: Context, { cursor, limit }: Paging): Promise<Page<Calendar>> {
    const after = cursor === null ? null : ofCursor(cursor, isPlace("string"));
    const all = await listed(context);
    const left = after ? all.filter((calendar) => inOrder(calendar, { name: after[0], id: after[1] }) > 0) : all;
    const page = left.slice(0, Math.min(limit, PAGE));
    const last = page.at(-1);
    return {
      items: page.map((calendar) => toCalendar(context, calendar)),
      next: last && left.length > page.length ? toCursor([last.name, last.id]) : null,
    };
  },

  async getMany(context, ids) {
    const all = await listed(context);
    return ids.map((id) => {
      const found = all.find((calendar) => (id === PRIMARY ? calendar.isPrimary : calendar.id === id));
      return found ? toCalendar(context, found) : noCalendar();
    });
  },

  async create(context, draft) {
    if (!draft.name) throw new ApiError("invalid_parameters", "A calendar needs a name.");
    const id = randomUUID();
    const body = mkcalendar(toProperties(draft).filter(([, value]) => value !== null));
    const { status, text } = await context.upstream.text({
      method: "MKCALENDAR",
      path: calendarPath(context, id),
      headers: XML,
      body,
    });
    // MKCALENDAR may answer 201 in words of its own.
    if (status === 207) checkWritten(text);
    return read(context, id);
  },

  async update(context, calendar, draft) {
    if (draft.name === null || draft.name === "") throw new ApiError("invalid_parameters", "A calendar needs a name.");
    const { id } = await found(context, calendar);
    const properties = toProperties(draft);
    if (properties.length > 0) {
      const request = {
        method: "PROPPATCH",
        path: calendarPath(context, id),
        headers: XML,
        body: propertyupdate(properties),
      };
      const { status, text } = await context.upstream.text({ ...request, repeatable: true });
      if (status !== 207) throw new ApiError("bad_gateway", "The server does not say what it changed.");
      checkWritten(text);
    }
    return read(context, id);
  },

  /** Looked at first: a DELETE takes whatever is at the path. */
  async delete(context, calendar) {
    const { id } = await found(context, calendar);
    await context.upstream.text({ method: "DELETE", path: calendarPath(context, id) });
  },
};

const XML = { "content-type": "application/xml; charset=utf-8" };

const found = async (context: Context, id: string): Promise<Listed> => {
  const all = await listed(context);
  const calendar = all.find((each) => (id === PRIMARY ? each.isPrimary : each.id === id));
  if (!calendar) throw noCalendar();
  return calendar;
};

const read = async (context: Context, id: string): Promise<Calendar> => toCalendar(context, await found(context, id));

/** Throws for what a calendar of CalDAV cannot have. */
const toProperties = ({ name, description, location, timeZone, raw }: CalendarDraft): Properties => {
  if (location || Object.keys(raw ?? {}).length > 0)
    throw new ApiError("not_implemented", "A calendar of CalDAV has neither a location nor other fields.");
  return [
    ...(name === undefined ? [] : [["displayname", name] as const]),
    ...(description === undefined ? [] : [["C:calendar-description", description] as const]),
    ...(timeZone === undefined
      ? []
      : [["C:calendar-timezone", timeZone === null ? null : timezoneText(timeZone)] as const]),
  ];
};

/** RFC 4918, 9.2.1: all or nothing; what is said of the others is 424. */
const checkWritten = (text: string): void => {
  for (const { refused } of readMultistatus(text))
    for (const [property, status] of refused)
      if (status !== 424)
        throw new ApiError(
          codeOfServiceStatus(status).code,
          `The server would not change ${property.replace(CALDAV, "").replace("DAV:", "")}.`,
        );
};
