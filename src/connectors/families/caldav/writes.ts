import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AttendeeStatus } from "../../../../schema/calendar/attendee.js";
import type { Event } from "../../../../schema/calendar/event.js";
import { ApiError } from "../../../errors.js";
import type { UpstreamResponse } from "../../../upstream/upstream.js";
import { type Context, type EventDraft, PRIMARY } from "../../connector.js";
import { propfind } from "../dav/propfind.js";
import { type EventFields, toEventFields } from "../icalendar/fields.js";
import { attendeesOf, personOf, sameAddress } from "../icalendar/people.js";
import { respond as answer, cancelInstance, writeEvent } from "../icalendar/write.js";
import { CALENDARS } from "./bodies.js";
import { resolved } from "./calendars.js";
import { addressesOf, type Entry, occurrenceOf, pick, type Told, toEntry } from "./found.js";
import { calendarPath, type EventKey, noCalendar, noEvent, ofEventId } from "./ids.js";
import { toDraft, toEvent } from "./map.js";
import { one } from "./requests.js";

export const PRODUCT = "-//Unigraph//Unigraph//EN";
/** Times a change is made anew because somebody else was faster. */
const ATTEMPTS = 4;

export const create = async (context: Context, draft: EventDraft): Promise<Event> => {
  const calendar = await resolved(context, draft.calendar ?? PRIMARY);
  const uid = randomUUID();
  const name = `${uid}.ics`;
  const text = writeEvent(null, { ...toDraft(draft), ...inviting(context, draft) }, writing(uid));
  const path = calendarPath(context, calendar);
  const { status } = await put(context, path + name, text, { "if-none-match": "*" }).catch(async (refusal: unknown) => {
    // Cyrus says 403 where it should say that the calendar is not there.
    const isForbidden = refusal instanceof ApiError && refusal.code === "service_forbidden";
    if (isForbidden && (await propfind(context.upstream, path, "0", CALENDARS)) === null) throw noCalendar();
    throw refusal;
  });
  if (status === 404 || status === 409) throw noCalendar();
  // Nobody else knows the name: who has it is an earlier try whose answer was lost.
  return toEvent(context, pick(await read(context, { calendar, name }), null));
};

/** Somebody else's change of other fields is kept; one of the same fields is a `data_conflict`. */
export const update = async (context: Context, id: string, draft: EventDraft): Promise<Event> => {
  const key = ofEventId(id);
  const change = toDraft(draft);
  const named = (Object.keys(change) as (keyof EventFields)[]).filter(
    (field) => change[field as keyof typeof change] !== undefined,
  );
  if (draft.calendar !== undefined && draft.calendar !== key.calendar)
    throw new ApiError("not_implemented", "An event stays in its calendar.");
  return changed(context, key, named, (text, uid, { event: { component } }) => {
    const organizer = personOf(component, "ORGANIZER") === null ? inviting(context, draft) : {};
    return writeEvent(text, { ...change, ...organizer }, { ...writing(uid), ...instanceOf(key) });
  });
};

/** Only who organizes may invite (RFC 5545, 3.8.4.3). */
const inviting = (context: Context, { attendees }: EventDraft): { organizer?: { email: string } } => {
  const [email] = addressesOf(context);
  return attendees?.length && email !== undefined ? { organizer: { email } } : {};
};

export const respond = async (
  context: Context,
  event: string,
  { status }: { status: keyof typeof AttendeeStatus },
): Promise<Event> => {
  if (status === "UNCONFIRMED")
    throw new ApiError("invalid_parameters", "An answer is PENDING, ACCEPTED, DECLINED or TENTATIVE.");
  const key = ofEventId(event);
  const own = addressesOf(context);
  // Other people's answers, be they as fresh as they may, are kept.
  return changed(context, key, [], (text, uid, { event: { component } }) => {
    const mine = attendeesOf(component).find(({ email }) => own.some((address) => sameAddress(address, email)));
    if (!mine?.email)
      throw new ApiError("invalid_parameters", "The account's own address is not invited to the event.");
    return answer(text, { email: mine.email, status }, { ...writing(uid), ...instanceOf(key) });
  });
};

