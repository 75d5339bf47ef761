import { Effort } from "./effort.js";
import { type CalendarEvent, recurs, type Series } from "./read.js";
import { expand, naming, overlaps, type Span, spanOf, toWritten } from "./recurrence.js";
import { endOf, instantOf, type Moment, textOf } from "./values.js";
import { toIso } from "./zones.js";

/** Instances of one answer (limit of one question, unless it says its own). */
export const LIMIT = 1000;
/** What all series of one question may cost together; each may cost a tenth of it. */
const EFFORT = 5_000_000;

/** What is wanted: all that overlaps it. ISO 8601 with zones. */
export interface Window {
  start: string;
  end: string;
}

export interface Occurrence {
  /** What describes it: the event, or the override of this instance. */
  readonly event: CalendarEvent;
  /** ISO 8601 in UTC; midnights for whole days, the end exclusive. */
  readonly start: string;
  readonly end: string;
  /** The start that the series gave to it, as `start` is written: its name within the series. Null for what does not recur. */
  readonly recurrenceId: string | null;
}

export interface Occurrences {
  /** Ordered by start. */
  readonly occurrences: readonly Occurrence[];
  /** There may be more: the limit is reached, or the rules asked for more work than one question is given. */
  readonly truncated: boolean;
}

export interface Asked {
  /** Default 1,000. */
  limit?: number | undefined;
  /** Also instances and events that are cancelled. Default: left out. */
  cancelled?: boolean | undefined;
}

/** What of these series overlaps the window, each expanded in its own zone. */
export const occurrences = (
  series: Series | readonly Series[],
  window: Window,
  { limit = LIMIT, cancelled = false }: Asked = {},
): Occurrences => {
  const span = spanOf(window);
  const shared = new Effort(EFFORT);
  const found: Found[] = [];
  let truncated = false;
  for (const one of "uid" in series ? [series] : series) {
    const { instances, more } = ofSeries(one, span, limit, new Effort(EFFORT / 10, shared));
    truncated ||= more;
    for (const each of instances) if (cancelled || !isCancelled(each.event)) found.push(each);
  }
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  return {
    occurrences: found.slice(0, limit).map(({ event, start, end, original }) => ({
      event,
      ...toWritten({ start, end }),
      recurrenceId: original === null ? null : toIso(original),
    })),
    truncated: truncated || found.length > limit,
  };
};

export const isCancelled = ({ component }: CalendarEvent): boolean =>
  textOf(component, "STATUS")?.trim().toUpperCase() === "CANCELLED";

interface Found {
  event: CalendarEvent;
  start: number;
  end: number;
  original: number | null;
}

const ofSeries = (
  { master, overrides }: Series,
  span: Span,
  limit: number,
  effort: Effort,
): { instances: Found[]; more: boolean } => {
  const instances: Found[] = [];
  for (const event of overrides) {
    const instance = { start: instantOf(event.start), end: endOf(event.start, event.length) };
    const original = instantOf(inSeries(event.recurrenceId as Moment, master));
    if (overlaps(instance, span)) instances.push({ event, ...instance, original });
  }
  if (!master) return { instances, more: false };
  const skip = naming(
    overrides.map(({ recurrenceId }) => recurrenceId as Moment),
    master.start,
  );
  const expanded = expand(master, master.recurrence, span, limit, { skip, effort });
  const series = recurs(master) || overrides.length > 0;
  for (const instance of expanded.instances)
    instances.push({ event: master, ...instance, original: series ? instance.start : null });
  return { instances, more: expanded.truncated };
};

/** A RECURRENCE-ID without a zone is one of the series' own. */
export const inSeries = (moment: Moment, master: CalendarEvent | null): Moment =>
  master && moment.floating && !moment.isDate ? { ...moment, zone: master.start.zone } : moment;
