import type { Event } from "../../../schema/calendar/event.js";
import type { TimeWindow } from "../../../schema/calendar/timeWindow.js";
import type { Page } from "../../connectors/connector.js";
import { ApiError, toApiError } from "../../errors.js";
import type { ConnectedAccount } from "../account.js";

/** Calendars and windows of one question; days from the first window's start to the last one's end. */
const MOST_CALENDARS = 100;
const MOST_WINDOWS = 100;
const LONGEST_DAYS = 366;
/** Events of one calendar: pages, and how many are on each. */
const PAGES = 20;
const PAGE = 1_000;

/** A calendar by its native id, or `primary`. */
export interface AskedCalendar {
  account: ConnectedAccount;
  calendar: string;
  /** It was not named: an account that has no calendar is never taken. */
  ifAny?: true;
}

/**
 * When all of these calendars are free for at least so long, within the windows asked for, each of them by itself. Fails when any
 * calendar does: of a time that nobody knows about nothing can be said. Source: the unified API, "Find availability".
 */
export const availability = async (
  calendars: readonly AskedCalendar[],
  windows: readonly TimeWindow[],
  duration: string,
): Promise<TimeWindow[]> => {
  if (calendars.length === 0 || calendars.length > MOST_CALENDARS)
    throw new ApiError("invalid_parameters", `From 1 to ${MOST_CALENDARS} calendars can be asked at once.`);
  // What is wrong with the question is told before anybody is asked.
  freeWindows([], windows, duration);
  return freeWindows(await busyOf(calendars, spanOf(windows)), windows, duration);
};

/** The same from when each calendar is taken: in any order, overlapping or not. Times are ISO 8601; those told are in UTC. */
export const freeWindows = (
  busy: readonly (readonly TimeWindow[])[],
  windows: readonly TimeWindow[],
  duration: string,
): TimeWindow[] => {
  const least = millisecondsOf(duration);
  checkWindows(windows);
  const taken = busy
    .flat()
    .map(toInstants)
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start - other.start);
  return windows.flatMap((window) => {
    const free: TimeWindow[] = [];
    const { start, end } = toInstants(window);
    let position = start;
    const tell = (until: number): void => {
      if (until - position >= least) free.push({ start: toUtc(position), end: toUtc(until) });
    };
    for (const one of taken) {
      if (one.start >= end) break;
      if (one.start > position) tell(one.start);
      position = Math.max(position, one.end);
    }
    tell(end);
    return free;
  });
};

/** ISO 8601, of parts that are as long at any time: `PT1H`, `P1DT30M`, `P2W`. Throws `invalid_parameters`, for nothing at all too. */
const millisecondsOf = (duration: string): number => {
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?=\w)(?:(\d{1,4})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{1,3})?)S)?)?$/.exec(
      duration,
    ) ?? [];
  const wholeDays = Number(weeks) * 7 + Number(days);
  const milliseconds = (((wholeDays * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  if (milliseconds > 0) return milliseconds;
  throw new ApiError("invalid_parameters", `"${duration.slice(0, 40)}" is no duration such as PT1H (ISO 8601).`);
};

const checkWindows = (windows: readonly TimeWindow[]): void => {
  if (windows.length === 0 || windows.length > MOST_WINDOWS)
    throw new ApiError("invalid_parameters", `From 1 to ${MOST_WINDOWS} windows can be asked for at once.`);
  for (const { start, end } of windows.map(toInstants))
    if (!(start < end)) throw new ApiError("invalid_parameters", "A window ends after it starts.");
  const { start, end } = toInstants(spanOf(windows));
  if (end - start > LONGEST_DAYS * 86_400_000)
    throw new ApiError("invalid_parameters", `All windows must lie within ${LONGEST_DAYS} days.`);
};

const spanOf = (windows: readonly TimeWindow[]): TimeWindow => {
  const instants = windows.map(toInstants);
  return {
    start: toUtc(Math.min(...instants.map(({ start }) => start))),
    end: toUtc(Math.max(...instants.map(({ end }) => end))),
  };
};

/** One call for all calendars of an account where its service tells free from busy, its events where it does not. */
const busyOf = async (calendars: readonly AskedCalendar[], window: TimeWindow): Promise<TimeWindow[][]> => {
  const byAccount = Map.groupBy(calendars, ({ account }) => account);
  const taken = await Promise.all(
    [...byAccount].map(async ([account, asked]) => {
      try {
        return await busyOfOne(account, [...new Set(asked.map(({ calendar }) => calendar))], window);
      } catch (thrown) {
        if (toApiError(thrown).code === "not_found" && asked.every(({ ifAny }) => ifAny)) return [];
        throw thrown;
      }
    }),
  );
  return taken.flat();
};

const busyOfOne = async (
  account: ConnectedAccount,
  calendars: readonly string[],
  window: TimeWindow,
): Promise<TimeWindow[][]> => {
  const api = account.apis(false).calendar;
  if (!api.can("busy")) return Promise.all(calendars.map((calendar) => busyByEvents(account, calendar, window)));
  const results = await api.busy(calendars, window);
  return results.map((result) => {
    if (result instanceof Error) throw result;
    return result;
  });
};

const busyByEvents = async (account: ConnectedAccount, calendar: string, window: TimeWindow): Promise<TimeWindow[]> => {
  const { events } = account.apis(false).calendar;
  const blocks = blocking(addressesOf(account));
  const taken: TimeWindow[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES; pages++) {
    const page: Page<Event> = await events.list({ calendar, ...window, expand: true, cursor, limit: PAGE });
    taken.push(...page.items.filter(blocks).map(({ start, end }) => ({ start, end })));
    if (page.next === null) return taken;
    cursor = page.next;
  }
  throw new ApiError("request_failed", "More takes place in a calendar than can be looked at.");
};

/** What takes somebody's time. */
const blocking =
  (own: ReadonlySet<string>) =>
  ({ transparent, status, attendees }: Event): boolean =>
    !transparent &&
    status !== "CANCELLED" &&
    !attendees.some(({ email, status }) => status === "DECLINED" && own.has(email?.toLowerCase() ?? ""));

/** By which others invite the account's own person. */
const addressesOf = ({ record: { name, settings } }: ConnectedAccount): ReadonlySet<string> =>
  new Set(
    [name, settings.email].flatMap((one) => (typeof one === "string" && one.includes("@") ? [one.toLowerCase()] : [])),
  );

/** Throws `invalid_parameters` for what is no moment. */
const toInstants = ({ start, end }: TimeWindow): { start: number; end: number } => {
  const instants = { start: Date.parse(start), end: Date.parse(end) };
  if (Number.isNaN(instants.start) || Number.isNaN(instants.end))
    throw new ApiError("invalid_parameters", "A window's start and end are moments of ISO 8601.");
  return instants;
};

const toUtc = (instant: number): string => new Date(instant).toISOString();
