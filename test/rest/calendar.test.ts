import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connectSandbox, everyObject, type RestServing, restForTest } from "./support.js";

const CALENDARS = "/accounts/1/cal/calendars";
const day = (date: string) => `start=${date}T00:00:00Z&end=${date}T23:59:59Z`;

describe("REST: calendars and events", () => {
  let api: RestServing;
  /** A calendar of its own, so that nothing else takes place in it. */
  let calendar: { id: string; href: string };
  let events: string;
  before(async () => {
    api = await restForTest();
    calendar = await api.expect(201, "POST", CALENDARS, { body: { name: "Trips", timezone: "US/Pacific" } });
    events = `${CALENDARS}/${calendar.id}/events`;
  });
  after(() => api.closeCore());

  const make = (body: object) => api.expect(201, "POST", events, { body });
  const meeting = { name: "Review", start: "2031-03-03T10:00:00+01:00", end: "2031-03-03T11:00:00+01:00" };

  test("calendars: made, read, changed, listed and deleted", async () => {
    const made = await api.expect(201, "POST", CALENDARS, { body: { name: "Plans", location: "Berlin" } });
    assert.deepEqual(await api.expect(200, "GET", `${CALENDARS}/${made.id}`), made);
    assert.equal(made.href, `${api.url}/v1${CALENDARS}/${made.id}`);
    assert.equal(made.account_id, "1");
    assert.equal(made.api, "calendar");
    const changed = await api.expect(200, "PATCH", `${CALENDARS}/${made.id}`, {
      body: { timezone: "Asia/Tokyo", location: null, account_id: "1" },
    });
    assert.equal(changed.timezone, "Asia/Tokyo");
    assert.equal(changed.location, null);
    assert.ok((await everyObject(api, `${CALENDARS}?page_size=1`)).some(({ id }) => id === made.id));
    await api.expect(204, "DELETE", `${CALENDARS}/${made.id}`);
    await api.expect(404, "GET", `${CALENDARS}/${made.id}`);
  });

  test("every attribute of the reference is there", async () => {
    const [calendar] = (await api.expect(200, "GET", CALENDARS)).objects;
    assert.deepEqual(Object.keys(calendar).sort(), [
      ...["account_id", "api", "created", "description", "href", "id", "location", "modified", "name", "primary"],
      ...["timezone", "type"],
    ]);
    const event = await make(meeting);
    assert.deepEqual(Object.keys(event).sort(), [
      ...["account_id", "all_day", "api", "attachments", "attendees", "calendar_id", "created", "creator"],
      ...["custom_properties", "description", "end", "end_time_zone", "href", "id", "location", "modified", "name"],
      ...["organizer", "owner", "recurrence", "recurrence_type", "recurring_master_id", "reminder", "reminders"],
      ...["start", "start_time_zone", "status", "transparent", "type", "use_default_reminder", "visibility"],
    ]);
  });

  test("a calendar needs a name, and a time zone that exists", async () => {
    const nameless = await api.expect(400, "POST", CALENDARS, { body: {} });
    assert.equal(nameless.error_code, "invalid_parameters");
    await api.expect(400, "POST", CALENDARS, { body: { name: "Nowhere", timezone: "Mars/Olympus" } });
  });

  test("`primary` stands for a calendar's id, and the answer has the real one", async () => {
    const primary = await api.expect(200, "GET", `${CALENDARS}/primary`);
    assert.equal(primary.primary, true);
    assert.notEqual(primary.id, "primary");
    const made = await api.expect(201, "POST", `${CALENDARS}/primary/events`, { body: meeting });
    assert.equal(made.calendar_id, primary.id);
    await api.expect(204, "DELETE", `${CALENDARS}/primary/events/${made.id}`);
  });

  test("an event: every attribute that can be written is read back", async () => {
    const body = {
      ...meeting,
      description: "Bring mock-ups",
      location: "Room 4",
      start_time_zone: "Europe/Berlin",
      end_time_zone: "Europe/Berlin",
      status: "tentative",
      visibility: "private",
      transparent: true,
      attendees: [{ name: "Lee", email: "lee@example.com", required: false }],
      attachments: [{ name: "mock.pdf", mime_type: "application/pdf", file_url: "https://files.example.com/mock.pdf" }],
      reminders: [{ minutes: 10, method: "popup" }],
      custom_properties: [{ key: "crm_id", value: "o1", private: true }],
    };
    const made = await make(body);
    assert.deepEqual(await api.expect(200, "GET", `${events}/${made.id}`), made);
    assert.equal(made.start, "2031-03-03T09:00:00.000Z");
    assert.equal(made.account_id, "1");
    assert.equal(made.calendar_id, calendar.id);
    assert.equal(made.recurrence_type, "solo");
    assert.deepEqual(made.recurrence, []);
    assert.equal(made.recurring_master_id, null);
    assert.equal(made.reminder, 10);
    assert.deepEqual(made.reminders, [{ minutes: 10, method: "popup" }]);
    assert.equal(made.status, "tentative");
    assert.equal(made.transparent, true);
    const [attendee] = made.attendees;
    assert.deepEqual(
      { ...attendee, id: null },
      { id: null, name: "Lee", email: "lee@example.com", status: "pending", required: false, resource: false },
    );
    assert.equal(made.attachments[0].file_url, "https://files.example.com/mock.pdf");
    assert.deepEqual(made.custom_properties, [{ key: "crm_id", value: "o1", private: null }]);
    for (const name of ["creator", "owner", "organizer"]) assert.ok("email" in made[name], name);
  });

  test("what was read can be sent back", async () => {
    const made = await make({ ...meeting, attendees: [{ email: "lee@example.com" }] });
    const { modified: _, ...before } = made;
    const { modified: __, ...after } = await api.expect(200, "PATCH", `${events}/${made.id}`, { body: made });
    assert.deepEqual(after, before);
  });

  test("`reminder` is the older form of `reminders`, and null clears it", async () => {
    const made = await make({ ...meeting, reminder: "15" });
    assert.deepEqual(made.reminders, [{ minutes: 15, method: null }]);
    const cleared = await api.expect(200, "PATCH", `${events}/${made.id}`, { body: { reminder: null } });
    assert.equal(cleared.reminder, null);
    assert.deepEqual(cleared.reminders, []);
  });

  test("a whole day is the date that was written", async () => {
    const made = await make({ all_day: true, start: "2031-04-01", end: "2031-04-02T00:00:00+09:00" });
    assert.equal(made.start, "2031-04-01T00:00:00.000Z");
    assert.equal(made.end, "2031-04-02T00:00:00.000Z");
  });

  test("raw in is laid over the others, raw out shows the service's own object", async () => {
    const made = await make({ ...meeting, raw: { object: { title: "As the service says" } } });
    assert.equal(made.name, "As the service says");
    assert.equal("raw" in made, false);
    const shown = await api.expect(200, "GET", `${events}/${made.id}`, { headers: { "x-kloudless-raw-data": "true" } });
    assert.equal(shown.raw.object.title, "As the service says");
    assert.equal(shown.raw_id, shown.raw.id);
  });

  for (const missing of ["start", "end"])
    test(`a new event without ${missing} is refused`, async () => {
      const { [missing]: _, ...rest } = meeting as Record<string, string>;
      const refused = await api.expect(400, "POST", events, { body: rest });
      assert.equal(refused.error_code, "invalid_parameters");
      assert.match(refused.message, new RegExp(missing));
    });

  test("a series: its instances by default, its master without expanding, one instance changed alone", async () => {
    const master = await make({
      name: "Stand-up",
      start: "2032-01-05T09:00:00Z",
      end: "2032-01-05T09:15:00Z",
      recurrence: [{ rrule: "RRULE:FREQ=DAILY;COUNT=5" }],
    });
    assert.equal(master.recurrence_type, "recurring_master");
    assert.deepEqual(master.recurrence, [{ rrule: "RRULE:FREQ=DAILY;COUNT=5" }]);
    const window = "start=2032-01-01T00:00:00Z&end=2032-02-01T00:00:00Z";
    const expanded = await everyObject(api, `${events}?${window}&page_size=2`);
    assert.equal(expanded.length, 5);
    for (const one of expanded) {
      assert.equal(one.recurrence_type, "recurring");
      assert.equal(one.recurring_master_id, master.id);
    }
    const masters = await everyObject(api, `${events}?${window}&expand_recurring=False`);
    assert.deepEqual(
      masters.map(({ id }) => id),
      [master.id],
    );
    const instances = await everyObject(api, `${events}/${master.id}/instances?${window}&page_size=2`);
    assert.deepEqual(
      instances.map(({ id }) => id),
      expanded.map(({ id }) => id),
    );
    const [first] = expanded;
    await api.expect(200, "PATCH", `${events}/${first?.id}`, { body: { name: "Long stand-up" } });
    const names = (await everyObject(api, `${events}?${window}`)).map(({ name }) => name);
    assert.deepEqual(names, ["Long stand-up", "Stand-up", "Stand-up", "Stand-up", "Stand-up"]);
    await api.expect(400, "GET", `${events}/${first?.id}/instances?${window}`);
    await api.expect(204, "DELETE", `${events}/${master.id}`);
    assert.deepEqual(await everyObject(api, `${events}?${window}`), []);
  });

  test("without `end` what is still to come is not listed, page after page until the same moment", async () => {
    const quiet = await api.expect(201, "POST", CALENDARS, { body: { name: "Past and future" } });
    const path = `${CALENDARS}/${quiet.id}/events`;
    const now = Date.now();
    const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
    for (const hours of [-6, -4, -2, 48])
      await api.expect(201, "POST", path, { body: { name: `${hours}`, start: at(hours), end: at(hours + 1) } });
    const names = (await everyObject(api, `${path}?page_size=1`)).map(({ name }) => name);
    assert.deepEqual(names, ["-6", "-4", "-2"]);
    assert.equal((await everyObject(api, `${path}?end=${at(72)}`)).length, 4);
    assert.equal((await everyObject(api, `${path}?start=${at(-3)}`)).length, 1);
    await api.expect(400, "GET", `${path}?page=bm90IGEgcGFnZQ`);
  });

  test("events by who takes part", async () => {
    const times = { start: "2033-06-01T10:00:00Z", end: "2033-06-01T11:00:00Z" };
    const made = await make({ name: "Together", ...times, attendees: [{ email: "lee@partner.example" }] });
    await make({ name: "Alone", ...times });
    const found = await everyObject(api, `${events}?${day("2033-06-01")}&participant=Lee@Partner.example`);
    assert.deepEqual(
      found.map(({ id }) => id),
      [made.id],
    );
  });

  test("events by words, and by when they were changed", async () => {
    const made = await make({ name: "Zeppelin", start: "2033-05-01T10:00:00Z", end: "2033-05-01T11:00:00Z" });
    await make({ name: "Balloon", start: "2033-05-01T10:00:00Z", end: "2033-05-01T11:00:00Z" });
    const found = await everyObject(api, `${events}?${day("2033-05-01")}&q=zeppelin`);
    assert.deepEqual(
      found.map(({ id }) => id),
      [made.id],
    );
    assert.equal((await everyObject(api, `${events}?${day("2033-05-01")}&modified_since=${made.modified}`)).length, 2);
    const later = "2099-01-01T00:00:00Z";
    assert.deepEqual(await everyObject(api, `${events}?${day("2033-05-01")}&modified_since=${later}`), []);
  });

  test("a window that ends before it starts is refused", async () => {
    for (const query of ["start=2031-01-02&end=2031-01-01", "start=2099-01-01", "start=yesterday"]) {
      const refused = await api.expect(400, "GET", `${events}?${query}`);
      assert.equal(refused.error_code, "invalid_parameters");
    }
  });

  test("an invitation is answered", async () => {
    const invited = (await everyObject(api, `${CALENDARS}/primary/events?end=2100-01-01&page_size=1000`)).find(
      ({ attendees }) => (attendees as { email: string }[]).some(({ email }) => email === "kofi.ito@sandbox.invalid"),
    ) as { id: string };
    const path = `${CALENDARS}/primary/events/${invited.id}/rsvp`;
    const answered = await api.expect(200, "POST", path, { body: { status: "declined", comment: "Not there." } });
    const own = answered.attendees.find(({ email }: { email: string }) => email === "kofi.ito@sandbox.invalid");
    assert.equal(own.status, "declined");
    await api.expect(400, "POST", path, { body: { status: "perhaps" } });
  });

  test("ids that name nothing here are not found", async () => {
    const [foreign] = (await api.expect(200, "GET", `/accounts/${await connectSandbox(api)}/cal/calendars`)).objects;
    const [folder] = (await api.expect(200, "GET", "/accounts/1/email/folders")).objects;
    await api.expect(404, "GET", `${CALENDARS}/${foreign.id}`);
    await api.expect(404, "GET", `${CALENDARS}/${foreign.id}/events`);
    await api.expect(404, "POST", `${CALENDARS}/${foreign.id}/events`, { body: meeting });
    await api.expect(404, "GET", `${events}/nothing`);
    await api.expect(404, "DELETE", `${events}/nothing`);
    await api.expect(404, "POST", `${events}/nothing/rsvp`, { body: { status: "accepted" } });
    await api.expect(404, "GET", `${CALENDARS}/${folder.id}`);
  });
});

