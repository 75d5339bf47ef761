import { z } from "zod";
import type { MeetingPlan } from "../../../../store/store.js";
import { moment, numeric, optionalText, text } from "../../parameters.js";
import { eventBody } from "../eventBody.js";

const whole = (least: number, most: number) => {
  const message = `must be from ${least} to ${most}`;
  return numeric.pipe(z.int(message).min(least, message).max(most, message));
};
const short = text.max(500, "may have 500 characters at most");
const long = text.max(10_000, "may have 10000 characters at most");

/** What a booking says by itself. */
const RESERVED = {
  name: true,
  description: true,
  location: true,
  start: true,
  end: true,
  start_time_zone: true,
  end_time_zone: true,
  all_day: true,
  recurrence: true,
  raw: true,
} as const;
export const eventMetadata = eventBody.omit(RESERVED).partial();
/** Characters of its JSON. */
const LONGEST_METADATA = 20_000;

/** As it was given, without what no booking takes from it. */
const defaultEventMetadata = z.record(z.string(), z.unknown()).transform((given, context) => {
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(eventMetadata.shape, name)));
  const wrong = eventMetadata.safeParse(known).error?.issues[0];
  if (wrong) context.addIssue({ code: "custom", path: [...wrong.path], message: wrong.message });
  if (JSON.stringify(known).length > LONGEST_METADATA)
    context.addIssue({ code: "custom", message: `may have ${LONGEST_METADATA} characters at most` });
  return known;
});

const pattern = short.default("*");
const windowBody = z.object({
  booking_calendar_id: text,
  title: short,
  organizer: short,
  location: short.nullable(),
  description: long.nullable(),
  duration: whole(1, 1440).describe("Minutes, as buffers and intervals are."),
  time_zone: short.describe("IANA."),
  availability: z.object({
    end_repeat: short.default("NEVER").describe("The last day, or `NEVER`."),
    available_times: z
      .array(
        z.object({
          start: short.describe("`08:00:00`, or a timestamp: then there is nothing before that day."),
          end: short,
          recurring: z.object({ month: pattern, day: pattern, weekday: pattern }).nullish(),
        }),
      )
      .max(20, "may have 20 times at most"),
  }),
  availability_range: whole(1, 180).describe("Days."),
  time_buffer_before: whole(0, 1440),
  time_buffer_after: whole(0, 1440),
  time_slot_interval: whole(5, 1440),
  allow_event_metadata: z.boolean(),
  default_event_metadata: defaultEventMetadata.nullable(),
});
const NEEDED = {
  booking_calendar_id: true,
  duration: true,
  title: true,
  organizer: true,
  availability: true,
  time_zone: true,
} as const;
export const newWindow = windowBody.partial().required(NEEDED);
export const windowChange = windowBody.partial();

/** Widgets send tokens of a service that tells people from machines, which nobody reads here. */
export const visitor = { recaptcha_token: optionalText };
export const times = { start: moment, end: moment };
export const booking = z.object({
  ...times,
  ...visitor,
  targets: z
    .array(
      z.object({
        name: short.nullable().default(null),
        email: short.regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, "must be an e-mail address"),
      }),
    )
    .min(1, "must name somebody")
    .max(10, "may name 10 people at most"),
  event_metadata: z.object({ name: short.nullish(), extra_description: long.nullish() }).nullish(),
});

/** What a new window need not say. */
export const DEFAULTS = {
  location: "",
  description: "",
  bufferBefore: 0,
  bufferAfter: 0,
  interval: 30,
  range: 30,
  metadata: {},
  allowMetadata: false,
};

/** What a body says of a plan. */
export const planOf = (body: z.output<typeof windowChange>): Partial<MeetingPlan> => {
  const { availability } = body;
  const plan = {
    title: body.title,
    location: body.location === null ? "" : body.location,
    description: body.description === null ? "" : body.description,
    organizer: body.organizer,
    timeZone: body.time_zone,
    duration: body.duration,
    bufferBefore: body.time_buffer_before,
    bufferAfter: body.time_buffer_after,
    interval: body.time_slot_interval,
    range: body.availability_range,
    allowMetadata: body.allow_event_metadata,
    metadata: body.default_event_metadata === null ? {} : body.default_event_metadata,
    times: availability?.available_times.map((time) => ({ ...time, recurring: time.recurring ?? null })),
    endRepeat: availability && (availability.end_repeat.toUpperCase() === "NEVER" ? null : availability.end_repeat),
  };
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined));
};
