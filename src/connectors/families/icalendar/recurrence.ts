import { ApiError } from "../../../errors.js";
import { Effort } from "./effort.js";
import { type Component, fold, type Line, lines, unfold } from "./lines.js";
import { parseRule, type Rule, untilWall } from "./rule.js";
import {
  endOf,
  instantOf,
  type Length,
  type Moment,
  momentsOf,
  type Property,
  periodsOf,
  propertyOf,
  unescapeText,
  type ZoneOf,
} from "./values.js";
import { walk } from "./walk.js";
import { DAY, toIso } from "./zones.js";

/** The properties that make one event a series. EXRULE is deprecated (RFC 5545) and not followed. */
export const RECURRENCE = ["RRULE", "RDATE", "EXDATE", "EXRULE"] as const;

export interface Recurrence {
  readonly rules: readonly Rule[];
  /** Further starts; `length` where a PERIOD tells its own. */
  readonly dates: readonly { readonly moment: Moment; readonly length: Length | null }[];
  readonly exceptions: readonly Moment[];
}

/** Instants; what overlaps it is wanted. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Instance {
  readonly start: number;
  readonly end: number;
}

/** Throws a sentence about the first line that is malformed. */
export const recurrenceOf = (within: Component, isDate: boolean, zoneOf: ZoneOf): Recurrence => {
  const rules: Rule[] = [];
  const dates: { moment: Moment; length: Length | null }[] = [];
  const exceptions: Moment[] = [];
  for (const line of within.items) {
    if ("items" in line || !["RRULE", "RDATE", "EXDATE"].includes(line.name)) continue;
    if (line.name === "RRULE") rules.push(ruleOf(line, isDate));
    else {
      const property = propertyOf(line);
      if (!property) throw malformed(line);
      if (line.name === "EXDATE") exceptions.push(...all(momentsOf(property, zoneOf), line));
      else dates.push(...all(datesOf(property, zoneOf), line));
    }
  }
  return { rules, dates, exceptions };
};

const ruleOf = (line: Line, isDate: boolean): Rule => {
  const rule = parseRule(unfold(line.raw).replace(/^[^:]*:/, ""));
  if (!rule || (isDate && /^(HOUR|MINUTE|SECOND)LY$/.test(rule.frequency))) throw malformed(line);
  return rule;
};

const datesOf = (property: Property, zoneOf: ZoneOf): ({ moment: Moment; length: Length | null } | null)[] =>
  property.type === "period"
    ? periodsOf(property, zoneOf)
    : momentsOf(property, zoneOf).map((moment) => moment && { moment, length: null });

const all = <T>(found: readonly (T | null)[], line: Line): T[] => {
  if (found.length === 0 || found.some((each) => each === null)) throw malformed(line);
  return found as T[];
};

const malformed = (line: Line) =>
  new ApiError("invalid_parameters", `"${unescapeText(line.raw).slice(0, 80)}" is no recurrence line of RFC 5545.`);

/** Lines such as `RRULE:FREQ=WEEKLY` as a component that holds nothing else. Throws `invalid_parameters` for other lines. */
export const linesComponent = (recurrence: readonly string[]): Component => ({
  name: "VEVENT",
  items: recurrence.map((text) => {
    const [, name = ""] = /^([A-Za-z]+)[;:]/.exec(text) ?? [];
    const line = { name: name.toUpperCase(), raw: fold(text.replace(/\r?\n[ \t]/g, "")) };
    const known = (RECURRENCE as readonly string[]).includes(line.name);
    if (!known || /[\0-\x1f]/.test(text.replace(/\r?\n[ \t]/g, ""))) throw malformed(line);
    return line;
  }),
});

/** The lines as written, each unfolded. */
export const recurrenceLines = (within: Component): string[] =>
  RECURRENCE.flatMap((name) => lines(within, name).map((line) => unfold(line.raw)));

/** Tells of an instance whether one of these moments names it: its start, or the whole of its day. */
export const naming = (moments: readonly Moment[], series: Moment): ((wall: number, instant: number) => boolean) => {
  const days = new Set<number>();
  const instants = new Set<number>();
  for (const moment of moments)
    if (series.isDate || moment.isDate) days.add(Math.floor(moment.wall / DAY));
    else instants.add(instantOf(moment.floating ? { ...moment, zone: series.zone } : moment));
  return (wall, instant) => instants.has(instant) || days.has(Math.floor(wall / DAY));
};

/**
 * Instances of a series that overlap the span, ordered by start. At most `limit`; `truncated` says that there may be more, be it
 * for the limit or because the rules asked for more work than is given to one question.
 */
export const expand = (
  { start, length }: { start: Moment; length: Length },
  { rules, dates, exceptions }: Recurrence,
  span: Span,
  limit: number,
  { skip, effort = new Effort() }: { skip?: (wall: number, instant: number) => boolean; effort?: Effort } = {},
): { instances: Instance[]; truncated: boolean } => {
  const isException = naming(exceptions, start);
  const instances = new Map<number, Instance>();
  const consider = (moment: Moment, lasting: Length): void => {
    const begin = instantOf(moment);
    if (instances.has(begin) || isException(moment.wall, begin) || skip?.(moment.wall, begin)) return;
    const instance = { start: begin, end: Math.max(begin, endOf(moment, lasting)) };
    if (overlaps(instance, span)) instances.set(begin, instance);
  };
  for (const { moment, length: own } of dates)
    consider({ ...inZoneOf(start, moment), isDate: start.isDate }, own ?? length);
  // Wider by a day on both sides, for the zone's offset; the span itself decides in the end.
  const reach = Math.max(0, length.days * DAY + length.milliseconds) + DAY;
  const from = clamp(start.zone.toWall(clamp(span.start - reach)));
  const to = clamp(start.zone.toWall(clamp(span.end)) + DAY);
  consider(start, length);
  for (const rule of rules) {
    let taken = 0;
    const last = Math.min(to, untilWall(rule, start.zone, start.isDate));
    for (const wall of walk(rule, start.wall, { from, to: last, isDate: start.isDate }, effort)) {
      const before = instances.size;
      consider({ ...start, wall }, length);
      if (instances.size > before && ++taken > limit) break;
    }
  }
  const ordered = [...instances.values()].sort((a, b) => a.start - b.start);
  return { instances: ordered.slice(0, limit), truncated: effort.exhausted || ordered.length > limit };
};

const inZoneOf = (start: Moment, moment: Moment): Moment =>
  moment.floating && !start.isDate ? { ...moment, zone: start.zone } : moment;

/** What takes no time lies within a span that begins with it. */
export const overlaps = (instance: Instance, span: Span): boolean =>
  instance.start < span.end && (instance.end > span.start || instance.start === span.start);

/** Between the years 1 and 9999, for which dates are written. */
const clamp = (instant: number): number => Math.min(Math.max(instant, -62_135_596_800_000), 253_402_300_799_000);

/** ISO 8601 with a zone (`Z` or an offset). Throws `invalid_parameters`. */
export const instantFrom = (time: string): number => {
  const instant = /T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(instant) || instant !== clamp(instant))
    throw new ApiError("invalid_parameters", `"${time.slice(0, 40)}" is no time with its zone (ISO 8601).`);
  return instant;
};

export const spanOf = (window: { start: string; end: string }): Span => ({
  start: instantFrom(window.start),
  end: instantFrom(window.end),
});

export const toWritten = ({ start, end }: Instance): { start: string; end: string } => ({
  start: toIso(start),
  end: toIso(end),
});
