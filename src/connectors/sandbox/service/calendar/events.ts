import { namedZone } from "../../../families/icalendar/zones.js";
import type { Call, Service } from "../http.js";
import { peopleOf } from "../people.js";
import { invalid, notFound, Refusal } from "../refusal.js";
import { Shelf, type Thing } from "../shelf/shelf.js";
import {
  ALL,
  CALENDAR,
  type CalendarBody,
  EVENT,
  type EventAttachment,
  type EventAttendee,
  type EventBody,
  type EventChange,
  type EventPerson,
} from "./kinds.js";
import { EventLists, hasInstance, isFollowed } from "./lists.js";
import { instanceOf, moved, ofInstanceId, seriesOf, without } from "./series.js";

const DAY = 86_400_000; // milliseconds
/** Series of one account: each is looked at for every list. */
const MOST_SERIES = 5_000;

/** The events of one account for one request. Every method that writes belongs in a transaction. */
export class Events {
  readonly shelf: Shelf<EventBody>;
  readonly lists: EventLists;
  readonly calendars: Shelf<CalendarBody>;
  readonly #self: EventPerson;
  readonly #colleagues: ReadonlyMap<string, string>;

  constructor(service: Service, call: Pick<Call, "account" | "actor">) {
    this.shelf = new Shelf(service, call, EVENT);
    this.lists = new EventLists(this.shelf);
    this.calendars = new Shelf(service, call, CALENDAR);
    const people = peopleOf(call.account);
    this.#self = people[call.actor] as EventPerson;
    this.#colleagues = new Map(people.map(({ id, email }) => [email, id]));
  }

  /** In whose name it is all done. */
  get address(): string {
    return this.#self.email;
  }

  /** `primary` names the primary calendar. */
  calendarId(named: string): string {
    if (named !== "primary") return named;
    return this.calendars.page({ keys: [["primary", "true"]] }, { limit: 1 }).things[0]?.id ?? named;
  }

  /** An event, or any instance of a series, whether something of it is kept or not. */
  get(id: string): Thing<EventBody> {
    const kept = this.shelf.find(id);
    if (kept) return kept;
    const named = ofInstanceId(id);
    const series = named && this.shelf.find(named.series);
    if (!named || !series || series.body.recurrence.length === 0 || !hasInstance(series, named.original))
      throw notFound("event");
    const lasting = Date.parse(series.body.end) - Date.parse(series.body.start);
    const instance = instanceOf(series, named.original, named.original + lasting);
    // An override was not kept, so the instance is as its series says; unless the id is spelt in another way.
    if (instance.id !== id) throw notFound("event");
    return instance;
  }

  create({ calendar_id = "primary", ...given }: EventChange): Thing<EventBody> {
    const calendar = this.calendarId(calendar_id);
    if (!this.calendars.find(calendar)) throw invalid("calendar_id: names nothing.");
    if (given.start === undefined || given.end === undefined) throw invalid("start, end: must be given.");
    const self = { ...this.#self };
    return this.shelf.create(this.#checked({ ...BLANK, calendar_id: calendar, creator: self, organizer: self }, given));
  }

  /** What is not said stays as it is. A master's change is the series', an instance's its own. */
  update(id: string, { calendar_id: _, ...given }: EventChange): Thing<EventBody> {
    const before = this.get(id);
    const body = this.#checked(before.body, given);
    if (body.series_id !== null) {
      if (body.recurrence.length > 0) throw invalid("recurrence: an instance has none.");
      return this.#keep(id, body);
    }
    if (before.body.recurrence.length === 0) return this.shelf.update(id, body);
    const move = moved(before.body, body);
    if (given.recurrence === undefined) body.recurrence = move.recurrence;
    const series = this.shelf.update(id, body);
    for (const override of this.lists.overridesOf(id)) this.#follow(series, override, move.name);
    return series;
  }

  remove(id: string): void {
    const { body } = this.get(id);
    if (body.series_id !== null) this.#cut(id, body);
    else {
      for (const override of this.lists.overridesOf(id)) this.shelf.remove(override.id);
      this.shelf.remove(id);
    }
  }

  /** Answers in the actor's own name: of a series, for everything that departs from it as well. */
  respond(id: string, status: EventAttendee["status"], comment: string | null): Thing<EventBody> {
    const event = this.get(id);
    const overrides = event.body.series_id === null ? this.lists.overridesOf(id) : [];
    const answered = (body: EventBody): EventBody => ({
      ...body,
      attendees: body.attendees.map((one) => (one.email === this.address ? { ...one, status, comment } : one)),
    });
    if (![event, ...overrides].some(({ body }) => body.attendees.some(({ email }) => email === this.address)))
      throw invalid("You are not invited to this event.");
    for (const override of overrides) this.shelf.update(override.id, answered(override.body));
    return this.#keep(id, answered(event.body));
  }

  removeCalendar(id: string): void {
    if (this.calendars.get(id).body.primary) throw new Refusal(403, "primary_is_fixed", "The primary calendar stays.");
    for (;;) {
      const { things } = this.shelf.page({ keys: [["calendar", id]] }, { limit: 1_000 });
      if (things.length === 0) break;
      for (const event of things) this.shelf.remove(event.id);
    }
    this.calendars.remove(id);
  }

  #keep(id: string, body: EventBody): Thing<EventBody> {
    return this.shelf.find(id) ? this.shelf.update(id, body) : this.shelf.create(body, id);
  }

  /** Takes one instance out of its series. */
  #cut(id: string, { series_id, original_start }: EventBody): void {
    if (this.shelf.find(id)) this.shelf.remove(id);
    const { body } = this.shelf.get(String(series_id));
    const recurrence = without(body.recurrence, String(original_start), body.all_day);
    this.shelf.update(String(series_id), { ...body, recurrence });
  }