/** An instance is taken out of its series; a series goes whole. */
export const remove = async (context: Context, id: string): Promise<void> => {
  const key = ofEventId(id);
  const path = calendarPath(context, key.calendar) + key.name;
  for (let attempt = 1; ; attempt++) {
    const entry = await read(context, key);
    pick(entry, key.recurrenceId);
    const { resource, series } = entry;
    const left =
      key.recurrenceId === null ? null : cancelInstance(resource.text, key.recurrenceId, writing(series.uid));
    const condition = { "if-match": etagOf(entry) };
    const { status, repeated } =
      left === null ? await discard(context, path, condition) : await put(context, path, left, condition);
    if (repeated && REFUSALS.includes(status) && (await isGone(context, key))) return;
    if (status === 404) throw noEvent();
    if (status !== 412) return;
    // Taking one instance out clashes with nothing; a series that has just been changed is not what was to be deleted.
    if (left === null || attempt === ATTEMPTS) throw conflict();
  }
};

/** Reads, changes and writes back until nobody was faster in between; tells the event as it then is. */
const changed = async (
  context: Context,
  key: EventKey,
  named: readonly (keyof EventFields)[],
  edit: (text: string, uid: string, target: Told) => string,
): Promise<Event> => {
  const path = calendarPath(context, key.calendar) + key.name;
  let before: EventFields | undefined;
  let wanted: EventFields | undefined;
  for (let attempt = 1; ; attempt++) {
    const entry = await read(context, key);
    const target = pick(entry, key.recurrenceId);
    const fields = fieldsOf(target);
    for (const field of before ? named : [])
      if (!isDeepStrictEqual(fields[field], before?.[field]) && !isDeepStrictEqual(fields[field], wanted?.[field]))
        throw conflict();
    const text = edit(entry.resource.text, entry.series.uid, target);
    const { status, repeated } = await put(context, path, text, { "if-match": etagOf(entry) });
    if (status === 404) throw noEvent();
    if (status !== 412) return toEvent(context, pick(await read(context, key), key.recurrenceId));
    const written = toEntry({ ...entry.resource, text });
    wanted = written ? fieldsOf(pick(written, key.recurrenceId)) : undefined;
    if (repeated) {
      const now = pick(await read(context, key), key.recurrenceId);
      if (isDeepStrictEqual(fieldsOf(now), wanted)) return toEvent(context, now);
    }
    if (attempt === ATTEMPTS) throw conflict();
    before = fields;
  }
};

const REFUSALS = [404, 412];

/** After a refusal of what was repeated: whether the attempt before has done it. */
const isGone = async (context: Context, key: EventKey): Promise<boolean> => {
  try {
    pick(await read(context, key), key.recurrenceId);
    return false;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return true;
    throw error;
  }
};

const conflict = (): ApiError =>
  new ApiError("data_conflict", "Somebody else changed the event at the same time; read it again.");

const fieldsOf = (target: Told): EventFields =>
  toEventFields(target.event, target.recurrenceId === null ? undefined : occurrenceOf(target));

const read = async (context: Context, { calendar, name }: Pick<EventKey, "calendar" | "name">): Promise<Entry> => {
  const resource = await one(context, calendar, name);
  const entry = resource ? toEntry(resource) : null;
  if (!entry) throw noEvent();
  return entry;
};

/** Without one, a change could undo somebody else's. */
const etagOf = ({ resource: { etag } }: Entry): string => {
  if (etag === null) throw new ApiError("bad_gateway", "The server does not tell the version of its events.");
  return etag;
};

const writing = (uid: string) => ({ uid, now: new Date().toISOString(), prodId: PRODUCT });

const instanceOf = ({ recurrenceId }: EventKey) => (recurrenceId === null ? {} : { recurrenceId });

const put = async (
  context: Context,
  path: string,
  body: string,
  condition: Readonly<Record<string, string>>,
): Promise<UpstreamResponse> => {
  const headers = { "content-type": "text/calendar; charset=utf-8", ...condition };
  const answer = await context.upstream.text({ method: "PUT", path, headers, body, accept: [404, 409, 412] });
  const { status } = answer;
  if (status >= 300 && status < 400) throw new ApiError("bad_gateway", "The server redirects where it should store.");
  if (status === 409 && "if-match" in condition) throw conflict();
  return answer;
};

const discard = (
  context: Context,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<UpstreamResponse> => context.upstream.text({ method: "DELETE", path, headers, accept: REFUSALS });
