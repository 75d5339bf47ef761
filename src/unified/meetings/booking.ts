import type { Event } from "../../../schema/calendar/event.js";
import type { EventDraft, Page, Paging } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Meeting } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import type { UnifiedApi } from "../api.js";
import { availability } from "../calendar/availability.js";
import { type Slot, slotsOf } from "./slots.js";
import { newMeetingId, noWindow, type OwnWindow } from "./windows.js";

const MINUTE = 60_000; // milliseconds
const DAY = 86_400_000;

/** Slots looked at for one page. */
const LOOKED_AT = 50_000;
/** Seconds that a booking may take. */
const CLAIMED = 120;
/** Milliseconds after its end that a meeting is remembered for. */
const REMEMBERED = 30 * DAY;

/** A meeting whose event has been made. */
export type Booking = Meeting & { event: string };

/** With the event as the calendar has it. */
export interface Booked {
  meeting: Booking;
  event: Event;
}

/** A window by its id alone: whoever knows it may book. `signal`: fires when the visitor has gone. */
export const openWindow = async (unified: UnifiedApi, id: string, signal: AbortSignal): Promise<OwnWindow> => {
  const window = await unified.store.meetings.getWindow(id);
  if (!window) throw noWindow();
  return { window, account: await accountOf(unified, window, signal) };
};

/** What can be booked now, in order. A page may have fewer than its limit while more follow. */
export const timeSlots = async (
  { window, account }: OwnWindow,
  { cursor, limit }: Paging,
  now = Date.now(),
): Promise<Page<Slot>> => {
  const from = Math.max(now, cursor === null ? now : readCursor(cursor) + 1);
  const until = now + window.range * DAY;
  if (from >= until) return { items: [], next: null };
  const free = await freeSpans({ window, account }, { start: from, end: until + window.duration * MINUTE });
  const items: Slot[] = [];
  let looked = 0;
  let last: Slot | undefined;
  for (const slot of slotsOf(window, from, until)) {
    if (items.length === limit || looked === LOOKED_AT) return { items, next: String(last?.start) };
    if (isFree(free, slot, window)) items.push(slot);
    looked++;
    last = slot;
  }
  return { items, next: null };
};

/** Makes an event of one of the window's free slots. Throws `data_conflict` when it is not free any more. */
export const schedule = async ({ window, account }: OwnWindow, wanted: Slot, event: EventDraft): Promise<Booked> => {
  checkSlot(window, wanted);
  const claim = await claimed({ window, account }, wanted);
  const { meetings } = account.session.unified.store;
  return orDropped(claim, account, async () => {
    await checkFree({ window, account }, wanted);
    const times = { start: iso(wanted.start), end: iso(wanted.end) };
    const zones = { startTimeZone: window.timeZone, endTimeZone: window.timeZone };
    const { calendar } = window;
    const made = await account.apis(false).calendar.events.create({ ...event, calendar, ...times, ...zones });
    const confirmed = { event: made.id.native };
    await meetings.update(claim.id, confirmed);
    return { meeting: { ...claim, ...confirmed }, event: made };
  });
};

interface OwnMeeting {
  meeting: Booking;
  account: ConnectedAccount;
}

/** A meeting by its id alone: whoever knows it may move and cancel it. */
export const openMeeting = async (unified: UnifiedApi, id: string, signal: AbortSignal): Promise<OwnMeeting> => {
  const meeting = await unified.store.meetings.get(id);
  if (!meeting || meeting.event === null) throw new ApiError("not_found", "There is no such meeting.");
  const { event } = meeting;
  return { meeting: { ...meeting, event }, account: await accountOf(unified, meeting, signal) };
};

export const readMeeting = async ({ meeting, account }: OwnMeeting): Promise<Booked> => ({
  meeting,
  event: await account.apis(false).calendar.events.get(meeting.event),
});

/** Moves it to another slot of its window, as free as a new meeting needs it; its own time counts as free. */
export const reschedule = async ({ meeting, account }: OwnMeeting, wanted: Slot): Promise<Booked> => {
  const { meetings } = account.session.unified.store;
  const window = await meetings.getWindow(meeting.window);
  if (!window) throw noWindow();
  checkSlot(window, wanted);
  const claim = await claimed({ window, account }, wanted);
  return orDropped(claim, account, async () => {
    await checkFree({ window, account }, wanted, meeting);
    const times = { start: iso(wanted.start), end: iso(wanted.end) };
    const event = await account.apis(false).calendar.events.update(meeting.event, times);
    const moved = { ...times, event: event.id.native };
    await meetings.update(meeting.id, moved);
    await meetings.delete(claim.id);
    return { meeting: { ...meeting, ...moved }, event };
  });
};

