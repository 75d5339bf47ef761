import { z } from "zod";
import { namedZone } from "../../families/icalendar/zones.js";
import { busyIn } from "./calendar/busy.js";
import { Events } from "./calendar/events.js";
import { CALENDAR, CONTENT, type EventBody, writableCalendar, writableEvent } from "./calendar/kinds.js";
import type { EventPage } from "./calendar/lists.js";
import { sowCalendar } from "./calendar/seed.js";
import { type Call, parse, type Reply, type Route, readJson, route, type Service } from "./http.js";
import { invalid, notFound } from "./refusal.js";
import {
  collectionRoutes,
  flagged,
  idsBody,
  LARGEST_LISTED_PAGE,
  listsBody,
  orError,
  paging,
} from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import { Shelf, type Thing } from "./shelf/shelf.js";

const moment = z.iso.datetime({ offset: true });
const beginsFirst = ({ start, end }: { start?: string | undefined; end?: string | undefined }): boolean =>
  start === undefined || end === undefined || Date.parse(start) < Date.parse(end);
const ENDS_FIRST = { message: "the end must lie after the start", path: ["end"] };

/** `?calendar_id=…&start=…&end=…&expand=true&participant=…&q=…` */
const eventsAsked = z
  .strictObject({
    calendar_id: z.string().optional(),
    start: moment.optional(),
    end: moment.optional(),
    expand: flagged.default(false),
    participant: z.string().optional(),
    q: z.string().trim().min(1).max(500).optional(),
  })
  .refine(beginsFirst, ENDS_FIRST)
  .refine(({ expand, end }) => !expand || end !== undefined, { message: "an expanded list needs one", path: ["end"] });
const windowAsked = z.object({ start: moment, end: moment }).refine(beginsFirst, ENDS_FIRST);
const busyBody = z
  .strictObject({ calendars: z.array(z.string()).min(1).max(100), start: moment, end: moment })
  .refine(beginsFirst, ENDS_FIRST);
const answerBody = z.strictObject({
  status: z.enum(["pending", "accepted", "declined", "tentative"]),
  comment: z.string().max(10_000).nullish(),
});

