import { z } from "zod";
import { PRIMARY } from "../../../../connectors/connector.js";
import { ApiError } from "../../../../errors.js";
import type { Ref } from "../../../../ids.js";
import type { MeetingPlan } from "../../../../store/store.js";
import type { ConnectedAccount } from "../../../../unified/account.js";
import {
  cancelMeeting,
  openMeeting,
  openWindow,
  readMeeting,
  reschedule,
  schedule,
  timeSlots,
} from "../../../../unified/meetings/booking.js";
import {
  createWindow,
  deleteWindow,
  findWindow,
  listWindows,
  type OwnWindow,
  updateWindow,
} from "../../../../unified/meetings/windows.js";
import { created, noContent, ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { toDraft } from "../../draft.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { countedList, nextPage, pagingOf } from "../../lists.js";
import { countedPaging, cursorPaging } from "../../parameters.js";
import { checkRate } from "../../rate.js";
import { finishEvent } from "../eventBody.js";
import { booking, DEFAULTS, eventMetadata, newWindow, planOf, times, visitor, windowChange } from "./bodies.js";
import { API, meetingSchema, renderMeeting, renderWindow, windowSchema } from "./render.js";

/** Bookings of one window in an hour: whoever knows its id sends invitations in its owner's name. */
const BOOKINGS = { count: 60, milliseconds: 3_600_000 };

const WINDOWS = "/meetings/windows";
const WINDOW = `${WINDOWS}/:id`;
const MEETING = "/meetings/events/:id";

/** Ids of calendars say whose they are; `primary` is that of the bearer token's account. */
const calendarOf = async ({ session }: Pick<Call, "session">, id: string): Promise<Ref<ConnectedAccount>> =>
  id === PRIMARY
    ? (await session.me()).ref("calendar", "calendar", PRIMARY)
    : session.resolveAs(id, "calendar", ["calendar"]);

/** Of the caller's own. */
const ownWindow = async (call: Visit): Promise<OwnWindow> => {
  const own = await findWindow(call.session, call.param("id"));
  checkRate(call.parts, [own.account]);
  return own;
};
/** Of anybody's, for a visitor. */
const anyWindow = async (call: Visit): Promise<OwnWindow> => {
  const own = await openWindow(call.session.unified, call.param("id"), call.session.signal);
  checkRate(call.parts, [own.account]);
  return own;
};
const anyMeeting = async (call: Visit) => {
  const own = await openMeeting(call.session.unified, call.param("id"), call.session.signal);
  checkRate(call.parts, [own.account]);
  return own;
};
type Visit = Pick<Call, "session" | "parts" | "param">;

const checkBookings = ({ limiter }: Visit["parts"], { window }: OwnWindow): void => {
  const limited = limiter.pass(`bookings ${window.id}`, BOOKINGS);
  if (!limited.passed)
    throw new ApiError("too_many_requests", `At most ${BOOKINGS.count} meetings are booked in an hour.`, {
      retryAfter: limited.wait / 1000,
    });
};

const slotOf = ({ start, end }: { start: string; end: string }) => ({ start: Date.parse(start), end: Date.parse(end) });

/** The event as the window's owner and its visitor want it. */
const eventFor = ({ window, account }: OwnWindow, { targets, event_metadata }: z.output<typeof booking>) => {
  const defaults = finishEvent(toDraft(account, eventMetadata.parse(window.metadata)));
  const { name, extra_description } = (window.allowMetadata && event_metadata) || {};
  const invited = [...(defaults.attendees ?? []), ...targets];
  return {
    ...defaults,
    name: name || window.title,
    description: [window.description, extra_description].filter(Boolean).join("\n\n"),
    location: window.location,
    attendees: [...new Map(invited.map((one) => [one.email.toLowerCase(), one])).values()],
  };
};

const SLOTS_ANSWER = z.object({
  time_slots: z.array(z.object({ start: z.iso.datetime(), end: z.iso.datetime() })),
  next_page: z.string().nullable(),
});

/** Source: the unified API, "Meetings API". */
export const meetings: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: WINDOWS,
    title: "Lists the meeting windows of the caller's accounts.",
    right: "read",
    query: z.object(countedPaging()),
    answers: { 200: { list: [windowSchema], style: "counted" } },
    async handle(call) {
      const { page, page_size } = call.query;
      const { items, total } = await listWindows(call.session, { offset: (page - 1) * page_size, limit: page_size });
      return ok(
        countedList(
          API,
          call.query,
          total,
          items.map((own) => renderWindow(own, call)),
        ),
      );
    },
  }),
  endpoint({
    method: "POST",
    path: WINDOWS,
    title: "Makes a meeting window: when others may book a time in a calendar.",
    right: "write",
    body: newWindow,
    answers: { 201: windowSchema },
    async handle(call) {
      const calendar = await calendarOf(call, call.body.booking_calendar_id);
      checkRate(call.parts, [calendar.scope]);
      const plan = { ...DEFAULTS, ...planOf(call.body) } as MeetingPlan;
      return created(renderWindow(await createWindow(calendar, plan), call));
    },
  }),
  endpoint({
    method: "GET",
    path: WINDOW,
    title: "Reads a meeting window.",
    right: null,
    answers: { 200: windowSchema },
    handle: async (call) => ok(renderWindow(await anyWindow(call), call)),
  }),
  endpoint({
    method: "PATCH",
    path: WINDOW,
    title: "Changes a meeting window: what is absent stays.",
    right: "write",
    body: windowChange,
    answers: { 200: windowSchema },
    async handle(call) {
      const own = await ownWindow(call);
      const { booking_calendar_id: id } = call.body;
      const calendar = id === undefined ? undefined : await calendarOf(call, id);
      return ok(renderWindow(await updateWindow(own, planOf(call.body), calendar), call));
    },
  }),
  endpoint({
    method: "DELETE",
    path: WINDOW,
    title: "Deletes a meeting window; what has been booked stays.",
    right: "write",
    answers: { 204: null },
    async handle(call) {
      await deleteWindow(await ownWindow(call));
      return noContent;
    },
  }),
  endpoint({
    method: "GET",
    path: `${WINDOW}/time-slots`,
    title: "When a meeting can be booked.",
    right: null,
    query: z.object(cursorPaging()),
    answers: { 200: SLOTS_ANSWER },
    async handle(call) {
      const page = await timeSlots(await anyWindow(call), pagingOf(call.query));
      const slots = page.items.map(({ start, end }) => ({
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
      }));
      return ok({ time_slots: slots, next_page: nextPage(page) });
    },
  }),
  endpoint({
    method: "POST",
    path: `${WINDOW}/schedule`,
    title: "Books a meeting.",
    right: null,
    body: booking,
    answers: { 201: meetingSchema },
    async handle(call) {
      const own = await anyWindow(call);
      checkBookings(call.parts, own);
      return created(renderMeeting(await schedule(own, slotOf(call.body), eventFor(own, call.body)), call));
    },
  }),
  endpoint({
    method: "GET",
    path: MEETING,
    title: "Reads a meeting that was booked.",
    right: null,
    answers: { 200: meetingSchema },
    handle: async (call) => ok(renderMeeting(await readMeeting(await anyMeeting(call)), call)),
  }),
  endpoint({
    method: "PATCH",
    path: MEETING,
    title: "Moves a meeting to another time slot.",
    right: null,
    body: z.object({ ...times, ...visitor }),
    answers: { 200: meetingSchema },
    handle: async (call) => ok(renderMeeting(await reschedule(await anyMeeting(call), slotOf(call.body)), call)),
  }),
  endpoint({
    method: "DELETE",
    path: MEETING,
    title: "Cancels a meeting.",
    right: null,
    query: z.object(visitor),
    answers: { 204: null },
    async handle(call) {
      await cancelMeeting(await anyMeeting(call));
      return noContent;
    },
  }),
];
