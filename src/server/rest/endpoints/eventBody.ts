import { z } from "zod";
import type { EventDraft } from "../../../connectors/connector.js";
import { numeric, optionalText, rawFields, text, time } from "../parameters.js";

const STATUSES = ["confirmed", "tentative", "cancelled"] as const;

/** What many services do not say, so null: then it stays as it is. */
const said = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => (value === null ? undefined : value));

const minutes = numeric.pipe(z.int());

const attendee = z
  .object({ email: text, name: optionalText, required: z.boolean().nullish(), resource: z.boolean().nullish() })
  .transform(({ email, name, required, resource }) => ({
    email,
    ...(name === undefined ? {} : { name }),
    ...(required == null ? {} : { required }),
    ...(resource == null ? {} : { resource }),
  }));

const attachment = z.object({ name: optionalText, mime_type: optionalText, file_url: optionalText });

/** `RRULE:` may be left out. */
const recurrence = z
  .object({ rrule: text })
  .transform(({ rrule }) => (/^FREQ=/i.test(rrule) ? `RRULE:${rrule}` : rrule));

/** What can be written of an event; what only the service says of it may come back and is passed over. Source: the unified API, "Event object". */
export const eventBody = z.object({
  name: text.nullable(),
  description: text.nullable(),
  location: text.nullable(),
  start: time,
  end: time,
  start_time_zone: text.nullable(),
  end_time_zone: text.nullable(),
  all_day: said(z.boolean()),
  status: said(
    z
      .enum(STATUSES, `must be ${STATUSES.join(", ")}`)
      .transform((status) => status.toUpperCase() as Uppercase<typeof status>),
  ),
  visibility: text.nullable(),
  transparent: said(z.boolean()),
  attendees: z.array(attendee),
  // One without an address is kept by the service itself.
  attachments: z
    .array(attachment)
    .transform((all) =>
      all.flatMap(({ name, mime_type, file_url }) => (file_url ? [{ name, mimeType: mime_type, url: file_url }] : [])),
    ),
  recurrence: z.array(recurrence),
  reminder: minutes.nullable().describe("Minutes: the older form of `reminders`."),
  reminders: z.array(z.object({ minutes, method: text.nullable().default(null) })),
  use_default_reminder: said(z.boolean()),
  custom_properties: z.array(
    z.object({ key: text, value: optionalText }).transform(({ key, value = null }) => ({ key, value })),
  ),
  ...rawFields,
});

/** A draft whose times are as connectors take them. A whole day is the date that was written, whatever the zone beside it. */
export const finishEvent = ({ reminder, ...draft }: EventDraft & { reminder?: number | null }): EventDraft => {
  const momentOf = (time: string): string =>
    draft.allDay ? `${time.slice(0, 10)}T00:00:00.000Z` : new Date(time).toISOString();
  const older = reminder == null ? [] : [{ minutes: reminder, method: null }];
  return {
    ...(reminder === undefined ? {} : { reminders: older }),
    ...draft,
    ...(draft.start === undefined ? {} : { start: momentOf(draft.start) }),
    ...(draft.end === undefined ? {} : { end: momentOf(draft.end) }),
  };
};
