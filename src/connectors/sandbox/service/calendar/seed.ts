import { dealsOf } from "../crm/seed.js";
import type { Person } from "../people.js";
import { between, pick, type Random, randomOf } from "../random.js";
import type { Seed, Sow } from "../shelf/seeding.js";
import { seededId, type World, type WorldContact } from "../world.js";
import { CALENDAR, CONTENT, EVENT, type EventAttendee, type EventBody } from "./kinds.js";
import { instanceId } from "./series.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const COUNTS = { small: { calendars: 3, events: 42 }, large: { calendars: 10, events: 5_000 } } as const;
const OWN = seededId("cal", 0);
const TEAM = seededId("cal", 1);
const HOLIDAYS = seededId("cal", 2);

/** The meetings of the world: those about its deals, those of the team, and what a calendar has to be able to say. */
export const sowCalendar: Sow = function* (world) {
  const random = randomOf(`calendar of ${world.colleagues.map(({ id }) => id).join()}`);
  yield* calendars(world);
  const past = iso(world.today - 90 * DAY);
  for (const { content } of [AGENDA, MINUTES])
    yield { kind: CONTENT, thing: { ...content, created_at: past, modified_at: past } };
  const sower = new Sower(world, random);
  yield* team(sower);
  yield* once(sower);
  yield* holidays(sower);
  yield* deals(sower);
  yield* more(sower);
};

/** Makes events in the order of their numbers. */
class Sower {
  count = 0;
  readonly self: Person;
  constructor(
    readonly world: World,
    readonly random: Random,
  ) {
    this.self = world.colleagues[0] as Person;
  }

  /** `day`: days after the world's Monday. */
  at(day: number, hour: number, minute = 0): number {
    return this.world.today + day * DAY + hour * HOUR + minute * MINUTE;
  }

  event(start: number, minutes: number, said: Partial<EventBody>, id = seededId("evt", this.count)): Seed<EventBody> {
    this.count++;
    const self = { ...this.self };
    const body: EventBody = {
      calendar_id: OWN,
      title: null,
      description: null,
      location: null,
      start: iso(start),
      end: iso(start + minutes * MINUTE),
      start_time_zone: said.all_day ? null : "Europe/Berlin",
      end_time_zone: said.all_day ? null : "Europe/Berlin",
      all_day: false,
      status: "confirmed",
      visibility: "public",
      transparent: false,
      creator: self,
      organizer: self,
      attendees: [],
      attachments: [],
      reminders: [],
      use_default_reminder: false,
      recurrence: [],
      properties: [],
      series_id: null,
      original_start: null,
      ...said,
    };
    const created = Math.min(start, this.world.today) - between(this.random, 1, 40 * 24) * HOUR;
    const modified = created + between(this.random, 0, 20) * HOUR;
    return { kind: EVENT, thing: { id, created_at: iso(created), modified_at: iso(modified), body } };
  }

  colleagues(status: EventAttendee["status"] = "accepted"): EventAttendee[] {
    return this.world.colleagues.map((person, index) =>
      attendee(person, index === 0 ? status : pick(this.random, ["accepted", "accepted", "tentative", "pending"])),
    );
  }
}

const attendee = (
  { id, name, email }: Person | { id: null; name: string; email: string },
  status: EventAttendee["status"],
) => ({
  id,
  name,
  email,
  status,
  required: true,
  resource: false,
  comment: null,
});
const guest = ({ first, last, email }: WorldContact, status: EventAttendee["status"]): EventAttendee =>
  attendee({ id: null, name: `${first} ${last}`, email }, status);

function* calendars({ size, today, colleagues }: World): Generator<Seed> {
  const names = ["Team", "Holidays", "Room Aquarium", "Training", "Launch", "Support", "Travel", "Board", "Interviews"];
  const created = iso(today - 400 * DAY);
  for (let number = 0; number < COUNTS[size].calendars; number++)
    yield {
      kind: CALENDAR,
      thing: {
        id: seededId("cal", number),
        created_at: created,
        modified_at: created,
        body: {
          name: number === 0 ? (colleagues[0] as Person).name : (names[number - 1] as string),
          description: number === 2 ? "Days on which the office is closed" : null,
          location: number === 1 ? "Berlin" : null,
          time_zone: "Europe/Berlin",
          primary: number === 0,
        },
      },
    };
}

