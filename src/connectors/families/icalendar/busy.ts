import { isTransparent } from "./fields.js";
import { type Asked, occurrences, type Window } from "./occurrences.js";
import { attendeesOf, sameAddress } from "./people.js";
import type { Series } from "./read.js";

/**
 * When somebody is busy: what overlaps the window and blocks time, ordered, overlapping intervals as one. What is transparent or
 * cancelled blocks nothing, nor does what the given address declined; what takes no time neither. Whole days
 * are from midnight to midnight in UTC, as events are told.
 */
export const busy = (
  series: readonly Series[],
  window: Window,
  { email = null, limit }: { email?: string | null } & Pick<Asked, "limit"> = {},
): { intervals: Window[]; truncated: boolean } => {
  const found = occurrences(series, window, { limit });
  const intervals: Window[] = [];
  for (const { event, start, end } of found.occurrences) {
    const declined = attendeesOf(event.component).some(
      (attendee) => attendee.status === "DECLINED" && sameAddress(attendee.email, email),
    );
    if (declined || isTransparent(event) || Date.parse(end) <= Date.parse(start)) continue;
    intervals.push({ start, end });
  }
  return { intervals: joined(intervals), truncated: found.truncated };
};

/** Of intervals in the order of their starts, those that overlap or touch as one. */
export const joined = (ordered: readonly Window[]): Window[] => {
  const apart: Window[] = [];
  for (const { start, end } of ordered) {
    const last = apart.at(-1);
    if (last && Date.parse(start) <= Date.parse(last.end)) {
      if (Date.parse(end) > Date.parse(last.end)) last.end = end;
    } else apart.push({ start, end });
  }
  return apart;
};
