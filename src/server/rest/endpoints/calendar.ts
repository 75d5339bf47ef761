import { z } from "zod";
import type { Event } from "../../../../schema/calendar/event.js";
import { type Page, type Paging, PRIMARY } from "../../../connectors/connector.js";
import { ApiError } from "../../../errors.js";
import type { ConnectedAccount } from "../../../unified/account.js";
import { type AskedCalendar, availability } from "../../../unified/calendar/availability.js";
import { ok } from "../answers.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { cursorList, pagingOf } from "../lists.js";
import { cursorPaging, flag, moment, rawFields, text, time } from "../parameters.js";
import { collectionEndpoints, type Naming } from "./collection.js";
import { eventBody, finishEvent } from "./eventBody.js";

/** `primary` is the account's primary calendar. Throws `not_found` for one of another account. */
const calendarIn = (account: ConnectedAccount, id: string): string =>
  id === PRIMARY ? PRIMARY : account.own(id, "calendar", ["calendar"]).native;
const calendarOf = (call: Naming): string => calendarIn(call.account, call.param("calendar"));

const eventOf = (call: Naming): string => {
  calendarOf(call);
  return call.ref(call.param("id"), "calendar", "event").native;
};

/** The surprising default of `end` is the reference's own. */
const window = {
  start: moment.optional().describe("Only what ends after it; absent: 1970."),
  end: moment.optional().describe("Only what begins before it; absent: now."),
};

type Window = z.output<z.ZodObject<typeof window>>;

/** One page of what takes place in a window. All pages of a list that ends now end at the same moment, so `next_page` carries it. */
const within = async (
  { start = "1970-01-01T00:00:00.000Z", end }: Window,
  { cursor, limit }: Paging,
  ask: (window: { start: string; end: string } & Paging) => Promise<Page<Event>>,
): Promise<Page<Event>> => {
  const asked = end === undefined ? readPinned(cursor) : { end, cursor };
  if (asked.end <= start)
    throw new ApiError("invalid_parameters", "`end` must be later than `start`; it is now where it is not given.");
  const page = await ask({ start, ...asked, limit });
  return end !== undefined || page.next === null ? page : { ...page, next: `${asked.end} ${page.next}` };
};

const readPinned = (cursor: string | null): { end: string; cursor: string | null } => {
  if (cursor === null) return { end: new Date().toISOString(), cursor };
  const [, end = "", rest = ""] = /^(\S+) (.+)$/s.exec(cursor) ?? [];
  if (Number.isNaN(Date.parse(end)))
    throw new ApiError("invalid_parameters", "`page` is not a `next_page` of this list.");
  return { end, cursor: rest };
};

/** Of an event whose service does not say when it was changed nobody knows, so it is given. */
const changedSince = (since: string | undefined) => {
  const from = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  return ({ modified }: Event): boolean => modified === null || Date.parse(modified) >= from;
};

const STATUSES = ["pending", "accepted", "declined", "tentative"] as const;

const EVENT_PATH = "/accounts/:account/cal/calendars/:calendar/events/:id";