describe("REST: availability", () => {
  let api: RestServing;
  let calendars: string[];
  before(async () => {
    api = await restForTest();
    calendars = [];
    for (const account of [1, 2]) {
      const path = `/accounts/${account}/cal/calendars`;
      const { id } = await api.expect(201, "POST", path, { body: { name: `Of ${account}` } });
      calendars.push(id);
      const start = account === 1 ? "2031-05-20T09:00:00Z" : "2031-05-20T11:00:00Z";
      const end = account === 1 ? "2031-05-20T10:00:00Z" : "2031-05-20T12:00:00Z";
      await api.expect(201, "POST", `${path}/${id}/events`, { body: { name: "Taken", start, end } });
    }
  });
  after(() => api.closeCore());

  const ask = (accounts: string, body: object, status = 200) =>
    api.expect(status, "POST", `/accounts/${accounts}/cal/availability`, { body });
  const constraints = { time_windows: [{ start: "2031-05-20T15:00:00+07:00", end: "2031-05-20T20:00:00+07:00" }] };

  test("when all of the calendars of several accounts are free, in UTC", async () => {
    assert.deepEqual(await ask("1,2", { calendars, meeting_duration: "PT1H", constraints }), {
      api: "calendar",
      type: "availability",
      time_windows: [
        { start: "2031-05-20T08:00:00.000Z", end: "2031-05-20T09:00:00.000Z" },
        { start: "2031-05-20T10:00:00.000Z", end: "2031-05-20T11:00:00.000Z" },
        { start: "2031-05-20T12:00:00.000Z", end: "2031-05-20T13:00:00.000Z" },
      ],
    });
    const long = await ask("1,2", { calendars, meeting_duration: "PT2H", constraints });
    assert.deepEqual(long.time_windows, []);
  });

  test("one account's calendars, and its primary one by default", async () => {
    const own = await ask("1", { calendars: [calendars[0]], meeting_duration: "PT3H", constraints });
    assert.deepEqual(own.time_windows, [{ start: "2031-05-20T10:00:00.000Z", end: "2031-05-20T13:00:00.000Z" }]);
    const byDefault = await ask("1", { meeting_duration: "PT30M", constraints });
    assert.deepEqual(byDefault, await ask("1", { calendars: ["primary"], meeting_duration: "PT30M", constraints }));
  });

  test("what cannot be answered is refused", async () => {
    await ask("1", { calendars, meeting_duration: "PT1H", constraints }, 404);
    for (const body of [
      { constraints },
      { meeting_duration: "an hour", constraints },
      { meeting_duration: "PT1H" },
      { meeting_duration: "PT1H", constraints: { time_windows: [] } },
    ])
      assert.equal((await ask("1", body, 400)).error_code, "invalid_parameters");
  });
});
