import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connectSandbox, type RestAnswer, type RestServing, restForTest } from "./support.js";

const WINDOWS = "/meetings/windows";
/** Days from now that are surely ahead, and free in a calendar of its own. */
const HOUR = 3_600_000;

describe("REST: meetings", () => {
  let api: RestServing;
  let calendar: string;
  let bearer: Record<string, string>;
  before(async () => {
    api = await restForTest();
    calendar = (await api.expect(201, "POST", "/accounts/1/cal/calendars", { body: { name: "To book" } })).id;
    bearer = { authorization: `Bearer ${await api.token(1)}` };
  });
  after(() => api.closeCore());

  const nobody = { authorization: "" };
  const least = () => ({
    booking_calendar_id: calendar,
    duration: 30,
    title: "Intro call",
    organizer: "dana@example.com",
    time_zone: "UTC",
    availability: { available_times: [{ start: "00:00:00", end: "24:00:00" }] },
  });
  const window = (body: object = {}) =>
    api.expect(201, "POST", WINDOWS, { headers: bearer, body: { ...least(), ...body } });
  const ask = (status: number, method: string, path: string, body?: object) =>
    api.expect(status, method, path, { headers: nobody, ...(body ? { body } : {}) });

  interface Slot {
    start: string;
    end: string;
  }
  const everySlot = async (id: string, query = ""): Promise<Slot[]> => {
    const slots: Slot[] = [];
    for (let page: string | null = "1"; page !== null; ) {
      const answer: RestAnswer["body"] = await ask(200, "GET", `${WINDOWS}/${id}/time-slots?page=${page}${query}`);
      slots.push(...answer.time_slots);
      page = answer.next_page;
    }
    return slots;
  };
  const book = (id: string, slot: Slot, more: object = {}, status = 201) =>
    ask(status, "POST", `${WINDOWS}/${id}/schedule`, {
      ...slot,
      targets: [{ name: "Lee", email: "lee@example.com" }],
      recaptcha_token: null,
      ...more,
    });
  const eventsFrom = (slot: Slot) =>
    api.expect(200, "GET", `/accounts/1/cal/calendars/${calendar}/events?start=${slot.start}&end=${slot.end}`);

  test("windows: made with defaults, read by anybody, changed, listed and deleted", async () => {
    const made = await window();
    assert.match(made.id, /^[\w-]{20}$/);
    assert.equal(made.api, "meeting_scheduler");
    assert.equal(made.href, `${api.url}/v1${WINDOWS}/${made.id}`);
    assert.deepEqual(
      [made.availability_range, made.time_slot_interval, made.time_buffer_before, made.time_buffer_after],
      [30, 30, 0, 0],
    );
    assert.deepEqual([made.location, made.description, made.allow_event_metadata], ["", "", false]);
    assert.deepEqual(made.default_event_metadata, {});
    assert.deepEqual(made.availability, {
      end_repeat: "NEVER",
      available_times: [{ start: "00:00:00", end: "24:00:00", recurring: null }],
    });
    assert.equal(made.booking_calendar_id, calendar);
    assert.deepEqual(await ask(200, "GET", `${WINDOWS}/${made.id}`), made);
    const change = { title: "", duration: "45", availability: { ...made.availability, end_repeat: "2999-12-31" } };
    const changed = await api.expect(200, "PATCH", `${WINDOWS}/${made.id}`, { headers: bearer, body: change });
    assert.deepEqual([changed.title, changed.duration, changed.availability.end_repeat], ["", 45, "2999-12-31"]);
    assert.equal(changed.organizer, made.organizer);
    await api.expect(204, "DELETE", `${WINDOWS}/${made.id}`, { headers: bearer });
    await ask(404, "GET", `${WINDOWS}/${made.id}`);
    await api.expect(404, "DELETE", `${WINDOWS}/${made.id}`, { headers: bearer });
  });

  test("what was read of a window can be sent back", async () => {
    const recurring = { month: "*", day: "1, 15", weekday: "*" };
    const times = [{ start: "08:00:00", end: "17:00:00", recurring }];
    const made = await window({
      availability: { end_repeat: "NEVER", available_times: times },
      default_event_metadata: { visibility: "private", reminders: [{ minutes: 5 }], name: "not this" },
    });
    assert.deepEqual(made.default_event_metadata, { visibility: "private", reminders: [{ minutes: 5 }] });
    const body = made;
    const { modified: _, ...after } = await api.expect(200, "PATCH", `${WINDOWS}/${made.id}`, {
      headers: bearer,
      body,
    });
    const { modified: __, ...before } = made;
    assert.deepEqual(after, before);
  });

  test("the list is counted, ends with 404, and holds a hundred windows of an account", async () => {
    const other = await restForTest();
    try {
      const { id } = await other.expect(201, "POST", "/accounts/1/cal/calendars", { body: { name: "Counted" } });
      const ids: string[] = [];
      for (let number = 0; number < 3; number++)
        ids.push((await other.expect(201, "POST", WINDOWS, { body: { ...least(), booking_calendar_id: id } })).id);
      const first = await other.expect(200, "GET", `${WINDOWS}?page_size=2`);
      assert.deepEqual([first.total, first.count, first.page, first.next_page], [3, 2, 1, 2]);
      assert.equal(first.type, "object_list");
      const second = await other.expect(200, "GET", `${WINDOWS}?page_size=2&page=2`);
      assert.equal(second.next_page, null);
      assert.deepEqual(new Set([...first.objects, ...second.objects].map((one) => one.id)), new Set(ids));
      assert.equal((await other.expect(404, "GET", `${WINDOWS}?page_size=2&page=3`)).error_code, "not_found");
      await other.expect(400, "GET", `${WINDOWS}?page=0`);
      const theirs = { authorization: `Bearer ${await other.token(await connectSandbox(other))}` };
      assert.equal((await other.expect(200, "GET", WINDOWS, { headers: theirs })).total, 0);
      await other.expect(404, "PATCH", `${WINDOWS}/${ids[0]}`, { headers: theirs, body: { title: "Mine" } });
      await other.expect(404, "DELETE", `${WINDOWS}/${ids[0]}`, { headers: theirs });
      for (let number = 3; number < 100; number++)
        await other.expect(201, "POST", WINDOWS, { body: { ...least(), booking_calendar_id: id } });
      await other.expect(507, "POST", WINDOWS, { body: { ...least(), booking_calendar_id: id } });
      await other.expect(404, "POST", WINDOWS, { headers: theirs, body: { ...least(), booking_calendar_id: id } });
    } finally {
      await other.closeCore();
    }
  });

  for (const missing of ["booking_calendar_id", "duration", "title", "organizer", "availability", "time_zone"])
    test(`a window without ${missing} is refused`, async () => {
      const { [missing]: _, ...rest } = least() as Record<string, unknown>;
      const refused = await api.expect(400, "POST", WINDOWS, { headers: bearer, body: rest });
      assert.equal(refused.error_code, "invalid_parameters");
      assert.match(refused.message, new RegExp(missing));
    });

  test("every attribute of a window is checked", async () => {
    const recurring = (change: object) => ({
      availability: { available_times: [{ start: "08:00:00", end: "09:00:00", recurring: change }] },
    });
    const wrong: object[] = [
      { duration: 0 },
      { duration: 1.5 },
      { duration: "half an hour" },
      { time_zone: "Mars/Olympus" },
      { availability: {} },
      { availability: { available_times: [{ start: "8 o'clock", end: "9 o'clock" }] } },
      { availability: { end_repeat: "sometime", available_times: [] } },
      recurring({ weekday: "MOONDAY" }),
      recurring({ month: "0" }),
      recurring({ day: "32" }),
      { availability_range: 0 },
      { availability_range: 1000 },
      { time_buffer_before: -1 },
      { time_buffer_after: 5000 },
      { time_slot_interval: 1 },
      { allow_event_metadata: "perhaps" },
      { default_event_metadata: { attendees: "everybody" } },
      { title: "x".repeat(501) },
    ];
    for (const change of wrong) {
      const options = { headers: bearer, body: { ...least(), ...change } };
      const refused = await api.expect(400, "POST", WINDOWS, options);
      assert.equal(refused.error_code, "invalid_parameters", JSON.stringify(change));
    }
    await api.expect(404, "POST", WINDOWS, { headers: bearer, body: { ...least(), booking_calendar_id: "nothing" } });
  });

  test("an owner says who it is; `primary` is the calendar of the token's account", async () => {
    const primary = await window({ booking_calendar_id: "primary" });
    assert.notEqual(primary.booking_calendar_id, "primary");
    await ask(401, "POST", WINDOWS, least());
    await ask(401, "GET", WINDOWS);
    await ask(401, "PATCH", `${WINDOWS}/${primary.id}`, { title: "Mine" });
    await ask(401, "DELETE", `${WINDOWS}/${primary.id}`);
  });

  test("time slots: within the range, to the end without loss or doubles", async () => {
    const { id } = await window({ availability_range: 3, duration: 60, time_slot_interval: 60 });
    const all = await everySlot(id, "&page_size=7");
    assert.ok(all.length >= 71 && all.length <= 72, String(all.length));
    assert.equal(new Set(all.map(({ start }) => start)).size, all.length);
    for (const [index, { start, end }] of all.entries()) {
      assert.equal(Date.parse(end) - Date.parse(start), HOUR);
      assert.ok(Date.parse(start) > Date.now());
      if (index > 0) assert.equal(Date.parse(start), Date.parse(String(all[index - 1]?.start)) + HOUR);
    }
    assert.deepEqual(all, await everySlot(id));
    await ask(400, "GET", `${WINDOWS}/${id}/time-slots?page=bm90IGEgcGFnZQ`);
    await ask(404, "GET", `${WINDOWS}/nothing/time-slots`);
  });

  test("a meeting: booked by anybody, in the calendar, its slot gone, moved and cancelled", async () => {
    const { id } = await window({ description: "By phone", location: "Room 4", availability_range: 2 });
    const [, first, second] = (await everySlot(id)) as [Slot, Slot, Slot];
    const booked = await book(id, first, { event_metadata: { name: "Not allowed", extra_description: "Nor this" } });
    assert.match(booked.scheduled_event_id, /^[\w-]{20}$/);
    assert.equal(booked.meeting_window_id, id);
    assert.equal(booked.description, "By phone");
    assert.deepEqual([booked.start, booked.end], [first.start, first.end]);
    assert.deepEqual(
      booked.attendees.map(({ name, email }: { name: string; email: string }) => [name, email]),
      [["Lee", "lee@example.com"]],
    );
    const [event] = (await eventsFrom(first)).objects;
    assert.equal(event.id, booked.id);
    assert.deepEqual([event.name, event.location], ["Intro call", "Room 4"]);
    const path = `/meetings/events/${booked.scheduled_event_id}`;
    assert.deepEqual(await ask(200, "GET", path), booked);
    const starts = async () => (await everySlot(id)).map(({ start }) => start);
    assert.ok(!(await starts()).includes(first.start));
    assert.equal((await book(id, first, {}, 409)).error_code, "data_conflict");

    const moved = await ask(200, "PATCH", path, second);
    assert.equal(moved.start, second.start);
    assert.equal(moved.scheduled_event_id, booked.scheduled_event_id);
    assert.ok((await starts()).includes(first.start));
    assert.ok(!(await starts()).includes(second.start));
    await ask(204, "DELETE", `${path}?recaptcha_token=none`);
    await ask(404, "GET", path);
    await ask(404, "DELETE", path);
    assert.deepEqual((await eventsFrom(second)).objects, []);
    assert.ok((await starts()).includes(second.start));
  });

  test("of many who book one slot at once, one gets it", async () => {
    const { id } = await window();
    const slot = (await everySlot(id)).at(-1) as Slot;
    const body = { ...slot, targets: [{ name: "Lee", email: "lee@example.com" }] };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => api.rest("POST", `${WINDOWS}/${id}/schedule`, { headers: nobody, body })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
    assert.equal((await eventsFrom(slot)).count, 1);
  });

  test("buffers keep time free before and after", async () => {
    const { id } = await window({ time_buffer_before: 45, time_buffer_after: 30, availability_range: 10 });
    const all = await everySlot(id);
    const middle = all[Math.floor(all.length / 2)] as Slot;
    await api.expect(201, "POST", `/accounts/1/cal/calendars/${calendar}/events`, {
      body: { ...middle, name: "Taken" },
    });
    const left = new Set((await everySlot(id)).map(({ start }) => start));
    const at = (minutes: number) => new Date(Date.parse(middle.start) + minutes * 60_000).toISOString();
    // Half an hour must be free behind a meeting of half an hour, three quarters before it.
    for (const minutes of [-30, 0, 30, 60]) assert.equal(left.has(at(minutes)), false, String(minutes));
    for (const minutes of [-60, 90]) assert.equal(left.has(at(minutes)), true, String(minutes));
    await book(id, { start: at(60), end: at(90) }, {}, 409);
  });

  test("a meeting is moved by less than it lasts: its own time counts as free", async () => {
    const { id } = await window({ duration: 60, availability_range: 12 });
    const later = (time: string) => new Date(Date.parse(time) + HOUR / 2).toISOString();
    const slots = await everySlot(id);
    // Not the last one of its day.
    const slot = slots.findLast(({ start }) =>
      slots.some((one) => Date.parse(one.start) === Date.parse(later(start))),
    ) as Slot;
    const booked = await book(id, slot);
    const moved = await ask(200, "PATCH", `/meetings/events/${booked.scheduled_event_id}`, {
      start: later(slot.start),
      end: later(slot.end),
    });
    assert.equal(moved.start, later(slot.start));
  });

  test("the owner's defaults, and what the visitor may add", async () => {
    const { id } = await window({
      description: "By phone",
      allow_event_metadata: true,
      availability_range: 20,
      default_event_metadata: {
        visibility: "private",
        attendees: [{ email: "boss@example.com" }, { email: "LEE@example.com" }],
        recurrence: [{ rrule: "FREQ=DAILY" }],
      },
    });
    const slot = (await everySlot(id)).at(-20) as Slot;
    const booked = await book(id, slot, { event_metadata: { name: "Our talk", extra_description: "I am late" } });
    assert.equal(booked.description, "By phone\n\nI am late");
    const [event] = (await eventsFrom(slot)).objects;
    assert.deepEqual([event.name, event.visibility, event.recurrence_type], ["Our talk", "private", "solo"]);
    assert.deepEqual(event.attendees.map(({ email }: { email: string }) => email.toLowerCase()).sort(), [
      "boss@example.com",
      "lee@example.com",
    ]);
  });

  test("what is no slot, or names nobody, is not booked", async () => {
    const { id } = await window({ availability_range: 5 });
    const slots = await everySlot(id);
    const [slot] = slots as [Slot];
    const past = { start: "2020-01-01T00:00:00Z", end: "2020-01-01T00:30:00Z" };
    const far = { start: "2999-01-01T00:00:00Z", end: "2999-01-01T00:30:00Z" };
    const long = { start: slot.start, end: slots[5]?.end as string };
    for (const wrong of [past, far, long, { start: slot.start, end: "soon" }]) await book(id, wrong, {}, 400);
    for (const targets of [[], [{ email: "nobody" }], "Lee", undefined]) await book(id, slot, { targets }, 400);
    await book("nothing", slot, {}, 404);
  });

  test("of one window so many times an hour can be booked", async () => {
    const { id } = await window();
    const slot = { start: "2020-01-01T00:00:00Z", end: "2020-01-01T00:30:00Z" };
    for (let tries = 0; tries < 60; tries++) await book(id, slot, {}, 400);
    const refused = await api.rest("POST", `${WINDOWS}/${id}/schedule`, {
      headers: nobody,
      body: { ...slot, targets: [{ email: "lee@example.com" }] },
    });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 3000);
  });

  test("a window that is gone leaves its meetings, which cannot be moved", async () => {
    const { id } = await window({ availability_range: 25 });
    const [one, other] = (await everySlot(id)).slice(-30) as [Slot, Slot];
    const booked = await book(id, one);
    await api.expect(204, "DELETE", `${WINDOWS}/${id}`, { headers: bearer });
    const path = `/meetings/events/${booked.scheduled_event_id}`;
    await ask(200, "GET", path);
    await ask(404, "PATCH", path, other);
    await ask(204, "DELETE", path);
  });

  test("a visitor is bounded as everybody is", async () => {
    const limited = await restForTest({ restRate: 3 });
    try {
      const { id } = await limited.expect(201, "POST", WINDOWS, {
        headers: { authorization: `Bearer ${await limited.token(1)}` },
        body: { ...least(), booking_calendar_id: "primary" },
      });
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => limited.rest("GET", `${WINDOWS}/${id}`, { headers: nobody })),
      );
      assert.ok(answers.some(({ status, headers }) => status === 429 && Number(headers.get("retry-after")) > 0));
    } finally {
      await limited.closeCore();
    }
  });
});
