import { ApiError } from "../../../../errors.js";
import { readSeries } from "../../../families/icalendar/expandRule.js";
import type { Recurring } from "../../../families/icalendar/pages.js";
import { linesComponent, recurrenceLines } from "../../../families/icalendar/recurrence.js";
import { instantOf } from "../../../families/icalendar/values.js";
import { movedAlong, moveNames } from "../../../families/icalendar/writeTimes.js";
import { namedZone, UTC } from "../../../families/icalendar/zones.js";
import { invalid } from "../refusal.js";
import type { Thing } from "../shelf/shelf.js";
import type { EventBody } from "./kinds.js";

/** A master as the series that it is. */
export const seriesOf = ({ start, end, start_time_zone, all_day, recurrence }: EventBody): Recurring =>
  refusing(() =>
    readSeries({
      start,
      timeZone: start_time_zone,
      allDay: all_day,
      duration: Date.parse(end) - Date.parse(start),
      lines: recurrence,
    }),
  );

/** What a line or a zone is refused with, in the words of the service. */
const refusing = <Result>(work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    throw error instanceof ApiError ? invalid(error.message) : error;
  }
};

/** `evt_1` → `evt_1_20260907T070000Z`, of a day-long one `evt_1_20260907`: the same as long as the series is not moved. */
export const instanceId = (series: string, original: string, allDay: boolean): string => {
  const stamp = original.replace(/[-:]|\.\d+/g, "");
  return `${series}_${allDay ? stamp.slice(0, 8) : stamp}`;
};

/** Null for what cannot be an instance's id. */
export const ofInstanceId = (id: string): { series: string; original: number } | null => {
  const [, series, year, month, day, hour = "00", minute = "00", second = "00"] =
    /^(\w+?)_(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(id) ?? [];
  const original = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return series === undefined || Number.isNaN(original) ? null : { series, original };
};

/** An instance as its series describes it. */
export const instanceOf = (
  { id, body, created_at, modified_at }: Thing<EventBody>,
  start: number,
  end: number,
): Thing<EventBody> => {
  const original = new Date(start).toISOString();
  return {
    id: instanceId(id, original, body.all_day),
    created_at,
    modified_at,
    body: {
      ...body,
      start: original,
      end: new Date(end).toISOString(),
      recurrence: [],
      series_id: id,
      original_start: original,
    },
  };
};

/** The lines with one instance less. */
export const without = (recurrence: readonly string[], original: string, allDay: boolean): string[] => {
  const stamp = instanceId("", original, allDay).slice(1);
  const head = allDay ? "EXDATE;VALUE=DATE:" : "EXDATE:";
  const place = recurrence.findIndex((line) => line.startsWith(head) && line.endsWith("Z") !== allDay);
  if (place < 0) return [...recurrence, head + stamp];
  return recurrence.map((line, index) => (index === place ? `${line},${stamp}` : line));
};

/** When a series moves, what names its instances moves along, or it would name none. */
export const moved = (
  before: EventBody,
  after: EventBody,
): { recurrence: string[]; name(original: string): string } => {
  const [from, to] = [seriesOf(before).start, seriesOf(after).start];
  if (instantOf(from) === instantOf(to) && from.isDate === to.isDate && from.zone === to.zone)
    return { recurrence: after.recurrence, name: (original) => original };
  const component = linesComponent(before.recurrence);
  for (const name of ["EXDATE", "RDATE"])
    moveNames(component, name, from, to, (tzid) => (tzid === undefined ? from.zone : (namedZone(tzid) ?? UTC)));
  return {
    recurrence: recurrenceLines(component),
    name(original) {
      const instant = Date.parse(original);
      const named = { ...from, wall: from.isDate ? instant : from.zone.toWall(instant) };
      return new Date(instantOf(movedAlong(named, from, to))).toISOString();
    },
  };
};
