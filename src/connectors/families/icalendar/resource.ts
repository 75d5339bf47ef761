import { ApiError, type ErrorCode } from "../../../errors.js";
import { zonesOf } from "./definitions.js";
import { definedZones, insert, insertTimezone, setLines, setMoment, setStamp, setText, textLine } from "./edit.js";
import { type Component, components, isComponent, lines, parseStream, printStream } from "./lines.js";
import { type CalendarEvent, ownZone, readEvent, uidOf } from "./read.js";
import { expand, instantFrom, naming, RECURRENCE } from "./recurrence.js";
import { timezoneComponent } from "./timezoneText.js";
import { type Moment, parameterOf, properties, propertyOf, textOf, type ZoneOf } from "./values.js";
import { namedZone } from "./zones.js";

export interface Writing {
  uid: string;
  /** ISO 8601: for DTSTAMP, LAST-MODIFIED and CREATED. */
  now: string;
  /** Of a text that is made: `-//Company//Product//EN`. */
  prodId: string;
  /** IANA name; see `Reading`. */
  timeZone?: string | null | undefined;
  /** What a text is told as that cannot be read; see `Reading`. */
  code?: ErrorCode | undefined;
}

/** A text being changed, with a view to the events of one UID. */
export class Resource {
  readonly calendar: Component;
  readonly zoneOf: ZoneOf;
  readonly master: CalendarEvent | null;
  readonly overrides: readonly CalendarEvent[];
  private readonly stream: Component[];

  constructor(
    text: string | null,
    private readonly writing: Writing,
  ) {
    const code = writing.code ?? "bad_gateway";
    this.stream = text === null ? [emptyCalendar(writing.prodId)] : parseStream(text, code);
    const calendars = this.stream.filter(({ name }) => name === "VCALENDAR");
    const mine = (component: Component): boolean => uidOf(component) === writing.uid;
    const calendar = calendars.find((each) => components(each, "VEVENT").some(mine)) ?? calendars[0];
    if (!calendar) throw new ApiError(code, "The text holds no iCalendar object.");
    this.calendar = calendar;
    this.zoneOf = zonesOf(calendar, ownZone(calendar, writing.timeZone));
    const read = components(calendar, "VEVENT")
      .filter(mine)
      .map((component) => {
        const event = readEvent(component, this.zoneOf);
        // To write beside what cannot be read would be to guess.
        if (!event) throw new ApiError(code, "The event's times or rules cannot be read.");
        return event;
      });
    this.master = read.find(({ recurrenceId }) => recurrenceId === null) ?? null;
    this.overrides = read.filter(({ recurrenceId }) => recurrenceId !== null);
  }

  add(): Component {
    const component: Component = { name: "VEVENT", items: [textLine("UID", this.writing.uid)] };
    insert(this.calendar, component);
    return component;
  }

  /** One instance by the start that the series gave to it; its override is made where there is none. Throws `not_found`. */
  instance(recurrenceId: string): CalendarEvent {
    const instant = instantFrom(recurrenceId);
    const { master } = this;
    const series = master?.start;
    const found = this.overrides.find((override) => {
      const named = override.recurrenceId as Moment;
      const wall = (series ?? named).isDate ? instant : (series ?? named).zone.toWall(instant);
      return naming([named], series ?? named)(wall, instant);
    });
    if (found) return found;
    const inSeries =
      master &&
      expand(master, master.recurrence, { start: instant, end: instant + 1 }, 1000).instances.find(
        ({ start }) => start === instant,
      );
    if (!master || !inSeries) throw new ApiError("not_found", "The series has no such instance.");
    return this.override(master, inSeries);
  }

  /** An instant as the series' clocks show it. */
  wallOf(recurrenceId: string): number {
    const instant = instantFrom(recurrenceId);
    const start = this.master?.start;
    return !start || start.isDate ? instant : start.zone.toWall(instant);
  }

  /** The marks of a change (RFC 5546, 2.1.4). */
  stamp(component: Component, isNew: boolean): void {
    const now = instantFrom(this.writing.now);
    if (!textOf(component, "UID")) setText(component, "UID", this.writing.uid);
    setStamp(component, "DTSTAMP", now);
    if (isNew) setStamp(component, "CREATED", now);
    setStamp(component, "LAST-MODIFIED", now);
    const old: unknown = properties(component, "SEQUENCE")[0]?.toJSON()[3];
    const sequence = isNew ? 0 : typeof old === "number" && old >= 0 ? old + 1 : 1;
    setLines(component, "SEQUENCE", [{ name: "SEQUENCE", raw: `SEQUENCE:${sequence}` }]);
  }

  /** With a VTIMEZONE for each zone that has none yet. */
  print(): string {
    const defined = definedZones(this.calendar);
    const years = components(this.calendar, "VEVENT").flatMap((component) => {
      const start = readEvent(component, this.zoneOf)?.start;
      return start ? [new Date(start.wall).getUTCFullYear()] : [];
    });
    for (const tzid of zonesUsed(this.calendar)) {
      const zone = namedZone(tzid);
      if (defined.has(tzid) || !zone) continue;
      defined.add(tzid);
      insertTimezone(this.calendar, timezoneComponent(tzid, zone, Math.max(1970, Math.min(...years))));
    }
    return printStream(this.stream);
  }

  private override(master: CalendarEvent, { start, end }: { start: number; end: number }): CalendarEvent {
    const component = copyOf(master.component);
    const at = (zone: Moment["zone"], instant: number): Moment => ({
      ...master.start,
      zone,
      wall: master.start.isDate ? instant : zone.toWall(instant),
    });
    for (const name of RECURRENCE) setLines(component, name, []);
    setMoment(component, "RECURRENCE-ID", at(master.start.zone, start));
    setMoment(component, "DTSTART", at(master.start.zone, start));
    if (lines(component, "DTEND").length > 0) setMoment(component, "DTEND", at(master.endZone, end));
    insert(this.calendar, component);
    const event = readEvent(component, this.zoneOf);
    if (!event) throw new ApiError("internal_error", "An instance could not be made.");
    return event;
  }
}

const copyOf = ({ name, items }: Component): Component => ({
  name,
  items: items.map((item) => (isComponent(item) ? copyOf(item) : item)),
});

export const emptyCalendar = (prodId: string): Component => ({
  name: "VCALENDAR",
  items: [textLine("VERSION", "2.0"), textLine("PRODID", prodId), textLine("CALSCALE", "GREGORIAN")],
});

const zonesUsed = (within: Component): Set<string> => {
  const used = new Set<string>();
  for (const item of within.items)
    if (isComponent(item)) for (const tzid of item.name === "VTIMEZONE" ? [] : zonesUsed(item)) used.add(tzid);
    else if (/;\s*TZID=/i.test(item.raw.slice(0, 2000))) {
      const property = propertyOf(item);
      const tzid = property && parameterOf(property, "tzid");
      if (tzid) used.add(tzid);
    }
  return used;
};
