import { randomUUID } from "node:crypto";
import type { TimeWindow } from "../../../../schema/calendar/timeWindow.js";
import { ApiError, toApiError } from "../../../errors.js";
import type { Context } from "../../connector.js";
import { busy as takenBy } from "../icalendar/busy.js";
import { freeBusyRequest, readFreeBusy } from "../icalendar/freeBusy.js";
import { instantFrom, type Span } from "../icalendar/recurrence.js";
import { toIso } from "../icalendar/zones.js";
import { child, type Element, parseXml } from "../xml.js";
import { CALDAV } from "./bodies.js";
import { resolved } from "./calendars.js";
import { addressesOf, toEntries } from "./found.js";
import { addressIn, within } from "./requests.js";
import { PRODUCT } from "./writes.js";

/** Instances that one question about busy times looks at. */
const LOOKED_AT = 20_000;

/**
 * When calendars are taken, and when people are: an id of a calendar has no at sign, a person is asked for by an e-mail address.
 * All people cost one request.
 */
export const busy = async (
  context: Context,
  ids: readonly string[],
  window: TimeWindow,
): Promise<(TimeWindow[] | Error)[]> => {
  const span = spanOf(window);
  if (span.end < span.start) throw new ApiError("invalid_parameters", "The window ends before it starts.");
  const people = ids.filter(isAddress);
  const answers = people.length === 0 ? null : ofPeople(context, people, window);
  return Promise.all(
    ids.map((id) =>
      (answers && isAddress(id) ? answers.then((told) => told(id)) : ofCalendar(context, id, window)).then(
        (taken) => taken.map((interval) => cut(interval, span)),
        toApiError,
      ),
    ),
  );
};

const isAddress = (id: string): boolean => /^[^\s@/]+@[^\s@/]+$/.test(id);

/**
 * From the events themselves: it costs no more than the free-busy report of RFC 4791, 7.10, which few servers answer, and says
 * what their list says, own refusals included.
 */
const ofCalendar = async (context: Context, id: string, window: TimeWindow): Promise<TimeWindow[]> => {
  const entries = toEntries(await within(context, await resolved(context, id), spanOf(window)));
  const [email = null] = addressesOf(context);
  const series = entries.map((entry) => entry.series);
  return takenBy(series, window, { email, limit: LOOKED_AT }).intervals;
};

/** RFC 6638, 5: the account's outbox knows. What is told of a person is the times, or a throw. */
const ofPeople = async (
  context: Context,
  people: readonly string[],
  window: TimeWindow,
): Promise<(person: string) => TimeWindow[]> => {
  const { outbox } = context.settings;
  const [organizer] = addressesOf(context);
  if (typeof outbox !== "string" || organizer === undefined)
    throw new ApiError("not_implemented", "The account's server does not tell when other people are taken.");
  const body = freeBusyRequest(
    { organizer, people, ...window },
    { uid: randomUUID(), now: new Date().toISOString(), prodId: PRODUCT },
  );
  const headers = { "content-type": "text/calendar; charset=utf-8" };
  const { text } = await context.upstream.text({ method: "POST", path: outbox, headers, body, repeatable: true });
  const answers = new Map(parseXml(text).children.map((answer) => [recipientOf(answer), answer]));
  return (person) => takenOf(person, answers.get(person.toLowerCase()));
};

const recipientOf = (answer: Element): string | undefined => {
  const recipient = child(answer, `${CALDAV}recipient`);
  return addressIn((recipient && child(recipient, "DAV:href"))?.text ?? "")?.toLowerCase();
};

/** Statuses: RFC 5546, 3.6; RFC 6638, 3.2.9. */
const takenOf = (person: string, answer: Element | undefined): TimeWindow[] => {
  const status = (answer && child(answer, `${CALDAV}request-status`))?.text.trim() ?? "";
  const data = answer && child(answer, `${CALDAV}calendar-data`);
  if (status.startsWith("2.") && data) return readFreeBusy(data.text);
  if (status.startsWith("3.7")) throw new ApiError("not_found", `The server knows nobody by ${person}.`);
  if (status.startsWith("3.8"))
    throw new ApiError("service_forbidden", `The account may not see when ${person} is taken.`);
  throw new ApiError("request_failed", `The server cannot tell when ${person} is taken.`);
};

const spanOf = ({ start, end }: TimeWindow): Span => ({ start: instantFrom(start), end: instantFrom(end) });

const cut = ({ start, end }: TimeWindow, span: Span): TimeWindow => ({
  start: Date.parse(start) < span.start ? toIso(span.start) : start,
  end: Date.parse(end) > span.end ? toIso(span.end) : end,
});