/** Calendars and what takes place. */
export const calendarRoutes = (service: Service): Route[] => {
  const eventsOf = (call: Call): Events => new Events(service, call);
  const { database } = service;

  const page = (events: Events, asked: z.output<typeof eventsAsked>, paging: { cursor?: string; limit: number }) => {
    const { calendar_id, q, expand, ...window } = asked;
    const calendar = calendar_id === undefined ? undefined : events.calendarId(calendar_id);
    if (calendar !== undefined) events.calendars.get(calendar);
    const question = { ...window, calendar, words: q };
    return tellPage(expand ? events.lists.expanded(question, paging) : events.lists.unexpanded(question, paging));
  };
  const list = (call: Call): Reply => {
    const { cursor: _, limit: __, ...query } = call.query;
    const { cursor, limit } = parse(paging, call.query);
    return { json: page(eventsOf(call), parse(eventsAsked, query), { limit, ...(cursor ? { cursor } : {}) }) };
  };
  const lists = async (call: Call): Promise<Reply> => {
    const { queries, limit } = await readJson(listsBody, call.request);
    const events = eventsOf(call);
    const first = { limit: Math.min(limit, LARGEST_LISTED_PAGE) };
    return { json: { results: queries.map((query) => orError(() => page(events, parse(eventsAsked, query), first))) } };
  };
  const several = async (call: Call): Promise<Reply> => {
    const { ids } = await readJson(idsBody, call.request);
    const events = eventsOf(call);
    return { json: { results: ids.map((id) => orError(() => tell(events.get(id)))) } };
  };
  const instances = (call: Call): Reply => {
    const events = eventsOf(call);
    const series = events.get(idOf(call));
    if (series.body.recurrence.length === 0) throw invalid("This event is no series.");
    const { cursor, limit } = parse(paging, call.query);
    const window = parse(windowAsked, call.query);
    return { json: tellPage(events.lists.instances(series, window, { limit, ...(cursor ? { cursor } : {}) })) };
  };

  const create = async (call: Call): Promise<Reply> => {
    const given = await readJson(writableEvent, call.request);
    return { status: 201, json: tell(database.transaction(() => eventsOf(call).create(given))) };
  };
  const update = async (call: Call): Promise<Reply> => {
    const given = await readJson(writableEvent, call.request);
    return { json: tell(database.transaction(() => eventsOf(call).update(idOf(call), given))) };
  };
  const remove = (call: Call): Reply => {
    database.transaction(() => eventsOf(call).remove(idOf(call)));
    return { status: 204 };
  };
  const respond = async (call: Call): Promise<Reply> => {
    const { status, comment = null } = await readJson(answerBody, call.request);
    return { json: tell(database.transaction(() => eventsOf(call).respond(idOf(call), status, comment))) };
  };

  const busy = async (call: Call): Promise<Reply> => {
    const { calendars, ...window } = await readJson(busyBody, call.request);
    const events = eventsOf(call);
    const results = calendars.map((id) => orError(() => ({ busy: busyIn(events, events.calendarId(id), window) })));
    return { json: { results } };
  };

  const content = (call: Call): Reply => {
    const { body } = eventsOf(call).get(idOf(call));
    const attachment = body.attachments.find(({ id, url }) => id === call.parameters.attachment && url === null);
    if (!attachment) throw notFound("attachment");
    const bytes = Buffer.from(new Shelf(service, call, CONTENT).get(attachment.id).body.base64, "base64");
    const headers = {
      "content-type": attachment.mime_type ?? "application/octet-stream",
      "content-length": String(bytes.length),
    };
    return { headers, body: bytes };
  };

  const removeCalendar = (call: Call): Reply => {
    const events = eventsOf(call);
    database.transaction(() => events.removeCalendar(events.calendarId(idOf(call))));
    return { status: 204 };
  };

  return sown(service, "calendar", sowCalendar, [
    route("DELETE /calendar/calendars/:id", removeCalendar),
    ...collectionRoutes(service, {
      path: "/calendar/calendars",
      kind: CALENDAR,
      writable: writableCalendar,
      asked: z.strictObject({}).transform(() => ({})),
      named: (call, id) => eventsOf(call).calendarId(id),
      complete(_, given) {
        if (given.name === undefined) throw invalid("name: must be given.");
        const { name } = given;
        return { description: null, location: null, time_zone: null, ...given, name, primary: false };
      },
      check(_, { time_zone }) {
        if (time_zone !== null && !namedZone(time_zone)) throw invalid(`"${time_zone.slice(0, 60)}" is no time zone.`);
      },
    }),
    route("GET /calendar/events", list),
    route("POST /calendar/events/batch", several),
    route("POST /calendar/events/lists", lists),
    route("POST /calendar/events", create),
    route("GET /calendar/events/:id", (call) => ({ json: tell(eventsOf(call).get(idOf(call))) })),
    route("PATCH /calendar/events/:id", update),
    route("DELETE /calendar/events/:id", remove),
    route("GET /calendar/events/:id/instances", instances),
    route("POST /calendar/events/:id/respond", respond),
    route("GET /calendar/events/:id/attachments/:attachment", content),
    route("POST /calendar/busy", busy),
  ]);
};

const idOf = ({ parameters }: Call): string => parameters.id as string;

const tell = ({ id, body, created_at, modified_at }: Thing<EventBody>): object => ({
  id,
  kind: body.series_id !== null ? "instance" : body.recurrence.length > 0 ? "series" : "single",
  ...body,
  created_at,
  modified_at,
});

const tellPage = ({ things, cursor }: EventPage) => ({ entries: things.map(tell), cursor, total: null });
