import { ApiError } from "../../../errors.js";
import type { EventDraft } from "./draft.js";
import { setLines, setMoment } from "./edit.js";
import { type Component, lines } from "./lines.js";
import type { CalendarEvent } from "./read.js";
import { instantFrom } from "./recurrence.js";
import {
  endOf,
  instantOf,
  lineOf,
  type Moment,
  momentProperty,
  momentsOf,
  propertyOf,
  wallOf,
  type ZoneOf,
} from "./values.js";
import { DAY, namedZone, UTC, type Zone } from "./zones.js";

type Times = Pick<EventDraft, "start" | "end" | "startTimeZone" | "endTimeZone" | "allDay">;

/** Writes start and end where the draft changes them; without an event it must tell the start. Gives the start as it then is. */
export const setTimes = (component: Component, event: CalendarEvent | null, draft: Times): Moment => {
  const { start, end } = (draft.allDay ?? event?.start.isDate) ? wholeDays(event, draft) : timed(event, draft);
  if (instantOf(end) < instantOf(start))
    throw new ApiError("invalid_parameters", "An event cannot end before it starts.");
  if (event && isSame(event, start, end)) return event.start;
  setMoment(component, "DTSTART", start);
  // What takes no time has no end of its own: DTEND is later than DTSTART (RFC 5545, 3.6.1).
  setMoment(component, "DTEND", instantOf(end) === instantOf(start) ? null : end);
  setLines(component, "DURATION", []);
  return start;
};

const timed = (event: CalendarEvent | null, draft: Times): { start: Moment; end: Moment } => {
  const was = event?.start.isDate ? null : event;
  const startZone = chosenZone(draft.startTimeZone, was?.start.zone);
  const endZone = chosenZone(draft.endTimeZone ?? draft.startTimeZone, was?.endZone ?? startZone);
  // What was all day begins and ends with its days where the event takes place.
  const [begin, finish] = event
    ? was
      ? [instantOf(event.start), endOf(event.start, event.length)]
      : [startZone.toInstant(event.start.wall), startZone.toInstant(event.start.wall + event.length.days * DAY)]
    : [undefined, undefined];
  const start = draft.start === undefined ? begin : instantFrom(draft.start);
  if (start === undefined) throw new ApiError("invalid_parameters", "An event needs a start.");
  const end = draft.end === undefined ? (finish ?? start) : instantFrom(draft.end);
  const floats = (zone: string | null | undefined): boolean => zone === undefined && was?.start.floating === true;
  return {
    start: { wall: startZone.toWall(start), zone: startZone, isDate: false, floating: floats(draft.startTimeZone) },
    end: {
      wall: endZone.toWall(end),
      zone: endZone,
      isDate: false,
      floating: floats(draft.endTimeZone ?? draft.startTimeZone) && endZone === startZone,
    },
  };
};

const wholeDays = (event: CalendarEvent | null, draft: Times): { start: Moment; end: Moment } => {
  const start = draft.start === undefined ? event && midnight(event.start.wall) : dateOf(draft.start);
  if (start === null) throw new ApiError("invalid_parameters", "An event needs a start.");
  let end = start + DAY;
  if (draft.end !== undefined) end = dateOf(draft.end);
  else if (event?.start.isDate) end = event.start.wall + event.length.days * DAY;
  else if (event) end = Math.max(end, midnight(event.endZone.toWall(endOf(event.start, event.length)) + DAY - 1));
  const moment = (wall: number): Moment => ({ wall, zone: event?.start.zone ?? UTC, isDate: true, floating: true });
  // Whoever names one day twice means that day.
  return { start: moment(start), end: moment(end === start ? end + DAY : end) };
};

const midnight = (wall: number): number => Math.floor(wall / DAY) * DAY;

/** The date as it is written, whatever the zone. */
const dateOf = (time: string): number => {
  const wall = wallOf(time.slice(0, 10));
  if (wall === null) throw new ApiError("invalid_parameters", `"${time.slice(0, 40)}" is no date (ISO 8601).`);
  return wall;
};

/** The zone that is there stays, with the name that the text gives it, where it is the one meant. */
const chosenZone = (name: string | null | undefined, old: Zone | undefined): Zone => {
  if (name === undefined) return old ?? UTC;
  const zone = name === null ? UTC : namedZone(name);
  if (!zone) throw new ApiError("invalid_parameters", `"${name?.slice(0, 60)}" is no time zone.`);
  return old && old.name === zone.name && (zone.name !== null || old.tzid === null) ? old : zone;
};

const isSame = (event: CalendarEvent, start: Moment, end: Moment): boolean =>
  event.start.isDate === start.isDate &&
  event.start.zone === start.zone &&
  (start.isDate || event.endZone === end.zone) &&
  instantOf(event.start) === instantOf(start) &&
  endOf(event.start, event.length) === instantOf(end);

/** When a series moves, what names its instances (EXDATE, RDATE, RECURRENCE-ID) moves along, or it would name none. */
export const moveNames = (component: Component, name: string, from: Moment, to: Moment, zoneOf: ZoneOf): void => {
  if (from === to) return;
  const moved = lines(component, name).flatMap((line) => {
    const property = propertyOf(line);
    if (!property || property.type === "period") return [line];
    const moments = momentsOf(property, zoneOf);
    if (moments.some((moment) => moment === null)) return [line];
    return (moments as Moment[]).map((moment) => lineOf(momentProperty(name, movedAlong(moment, from, to))));
  });
  setLines(component, name, moved);
};

export const movedAlong = (moment: Moment, from: Moment, to: Moment): Moment => {
  if (moment.isDate && !from.isDate) return { ...moment, wall: moment.wall + midnight(to.wall) - midnight(from.wall) };
  const wall = from.isDate || moment.floating ? moment.wall : from.zone.toWall(instantOf(moment));
  return { ...to, wall: (from.isDate ? midnight(wall) : wall) + to.wall - from.wall };
};