export const cancelMeeting = async ({ meeting, account }: OwnMeeting): Promise<void> => {
  const { events } = account.apis(false).calendar;
  await events.delete(meeting.event).catch((error: unknown) => {
    // Its owner was faster.
    if (!(error instanceof ApiError && error.code === "not_found")) throw error;
  });
  await account.session.unified.store.meetings.delete(meeting.id);
};

const accountOf = async (
  unified: UnifiedApi,
  { account, user }: { account: number; user: string | null },
  signal: AbortSignal,
): Promise<ConnectedAccount> => {
  const [record] = await unified.store.accounts.getMany([account]);
  if (!record) throw noWindow();
  return unified.internal(record.application, signal, false).open(record, user === null ? {} : { user });
};

const checkSlot = (window: OwnWindow["window"], { start, end }: Slot): void => {
  const now = Date.now();
  const [slot] = start >= now && start < now + window.range * DAY ? slotsOf(window, start, start + 1) : [];
  if (slot?.end !== end) throw new ApiError("invalid_parameters", "This is none of the window's time slots.");
};

/** Nobody else books an overlapping time of this calendar meanwhile. */
const claimed = async ({ window, account }: OwnWindow, { start, end }: Slot): Promise<Meeting> => {
  const times = { start: iso(start), end: iso(end) };
  const { account: number, user, calendar } = window;
  const meeting = { id: newMeetingId(), window: window.id, account: number, user, calendar, ...times };
  const { from, until } = spanOf({ start, end }, window);
  const span = { from: iso(from), until: iso(until), seconds: CLAIMED, forget: iso(Date.now() - REMEMBERED) };
  const claim = await account.session.unified.store.meetings.claim(meeting, span);
  return claim ?? taken();
};

const orDropped = async (claim: Meeting, account: ConnectedAccount, work: () => Promise<Booked>): Promise<Booked> => {
  try {
    return await work();
  } catch (error) {
    await account.session.unified.store.meetings.delete(claim.id);
    throw error;
  }
};

const checkFree = async (own: OwnWindow, slot: Slot, except?: Meeting): Promise<void> => {
  const free = await freeSpans(own, slot);
  const all = except ? joined([...free, { start: Date.parse(except.start), end: Date.parse(except.end) }]) : free;
  if (!isFree(all, slot, own.window)) taken();
};

const taken = (): never => {
  throw new ApiError("data_conflict", "This time is not free any more.");
};

/** When the calendar is free, long enough for a meeting, while a span lasts and within its buffers. */
const freeSpans = async ({ window, account }: OwnWindow, span: Slot): Promise<Slot[]> => {
  const { from, until } = spanOf(span, window);
  const asked = [{ account, calendar: window.calendar }];
  const free = await availability(asked, [{ start: iso(from), end: iso(until) }], "PT1S");
  return free.map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) }));
};

const isFree = (free: readonly Slot[], slot: Slot, window: OwnWindow["window"]): boolean => {
  const { from, until } = spanOf(slot, window);
  return free.some(({ start, end }) => start <= from && until <= end);
};

/** With the free time that it needs before and after. */
const spanOf = ({ start, end }: Slot, { bufferBefore, bufferAfter }: OwnWindow["window"]) => ({
  from: start - bufferBefore * MINUTE,
  until: end + bufferAfter * MINUTE,
});

/** Spans that touch or overlap as one. */
const joined = (spans: readonly Slot[]): Slot[] => {
  const all: Slot[] = [];
  for (const { start, end } of spans.toSorted((one, other) => one.start - other.start)) {
    const last = all.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else all.push({ start, end });
  }
  return all;
};

const readCursor = (cursor: string): number => {
  const start = Number(cursor);
  if (!Number.isSafeInteger(start))
    throw new ApiError("invalid_parameters", "`page` is not a `next_page` of this list.");
  return start;
};

const iso = (instant: number): string => new Date(instant).toISOString();
