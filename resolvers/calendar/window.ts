import { ApiError } from "../../src/errors.js";

/** Years of a window in which series are expanded. */
const LONGEST = 10;

/** What an agenda is asked for: what was said, and where nothing was, a year from this day on (in UTC). */
export const agendaWindow = (
  start: string | null | undefined,
  end: string | null | undefined,
  now = Date.now(),
): { start: string; end: string } => {
  // A day's beginning, so that the pages of one list, and lists asked for together, have one window.
  const from = start ?? `${new Date(now).toISOString().slice(0, 10)}T00:00:00.000Z`;
  return checkWindow({ start: from, end: end ?? later(from, 1) });
};

/** Throws `invalid_parameters` for a window that is none, or too long. */
export const checkWindow = (window: { start: string; end: string }): { start: string; end: string } => {
  const { start, end } = window;
  if (Date.parse(end) <= Date.parse(start))
    throw new ApiError("invalid_parameters", "`end` must be later than `start`, which is today where it is not given.");
  if (Date.parse(end) > Date.parse(later(start, LONGEST)))
    throw new ApiError("invalid_parameters", `Series are expanded within ${LONGEST} years at most.`);
  return window;
};

const later = (moment: string, years: number): string => {
  const date = new Date(moment);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return Number.isNaN(date.getTime()) ? moment : date.toISOString();
};
