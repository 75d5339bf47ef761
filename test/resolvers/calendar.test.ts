import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("calendars in the graph", () => {
  let core: TestCore;
  let account: string;
  let large: string;
  before(async () => {
    core = await testCore();
    account = String((await core.connect("sandbox", { seed: "graph" })).id);
    large = String((await core.connect("sandbox", { seed: "graph", size: "large" })).id);
  });
  after(() => core.close());

  test("an agenda: calendars with the first page of what takes place in each are two calls", async () => {
    const query = `query ($id: ID!) {
      account(id: $id) {
        calendars(first: 20) {
          totalCount
          nodes {
            name primary timeZone
            events(start: "2026-08-31T00:00:00Z", end: "2026-09-07T00:00:00Z", first: 20) {
              nodes { id name start end startTimeZone allDay status recurrenceType attendees { id name email status } }
              pageInfo { hasNextPage endCursor }
            }
          }
        }
      }
    }`;
    const { data: answer, errors, calls } = await ask(core, query, { id: large });
    assert.equal(errors, undefined);
    const calendars = answer.account.calendars.nodes;
    assert.equal(calendars.length, 10);
    assert.equal(calls, 2);
    for (const { events } of calendars) {
      assert.ok(events.nodes.length > 0);
      const starts = events.nodes.map(({ start }: { start: string }) => start);
      assert.deepEqual(starts, starts.toSorted());
    }
  });

  test("events of 20 calendars are one call, and 200 events by their ids are one call", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 20; number++) {
      const made = `mutation ($id: ID!) { createCalendar(input: { account: $id, name: "C${number}" }) { calendar { id } } }`;
      ids.push((await data(core, made, { id: account })).createCalendar.calendar.id);
    }
    const aliases = (fields: string) =>
      ids.map((id, index) => `c${index}: calendar(id: "${id}") { ${fields} }`).join(" ");
    const ask_ = (fields: string) =>
      ask(core, `query ($id: ID!) { account(id: $id) { ${aliases(fields)} } }`, { id: account });
    const alone = await ask_("name");
    assert.equal(alone.calls, 1);
    const { calls, errors } = await ask_("events(first: 5) { nodes { name } }");
    assert.deepEqual([errors, calls], [undefined, 2]);

    const list = `query ($id: ID!) { account(id: $id) { calendar {
      events(start: "2026-06-01T00:00:00Z", end: "2026-12-01T00:00:00Z", first: 200) { nodes { id name } } } } }`;
    const nodes = (await data(core, list, { id: large })).account.calendar.events.nodes;
    assert.equal(nodes.length, 200);
    const many = await ask(core, `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Event { id name } } }`, {
      ids: nodes.map(({ id }: { id: string }) => id),
    });
    assert.deepEqual([many.data.nodes, many.calls], [nodes, 1]);
  });

  test("the primary calendar needs no id, and tells its own", async () => {
    const query = `query ($id: ID!) { account(id: $id) { calendar { id primary } } }`;
    const { id, primary } = (await data(core, query, { id: account })).account.calendar;
    assert.equal(primary, true);
    const again = `query ($id: ID!, $calendar: ID!) { account(id: $id) { calendar(id: $calendar) { id } } }`;
    assert.equal((await data(core, again, { id: account, calendar: id })).account.calendar.id, id);
  });

  test("without a window: from today on for a year; there is always something next", async () => {
    const query = `query ($id: ID!) { account(id: $id) { calendars { nodes { name events(first: 500) { nodes { start end } } } } } }`;
    const { nodes } = (await data(core, query, { id: account })).account.calendars;
    const today = new Date().toISOString().slice(0, 10);
    const team = nodes.find(({ name }: { name: string }) => name === "Team").events.nodes;
    assert.ok(team.length > 100);
    assert.ok(team.every(({ end }: { end: string }) => end >= today));
    assert.ok(Date.parse(team.at(-1).start) - Date.now() < 367 * 86_400_000);
  });

  test("pages by `after` are the whole, within series without end", async () => {
    const query = `query ($id: ID!, $first: Int, $after: String) { account(id: $id) { calendar {
      events(start: "2026-08-31T00:00:00Z", end: "2027-08-31T00:00:00Z", first: $first, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } } } }`;
    const page = async (first: number, after: string | null) =>
      (await data(core, query, { id: account, first, after })).account.calendar.events;
    const whole = (await page(1000, null)).nodes;
    const read: unknown[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { nodes, pageInfo } = await page(7, after);
      read.push(...nodes);
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    assert.ok(whole.length > 20);
    assert.deepEqual(read, whole);
  });

  test("ways from an instance to its calendar and its series, and from there to all instances", async () => {
    const query = `query ($id: ID!) { account(id: $id) { calendars { nodes {
      name
      events(start: "2026-08-31T00:00:00Z", end: "2026-09-08T00:00:00Z", query: "team meeting") { nodes {
        id recurrenceType
        calendar { name }
        recurringMaster { name recurrence recurringMaster { id }
          instances(start: "2026-08-31T00:00:00Z", end: "2026-09-28T00:00:00Z", first: 3) { nodes { id start } pageInfo { hasNextPage } } }
        instances(start: "2026-08-31T00:00:00Z", end: "2026-09-28T00:00:00Z") { nodes { id } }
      } }
    } } } }`;
    const { nodes } = (await data(core, query, { id: account })).account.calendars;
    const events = nodes.find(({ name }: { name: string }) => name === "Team").events.nodes;
    assert.equal(events.length, 2);
    for (const { recurrenceType, calendar, recurringMaster, instances } of events) {
      assert.deepEqual([recurrenceType, calendar.name, instances], ["RECURRING", "Team", null]);
      assert.deepEqual(recurringMaster.recurrence, ["RRULE:FREQ=WEEKLY;BYDAY=MO"]);
      assert.equal(recurringMaster.recurringMaster, null);
      assert.equal(recurringMaster.instances.nodes[0].id, events[0].id);
      assert.deepEqual(
        [recurringMaster.instances.nodes.length, recurringMaster.instances.pageInfo.hasNextPage],
        [3, true],
      );
    }
  });

  test("a deal's meeting names the deal and invites its contacts, as the CRM knows them", async () => {
    const query = `query ($id: ID!) { account(id: $id) {
      calendar { events(expand: false, first: 500) { nodes { name customProperties { key value } attendees { email } } } }
      crm { opportunities(first: 100) { nodes { name raw { id } } } contacts(first: 100) { nodes { email } } }
    } }`;
    const { calendar, crm } = (await data(core, query, { id: account })).account;
    const addresses = new Set(crm.contacts.nodes.map(({ email }: { email: string }) => email));
    for (const { name, raw } of crm.opportunities.nodes) {
      const meeting = calendar.events.nodes.find(({ customProperties }: { customProperties: { value: string }[] }) =>
        customProperties.some(({ value }) => value === raw.id),
      );
      assert.ok(meeting?.name.includes(name), `${name} has no meeting`);
      assert.ok(meeting.attendees.some(({ email }: { email: string }) => addresses.has(email)));
    }
  });

  test("an event is made, changed, answered and deleted", async () => {
    const read = `query ($id: ID!) { account(id: $id) { name calendar { id } } }`;
    const { name: address, calendar } = (await data(core, read, { id: account })).account;
    const event = `event { id name start recurrence recurrenceType attendees { email status } reminders { minutes method }
      attachments { id name url } customProperties { key value } calendar { id } }`;
    const made = await data(core, `mutation ($input: CreateEventInput!) { createEvent(input: $input) { ${event} } }`, {
      input: {
        calendar: calendar.id,
        name: "Made",
        start: "2031-03-03T09:00:00+01:00",
        end: "2031-03-03T10:00:00+01:00",
        startTimeZone: "Europe/Berlin",
        recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"],
        attendees: [{ email: address }, { email: "lee@example.com", required: false }],
        reminders: [{ minutes: 5 }],
        attachments: [{ name: "Plan", url: "https://files.example.com/plan" }],
        customProperties: [{ key: "a", value: "b" }],
      },
    });
    const { id, ...created } = made.createEvent.event;
    assert.deepEqual([created.start, created.calendar], ["2031-03-03T08:00:00.000Z", calendar]);
    const update = `mutation ($input: UpdateEventInput!) { updateEvent(input: $input) { ${event} } }`;
    const changed = await data(core, update, { input: { id, name: "Changed", reminders: null } });
    assert.deepEqual(changed.updateEvent.event, { ...created, id, name: "Changed", reminders: [] });
    const respond = `mutation ($id: ID!) { respondToEvent(input: { id: $id, status: ACCEPTED, comment: "Gladly" }) { ${event} } }`;
    const { attendees } = (await data(core, respond, { id })).respondToEvent.event;
    assert.deepEqual(
      attendees.map(({ status }: { status: string }) => status),
      ["ACCEPTED", "PENDING"],
    );
    const deletion = `mutation ($id: ID!) { delete(input: { id: $id }) { deletedId } }`;
    assert.equal((await data(core, deletion, { id })).delete.deletedId, id);
    assert.equal(codeOf(await ask(core, `query ($id: ID!) { node(id: $id) { id } }`, { id })), "not_found");
    for (const wrong of [{ end: "2031-03-03T07:00:00Z" }, { start: null }, { recurrence: ["nonsense"] }]) {
      const input = { calendar: calendar.id, start: "2031-03-03T09:00:00Z", end: "2031-03-03T10:00:00Z", ...wrong };
      const answer = await ask(
        core,
        `mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }`,
        { input },
      );
      assert.ok(answer.errors, JSON.stringify(wrong));
    }
  });

  test("a window that is none, or too long to expand, is refused", async () => {
    for (const window of [
      `start: "2031-01-01T00:00:00Z", end: "2031-01-01T00:00:00Z"`,
      `start: "2031-01-01T00:00:00Z", end: "2041-01-02T00:00:00Z"`,
      `end: "1999-01-01T00:00:00Z"`,
    ]) {
      const query = `query ($id: ID!) { account(id: $id) { calendar { name events(${window}) { nodes { id } } } } }`;
      const answer = await ask(core, query, { id: account });
      assert.equal(codeOf(answer), "invalid_parameters", window);
      assert.ok(answer.data.account.calendar.name, "the rest of the answer stands");
    }
  });

  test("an account without calendars has none", async () => {
    const id = String((await core.connect("sandbox", { apis: "storage" })).id);
    const query = `query ($id: ID!) { account(id: $id) { calendars { nodes { id } } calendar { id } } }`;
    assert.deepEqual((await data(core, query, { id })).account, { calendars: null, calendar: null });
  });
});