const AGENDA = kept(0, "agenda.txt", "text/plain", "1. Last week\n2. This week\n3. Who needs help\n");
const MINUTES = kept(1, "minutes.md", "text/markdown", "# Minutes\n\nThe venue is booked.\n");

/** An attachment whose bytes the service has. */
function kept(number: number, name: string, mime_type: string, text: string) {
  const id = seededId("att", number);
  const bytes = Buffer.from(text);
  return {
    attachment: { id, name, mime_type, size: bytes.length, url: null },
    content: { id, body: { base64: bytes.toString("base64") } },
  };
}

/** Series, and everything that can depart from one. */
function* team(sower: Sower): Generator<Seed> {
  const weekly = sower.event(sower.at(-84, 7), 45, {
    calendar_id: TEAM,
    title: "Team meeting",
    location: "Room Aquarium",
    attendees: [
      ...sower.colleagues(),
      {
        ...attendee({ id: null, name: "Room Aquarium", email: "aquarium@rooms.sandbox.invalid" }, "accepted"),
        resource: true,
      },
    ],
    recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=MO"],
    reminders: [{ minutes: 10, method: "popup" }],
    attachments: [
      AGENDA.attachment,
      { id: "lnk_board", name: "Board", mime_type: null, size: null, url: "https://boards.sandbox.invalid/team" },
    ],
  });
  yield weekly;
  yield sower.event(sower.at(-82, 13), 30, {
    calendar_id: TEAM,
    title: "Call with New York",
    start_time_zone: "America/New_York",
    end_time_zone: "America/New_York",
    attendees: sower.colleagues("tentative"),
    recurrence: ["RRULE:FREQ=WEEKLY"],
    use_default_reminder: true,
  });
  yield sower.event(sower.at(-60, 8), 60, {
    calendar_id: TEAM,
    title: "Planning",
    attendees: sower.colleagues(),
    recurrence: [
      "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
      `EXDATE:${stamp(sower.at(-46, 8))},${stamp(sower.at(10, 8))}`,
    ],
  });
  yield sower.event(sower.at(-6, 12), 90, {
    title: "Course: first aid",
    location: "Canteen",
    recurrence: ["RRULE:FREQ=DAILY;COUNT=8;BYDAY=MO,TU,WE,TH,FR"],
  });
  yield sower.event(sower.at(-28, 15), 60, {
    title: "Swimming",
    visibility: "private",
    recurrence: [`RRULE:FREQ=WEEKLY;UNTIL=${stamp(sower.at(56, 15))}`],
  });
  const retrospective = sower.event(sower.at(-21, 14), 60, {
    calendar_id: TEAM,
    title: "Retrospective",
    attendees: sower.colleagues(),
    recurrence: ["RRULE:FREQ=WEEKLY"],
  });
  yield retrospective;
  const { id, body } = retrospective.thing;
  const departing = (day: number, hours: number, said: Partial<EventBody>) => {
    const original = iso(sower.at(day, 14));
    const whole = {
      ...body,
      start: undefined,
      end: undefined,
      recurrence: [],
      series_id: id,
      original_start: original,
    };
    const { start: _, end: __, ...rest } = { ...whole, ...said };
    return sower.event(sower.at(day, 14 + hours), 60, rest, instanceId(id, original, false));
  };
  yield departing(-7, 25, { title: "Retrospective, a day later", location: "Canteen" });
  yield departing(7, 0, { status: "cancelled" });
}