  /** An override after a change of its series: under the name that it then has, or gone with its instance. */
  #follow(series: Thing<EventBody>, override: Thing<EventBody>, name: (original: string) => string): void {
    const original = name(String(override.body.original_start));
    const stays = series.body.recurrence.length > 0 && hasInstance(series, Date.parse(original));
    const { id } = instanceOf(series, Date.parse(original), Date.parse(original));
    if (stays && id === override.id) return;
    this.shelf.remove(override.id);
    if (stays) this.shelf.create({ ...override.body, original_start: original }, id);
  }

  #checked(before: EventBody, given: Omit<EventChange, "calendar_id">): EventBody {
    const { attendees, attachments, reminders, properties, ...plain } = given;
    const body: EventBody = {
      ...before,
      ...(Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as Partial<EventBody>),
      ...(attendees && { attendees: attendees.map((one) => this.#attendee(one, before.attendees)) }),
      ...(attachments && { attachments: attachmentsOf(attachments, before.attachments) }),
      ...(reminders && { reminders: reminders.map(({ minutes, method }) => ({ minutes, method: method ?? null })) }),
      ...(properties && { properties: mergedOf(properties, before.properties) }),
    };
    if (body.all_day) Object.assign(body, wholeDays(body));
    if (body.end < body.start) throw invalid("end: lies before the start.");
    for (const zone of [body.start_time_zone, body.end_time_zone])
      if (zone !== null && !namedZone(zone)) throw invalid(`"${zone.slice(0, 60)}" is no time zone.`);
    seriesOf(body);
    if (!body.recurrence.some((line) => /^(RRULE|RDATE)[;:]/i.test(line))) body.recurrence = [];
    if (body.recurrence.length > 0 && !isFollowed(body)) throw invalid("recurrence: it counts further than we do.");
    if (body.recurrence.length > 0) this.#checkRoom(before);
    return body;
  }

  #checkRoom(before: EventBody): void {
    if (before.recurrence.length > 0) return;
    const { total } = this.shelf.page({ keys: [["series", ALL]] }, { limit: 1 });
    if (total !== null && total >= MOST_SERIES)
      throw new Refusal(507, "too_many_series", "The account holds no more series.");
  }

  #attendee(
    { name, email, required, resource }: NonNullable<EventChange["attendees"]>[number],
    before: readonly EventAttendee[],
  ): EventAttendee {
    const known = before.find((one) => one.email.toLowerCase() === email.toLowerCase());
    return {
      id: this.#colleagues.get(email) ?? null,
      name: name === undefined ? (known?.name ?? null) : name,
      email,
      status: known?.status ?? "pending",
      required: required ?? known?.required ?? true,
      resource: resource ?? known?.resource ?? false,
      comment: known?.comment ?? null,
    };
  }
}

/** What is kept stays; links are those that were named. */
const attachmentsOf = (
  given: NonNullable<EventChange["attachments"]>,
  before: readonly EventAttachment[],
): EventAttachment[] => [
  ...before.filter(({ url }) => url === null),
  ...given.map(({ name, url, mime_type }, index) => {
    const known = before.find((one) => one.url === url);
    const id = known?.id ?? `lnk_${index}_${Buffer.from(url).toString("base64url").slice(-24)}`;
    return { id, name: name ?? known?.name ?? null, mime_type: mime_type ?? known?.mime_type ?? null, size: null, url };
  }),
];

const mergedOf = (
  given: NonNullable<EventChange["properties"]>,
  before: EventBody["properties"],
): EventBody["properties"] => {
  const merged = new Map(before.map(({ key, value }) => [key, value]));
  for (const { key, value } of given)
    if (value == null) merged.delete(key);
    else merged.set(key, value);
  return [...merged].map(([key, value]) => ({ key, value }));
};

/** Dates as they are written; one named twice means that day. */
const wholeDays = ({ start, end }: EventBody) => {
  const midnight = (moment: string): number => Date.parse(`${moment.slice(0, 10)}T00:00:00Z`);
  const [first, last] = [midnight(start), midnight(end)];
  return {
    start: new Date(first).toISOString(),
    end: new Date(last === first ? last + DAY : last).toISOString(),
    start_time_zone: null,
    end_time_zone: null,
  };
};

const BLANK: EventBody = {
  calendar_id: "",
  title: null,
  description: null,
  location: null,
  start: "",
  end: "",
  start_time_zone: null,
  end_time_zone: null,
  all_day: false,
  status: "confirmed",
  visibility: "public",
  transparent: false,
  creator: null,
  organizer: null,
  attendees: [],
  attachments: [],
  reminders: [],
  use_default_reminder: false,
  recurrence: [],
  properties: [],
  series_id: null,
  original_start: null,
};
