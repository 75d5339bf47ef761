import type { TimeWindow } from "../../../../schema/calendar/timeWindow.js";

/** The REST API tells when a calendar is free: all the rest of the window is taken. */
export const busyIn = (window: TimeWindow, free: readonly TimeWindow[]): TimeWindow[] => {
  const taken: TimeWindow[] = [];
  let from = Date.parse(window.start);
  const until = Date.parse(window.end);
  const sorted = [...free].sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
  for (const { start, end } of sorted) {
    if (Date.parse(start) > from) taken.push(toWindow(from, Math.min(Date.parse(start), until)));
    from = Math.max(from, Date.parse(end));
  }
  if (from < until) taken.push(toWindow(from, until));
  return taken;
};

const toWindow = (start: number, end: number): TimeWindow => ({
  start: new Date(start).toISOString(),
  end: new Date(end).toISOString(),
});
