import { z } from "zod";
import type { Body, Kind } from "../shelf/shelf.js";

export interface EventPerson {
  /** Of a colleague; null for everybody else. */
  id: string | null;
  name: string | null;
  email: string;
}
export interface EventAttendee extends EventPerson {
  status: "pending" | "accepted" | "declined" | "tentative";
  required: boolean;
  resource: boolean;
  comment: string | null;
}
export interface EventAttachment {
  id: string;
  name: string | null;
  mime_type: string | null;
  /** Bytes; null for what lies elsewhere. */
  size: number | null;
  /** Null for what the service keeps itself. */
  url: string | null;
}

export interface CalendarBody extends Body {
  name: string;
  description: string | null;
  location: string | null;
  /** IANA. */
  time_zone: string | null;
  primary: boolean;
}

/** What happens once, a whole series, or an instance that departs from its series. */
export interface EventBody extends Body {
  calendar_id: string;
  title: string | null;
  description: string | null;
  location: string | null;
  /** Moments, as `Date.toISOString` writes them; midnights when all day, and then the end is exclusive. */
  start: string;
  end: string;
  start_time_zone: string | null;
  end_time_zone: string | null;
  all_day: boolean;
  status: "confirmed" | "tentative" | "cancelled";
  visibility: "public" | "private" | "confidential" | null;
  transparent: boolean;
  creator: EventPerson | null;
  organizer: EventPerson | null;
  attendees: EventAttendee[];
  attachments: EventAttachment[];
  reminders: { minutes: number; method: string | null }[];
  use_default_reminder: boolean;
  /** Lines of RFC 5545. Empty for all but a series. */
  recurrence: string[];
  properties: { key: string; value: string }[];
  /** Of an instance: its series, and the start that this gave to it. */
  series_id: string | null;
  original_start: string | null;
}

export interface ContentBody extends Body {
  base64: string;
}

export const CALENDAR: Kind<CalendarBody> = {
  name: "calendar.calendar",
  prefix: "cal",
  at: (_, created) => created,
  called: ({ name }) => name,
  *keys({ primary }) {
    if (primary) yield ["primary", "true"];
  },
  words: ({ name, description }) => [name, description].filter(Boolean).join(" "),
};

const DAY = 86_400_000; // milliseconds
/** Stands for all calendars among the values of a key. */
export const ALL = "";

export const EVENT: Kind<EventBody> = {
  name: "calendar.event",
  prefix: "evt",
  at: ({ start }) => start,
  called: ({ title }) => title ?? "",
  *keys({ calendar_id, start, end, recurrence, series_id, organizer, attendees }) {
    yield ["calendar", calendar_id];
    const sort = recurrence.length > 0 ? "series" : "single";
    const isLong = sort === "single" && Date.parse(end) - Date.parse(start) > DAY;
    for (const calendar of [calendar_id, ALL]) {
      yield [sort, calendar];
      if (series_id !== null) yield ["override", calendar];
      if (isLong) yield ["long", calendar];
    }
    if (series_id !== null) yield ["of", series_id];
    for (const person of [organizer, ...attendees]) if (person) yield ["participant", person.email.toLowerCase()];
  },
  words: ({ title, description, location }) => [title, description, location].filter(Boolean).join(" "),
};

/** Bytes of attachments. */
export const CONTENT: Kind<ContentBody> = {
  name: "calendar.content",
  prefix: "att",
  at: (_, created) => created,
  keys: () => [],
  words: () => "",
};

const text = z.string().max(10_000).nullable();
const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written).toISOString());
const email = z
  .string()
  .max(320)
  .regex(/^[^@\s]+@[^@\s]+$/, "not an e-mail address");

export const writableCalendar = z
  .strictObject({ name: z.string().min(1).max(1_000), description: text, location: text, time_zone: text })
  .partial();

export const writableEvent = z
  .strictObject({
    calendar_id: z.string().max(64),
    title: text,
    description: text,
    location: text,
    start: moment,
    end: moment,
    start_time_zone: text,
    end_time_zone: text,
    all_day: z.boolean(),
    status: z.enum(["confirmed", "tentative", "cancelled"]),
    visibility: z.enum(["public", "private", "confidential"]).nullable(),
    transparent: z.boolean(),
    attendees: z
      .array(
        z.strictObject({
          name: z.string().max(1_000).nullish(),
          email,
          required: z.boolean().nullish(),
          resource: z.boolean().nullish(),
        }),
      )
      .max(500),
    /** All that lie elsewhere; what the service keeps itself stays. */
    attachments: z
      .array(
        z.strictObject({
          name: z.string().max(1_000).nullish(),
          url: z.url({ protocol: /^https?$/ }).max(4_000),
          mime_type: z.string().max(200).nullish(),
        }),
      )
      .max(100),
    reminders: z
      .array(z.strictObject({ minutes: z.int().min(-100_000).max(1_000_000), method: z.string().max(50).nullish() }))
      .max(20),
    use_default_reminder: z.boolean(),
    recurrence: z.array(z.string().max(20_000)).max(50),
    /** The named ones change; null deletes one. */
    properties: z
      .array(z.strictObject({ key: z.string().min(1).max(200), value: z.string().max(10_000).nullish() }))
      .max(100),
  })
  .partial();

export type EventChange = z.output<typeof writableEvent>;