/** Source: the unified API, "Calendar API". */
export const calendar: readonly Endpoint[] = [
  ...collectionEndpoints({
    api: "calendar",
    type: "calendar",
    path: "cal/calendars",
    title: "a calendar",
    titles: "calendars",
    collection: (apis) => apis.calendar.calendars,
    nativeOf: (call) => calendarIn(call.account, call.param("id")),
    needs: ["name"],
    names: { timezone: "timeZone" },
    draft: z.object({
      name: text,
      description: text.nullable(),
      location: text.nullable(),
      timezone: text.nullable(),
      ...rawFields,
    }),
  }),
  ...collectionEndpoints({
    api: "calendar",
    type: "event",
    path: "cal/calendars/:calendar/events",
    title: "an event",
    titles: "events, ordered by start",
    collection: (apis) => apis.calendar.events,
    nativeOf: eventOf,
    query: z.object({
      ...window,
      expand_recurring: flag.default(true).describe("Series as their instances; otherwise as their masters."),
      modified_since: time.optional(),
      q: text.optional().describe("Words that all must be found."),
      participant: text.optional().describe("Only those that this e-mail address is invited to, or organizes."),
    }),
    async page(call, { expand_recurring: expand, modified_since, q, participant, ...asked }, paging) {
      const of = { calendar: calendarOf(call), expand, participant, ...(q?.trim() ? { query: q } : {}) };
      const { events } = call.apis.calendar;
      const page = await within(asked, paging, (times) => events.list({ ...of, ...times }));
      return { ...page, items: page.items.filter(changedSince(modified_since)) };
    },
    needs: ["start", "end"],
    complete: (_, call) => ({ calendar: calendarOf(call) }),
    draft: eventBody,
    finish: finishEvent,
  }),
  endpoint({
    method: "GET",
    path: `${EVENT_PATH}/instances`,
    title: "Lists the instances of a series, ordered by start.",
    right: "read",
    query: z.object({ ...cursorPaging(), ...window }),
    answers: { 200: { list: ["calendar.event"], style: "cursor" } },
    async handle(call) {
      const master = eventOf(call);
      const { calendar } = call.apis;
      const page = await within(call.query, pagingOf(call.query), (times) => calendar.instances(master, times));
      return ok(
        cursorList(
          "calendar",
          call.query,
          page,
          page.items.map((event) => call.render(event)),
        ),
      );
    },
  }),
  endpoint({
    method: "POST",
    path: `${EVENT_PATH}/rsvp`,
    title: "Answers an invitation in the account's own name.",
    right: "write",
    body: z.object({
      status: z
        .enum(STATUSES, `must be ${STATUSES.join(", ")}`)
        .transform((status) => status.toUpperCase() as Uppercase<typeof status>),
      comment: text.optional(),
    }),
    answers: { 200: "calendar.event" },
    async handle(call) {
      const { status, comment } = call.body;
      const answer = { status, ...(comment === undefined ? {} : { comment }) };
      return ok(call.render(await call.apis.calendar.respond(eventOf(call), answer)));
    },
  }),
  endpoint({
    method: "POST",
    path: "/accounts/:account/cal/availability",
    title: "When all of these calendars are free, of one account or several.",
    right: "read",
    several: true,
    body: z.object({
      meeting_duration: text.describe("ISO 8601: `PT1H`."),
      calendars: z.array(text).optional().describe("Absent: the primary calendar of each account."),
      constraints: z.object({ time_windows: z.array(z.object({ start: time, end: time })) }),
    }),
    answers: {
      200: z.object({
        api: z.literal("calendar"),
        type: z.literal("availability"),
        time_windows: z.array(z.object({ start: z.string(), end: z.string() })),
      }),
    },
    async handle({ accounts, body }) {
      const { calendars = [], meeting_duration, constraints } = body;
      const asked = calendars.length === 0 ? accounts.map(primaryOf) : calendars.flatMap((id) => named(accounts, id));
      const free = await availability(asked, constraints.time_windows, meeting_duration);
      return ok({ api: "calendar", type: "availability", time_windows: free });
    },
  }),
];

const primaryOf = (account: ConnectedAccount): AskedCalendar => ({ account, calendar: PRIMARY });

/** A calendar of whichever of these accounts it belongs to; `primary`: that of each. */
const named = (accounts: readonly ConnectedAccount[], id: string): AskedCalendar[] => {
  if (id === PRIMARY) return accounts.map(primaryOf);
  const owner = accounts.find(({ ids, application, account }) => ids.tryDecode(application, id)?.account === account);
  if (!owner) throw new ApiError("not_found", "There is no such calendar in these accounts.");
  return [{ account: owner, calendar: calendarIn(owner, id) }];
};