/** What stands for itself. */
function* once(sower: Sower): Generator<Seed> {
  yield sower.event(sower.at(22, 0), 4 * 24 * 60, {
    title: "Fair in Lyon",
    location: "Lyon",
    all_day: true,
    attendees: sower.colleagues().slice(0, 3),
    attachments: [MINUTES.attachment],
  });
  yield sower.event(sower.at(1, 9), 60, {
    title: "All hands",
    organizer: { ...(sower.world.colleagues[1] as Person) },
    attendees: sower.colleagues("declined"),
  });
  yield sower.event(sower.at(2, 6), 240, { title: "Working from home", transparent: true });
  yield sower.event(sower.at(3, 10), 30, {
    title: "Dentist",
    visibility: "confidential",
    reminders: [{ minutes: 60, method: "email" }],
  });
  yield sower.event(sower.at(4, 20), 14 * 60, { title: "Night train to Vienna", end_time_zone: "Europe/Vienna" });
  yield sower.event(sower.at(-3, 22), 0, { title: "Deadline: tax return" });
}

/** The working days on which nobody works, day-long and free of anybody's time. */
function* holidays(sower: Sower): Generator<Seed> {
  const DAYS = [
    ["New Year's Day", "2026-01-01"],
    ["Labour Day", "2026-05-01"],
    ["German Unity Day", "2026-10-03"],
    ["Christmas Day", "2026-12-25"],
    ["Boxing Day", "2026-12-26"],
  ] as const;
  for (const [title, date] of DAYS)
    yield sower.event(Date.parse(`${date}T00:00:00Z`), 24 * 60, {
      calendar_id: HOLIDAYS,
      title,
      all_day: true,
      transparent: true,
      recurrence: ["RRULE:FREQ=YEARLY"],
    });
  for (const [title, date] of [
    ["Good Friday", "2026-04-03"],
    ["Easter Monday", "2026-04-06"],
    ["Ascension Day", "2026-05-14"],
  ] as const)
    yield sower.event(Date.parse(`${date}T00:00:00Z`), 24 * 60, {
      calendar_id: HOLIDAYS,
      title,
      all_day: true,
      transparent: true,
    });
}

/** Each deal is talked about: with contacts of its company, by their addresses. */
function* deals(sower: Sower): Generator<Seed> {
  const { world, random } = sower;
  const contactsOf = Map.groupBy(world.contacts, ({ company }) => company.number);
  for (const { id, number, company, name } of dealsOf(world)) {
    const invited = (contactsOf.get(company.number) ?? []).slice(0, 3);
    const start = sower.at(between(random, -50, 60), between(random, 7, 15), pick(random, [0, 30]));
    yield sower.event(start, pick(random, [30, 60, 90]), {
      title: `${pick(random, ["Demo", "Kick-off", "Negotiation", "Review"])}: ${name}`,
      description: `About ${name}.`,
      location: company.city,
      attendees: [
        attendee(sower.self, "accepted"),
        ...invited.map((contact) => guest(contact, pick(random, ["accepted", "tentative", "pending"]))),
      ],
      properties: [{ key: "opportunity_id", value: id }],
      reminders: number % 2 === 0 ? [{ minutes: 15, method: "popup" }] : [],
    });
  }
}

/** As many as the size asks for: mostly once, one in ten a series. */
function* more(sower: Sower): Generator<Seed> {
  const { world, random } = sower;
  const { events, calendars } = COUNTS[world.size];
  while (sower.count < events) {
    const contact = pick(random, world.contacts);
    const start = sower.at(between(random, -300, 300), between(random, 6, 17), pick(random, [0, 15, 30, 45]));
    const isSeries = random() < 0.1;
    yield sower.event(start, pick(random, [15, 30, 60, 120]), {
      calendar_id: seededId("cal", between(random, 0, calendars - 1)),
      title: `${pick(random, ["Call", "Lunch", "Visit", "Interview"])} with ${contact.first} ${contact.last}`,
      attendees: [attendee(sower.self, "accepted"), guest(contact, "pending")],
      ...(isSeries
        ? { recurrence: [`RRULE:FREQ=${pick(random, ["WEEKLY", "MONTHLY"])};COUNT=${between(random, 3, 40)}`] }
        : {}),
    });
  }
}

const iso = (instant: number): string => new Date(instant).toISOString();
/** `20260907T070000Z` */
const stamp = (instant: number): string => iso(instant).replace(/[-:]|\.000/g, "");
