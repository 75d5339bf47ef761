import { DateTime, IANAZone } from "luxon";
import { ApiError } from "../../errors.js";
import type { MeetingPlan } from "../../store/store.js";
import { type Opening, openingOf } from "./opening.js";

const MINUTE = 60_000; // milliseconds

/** Milliseconds since 1970. */
export interface Slot {
  start: number;
  end: number;
}

type Timetable = Pick<MeetingPlan, "timeZone" | "duration" | "interval" | "times" | "endRepeat">;

/** Throws `invalid_parameters` for a plan of which no times can be made. */
export const checkTimetable = ({ timeZone, times, endRepeat }: Timetable): void => {
  if (!IANAZone.isValidZone(timeZone))
    throw new ApiError("invalid_parameters", `${JSON.stringify(timeZone.slice(0, 60))} is no time zone.`);
  if (endRepeat !== null && !DateTime.fromISO(endRepeat).isValid)
    throw new ApiError("invalid_parameters", "`end_repeat` is a date or NEVER.");
  for (const time of times) openingOf(time, timeZone);
};

/** What a plan offers, be it free or not, that starts from one instant on and before another: in order, each start once. */
export function* slotsOf(plan: Timetable, from: number, until: number): Generator<Slot> {
  const { timeZone: zone, times, endRepeat } = plan;
  const openings = times.map((time) => openingOf(time, zone));
  const last = endRepeat === null ? null : DateTime.fromISO(endRepeat, { zone }).startOf("day");
  let waiting: number[] = [];
  let told = Number.NEGATIVE_INFINITY;
  // What opened on the day before may still be open.
  for (let day = DateTime.fromMillis(from, { zone }).startOf("day").minus({ days: 1 }); ; ) {
    const next = day.plus({ days: 1 }).startOf("day");
    const isOver = day.toMillis() >= until || (last !== null && day > last);
    if (!isOver) for (const opening of openings) waiting.push(...startsOn(day, opening, plan));
    waiting.sort((one, other) => one - other);
    const known = isOver ? waiting.length : waiting.findIndex((start) => start >= next.toMillis());
    const ready = known === -1 ? waiting : waiting.slice(0, known);
    waiting = known === -1 ? [] : waiting.slice(known);
    for (const start of ready) {
      if (start >= until) return;
      if (start < from || start === told) continue;
      told = start;
      yield { start, end: start + plan.duration * MINUTE };
    }
    if (isOver) return;
    day = next;
  }
}

const startsOn = (day: DateTime, { opens, closes, isOn }: Opening, { duration, interval }: Timetable): number[] => {
  if (!isOn(day)) return [];
  const starts: number[] = [];
  const closing = instantOf(day, closes);
  for (let start = instantOf(day, opens); start + duration * MINUTE <= closing; start += interval * MINUTE)
    starts.push(start);
  return starts;
};

/** What a clock shows so many seconds after a day's beginning: a day on which it is changed is longer or shorter. */
const instantOf = (day: DateTime, second: number): number => {
  const hour = Math.floor(second / 3600);
  const clock = { hour: hour % 24, minute: Math.floor(second / 60) % 60, second: second % 60 };
  return day
    .plus({ days: Math.floor(hour / 24) })
    .set(clock)
    .toMillis();
};
