import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { ApiError, toApiError } from "../../../errors.js";
import {
  type CalendarDraft,
  type CalendarOperations,
  type Context,
  type EventDraft,
  PRIMARY,
} from "../../connector.js";
import { fromCursor, toCursor } from "../../families/cursors.js";
import { attachmentBytes, attachmentsOf } from "../../families/icalendar/attachments.js";
import { busy } from "../../families/icalendar/busy.js";
import { writeCalendar } from "../../families/icalendar/calendar.js";
import { recurs } from "../../families/icalendar/read.js";
import { cancelInstance, removeEvent, respond, writeEvent } from "../../families/icalendar/write.js";
import type { AtPlace } from "../at.js";
import { explain } from "../errors.js";
import type { Place } from "../root.js";
import { change, create, remove } from "./change.js";
import { fromNative, toNative } from "./ids.js";
import { type Entry, entryOf, instancesIn, pageIn } from "./lists.js";
import { toCalendar, toEvent, toWritten } from "./map.js";
import { find, primaryOf, type Sheet, Sheets } from "./sheets.js";

const PAGE = { calendars: 100, events: 1_000 };
/** Instances that one calendar may have in a window of free and busy time. */
const INSTANCES = 20_000;
const PROD_ID = "-//Unigraph//Unigraph//EN";

/** `.ics` files of accounts' folders as calendars. */
export const calendar = (at: AtPlace): CalendarOperations => {
  const sheets = new Sheets();

  const readOne = async (place: Place, native: string): Promise<Entry> => {
    const { file, uid, instance } = fromNative(native);
    return entryOf(readable(await sheets.read(place, file)), uid, instance);
  };
  const calendarAt = async (context: Context, place: Place, id: string) => {
    const sheet = await sheets.read(place, id);
    return toCalendar(context, sheet.id, sheet, sheet.id === (await primaryOf(place)));
  };
  const several = <Result>(keys: readonly string[], read: (key: string) => Promise<Result>) =>
    Promise.all(keys.map((key) => read(key).catch((error: unknown) => toApiError(explain(error)))));
  /** Changes the text that holds an event, and gives the event as it then is. */
  const edit = async (
    context: Context,
    place: Place,
    native: string,
    how: (text: string, writing: { uid: string; recurrenceId?: string }) => string,
  ) => {
    const { series, original } = await readOne(place, native);
    const { file, instance } = fromNative(native);
    const recurrenceId = original === null || instance === null ? {} : { recurrenceId: instance };
    await change(place, file, (text) => how(text, { uid: series.uid, ...recurrenceId }));
    return toEvent(context, await readOne(place, native));
  };

  return {
    everywhere: true,
    calendars: {
      traits: { pageSize: PAGE.calendars, getMany: PAGE.calendars },
      list: at(async (context, place, { cursor, limit }) => {
        const all = await find(place, context.signal);
        const after =
          cursor === null ? null : fromCursor<{ after: string }>(cursor, (it) => typeof it.after === "string");
        const left = after === null ? all : all.slice(all.indexOf(after.after) + 1);
        const ids = left.slice(0, Math.min(limit, PAGE.calendars));
        const items = [];
        for (const id of ids) items.push(toCalendar(context, id, await sheets.readable(place, id), id === all[0]));
        return { items, next: left.length > ids.length ? toCursor({ after: ids.at(-1) }) : null };
      }),
      get: at(calendarAt),
      getMany: at((context, place, ids) => several(ids, (id) => calendarAt(context, place, id))),
      create: at(async (context, place, draft: CalendarDraft) => {
        if (!draft.name) throw new ApiError("invalid_parameters", "A calendar needs a `name`.");
        return calendarAt(
          context,
          place,
          await create(place, draft.name, writeCalendar(null, described(draft), PROD_ID)),
        );
      }),
      update: at(async (context, place, id, draft: CalendarDraft) => {
        const sheet = readable(await sheets.read(place, id));
        await change(place, sheet.id, (text) => writeCalendar(text, described(draft), PROD_ID));
        return calendarAt(context, place, sheet.id);
      }),
      delete: at(async (_context, place, id) => remove(place, (await sheets.read(place, id)).id)),
    },

    events: {
      traits: { pageSize: PAGE.events, getMany: 200 },
      list: at(async (context, place, query) => {
        const { calendar, start, end } = query;
        if (start !== undefined && end !== undefined && Date.parse(start) >= Date.parse(end))
          throw new ApiError("invalid_parameters", "A window ends after it starts.");
        if (query.expand && end === undefined)
          throw new ApiError("invalid_parameters", "A window is needed to expand series.");
        const asked =
          calendar === undefined
            ? await sheets.readAll(place, context.signal)
            : [readable(await sheets.read(place, calendar))];
        const { items, next } = pageIn(asked, query, { ...query, limit: Math.min(query.limit, PAGE.events) });
        return { items: items.map((entry) => toEvent(context, entry)), next };
      }),
      get: at(async (context, place, id) => toEvent(context, await readOne(place, id))),
      getMany: at((context, place, ids) => several(ids, async (id) => toEvent(context, await readOne(place, id)))),
      create: at(async (context, place, draft: EventDraft) => {
        const sheet = readable(await sheets.read(place, draft.calendar ?? PRIMARY));
        const uid = randomUUID();
        const written = toWritten(draft);
        const email = addressOf(context);
        const organizer = draft.attendees?.length && email !== null ? { organizer: { email } } : {};
        await change(place, sheet.id, (text) => writeEvent(text, { ...written, ...organizer }, { uid, ...now() }));
        return toEvent(context, await readOne(place, toNative({ file: sheet.id, uid, instance: null })));
      }),
      update: at((context, place, id, draft: EventDraft) => {
        const written = toWritten(draft);
        return edit(context, place, id, (text, event) => writeEvent(text, written, { ...event, ...now() }));
      }),
      delete: at(async (_context, place, id) => {
        const { series, original } = await readOne(place, id);
        const { file, instance } = fromNative(id);
        const event = { uid: series.uid, ...now() };
        await change(place, file, (text) => {
          const rest = original === null || instance === null ? null : cancelInstance(text, instance, event);
          return rest ?? removeEvent(text, event);
        });
      }),
    },

    instances: at(async (context, place, master, { start, end, ...paging }) => {
      const { sheet, series, event, original } = await readOne(place, master);
      if (original !== null || !recurs(event)) throw new ApiError("invalid_parameters", "Only a series has instances.");
      const limit = Math.min(paging.limit, PAGE.events);
      const { items, next } = instancesIn(sheet, series, { start, end }, { ...paging, limit });
      return { items: items.map((entry) => toEvent(context, entry)), next };
    }),

    respond: at(async (context, place, id, { status }) => {
      const email = addressOf(context);
      if (email === null)
        throw new ApiError("invalid_parameters", "This account was connected without the address that is invited.");
      if (status === "UNCONFIRMED")
        throw new ApiError("invalid_parameters", "An answer is PENDING, ACCEPTED, DECLINED or TENTATIVE.");
      return edit(context, place, id, (text, event) => respond(text, { email, status }, { ...event, ...now() }));
    }),

    busy: at((context, place, calendars, window) =>
      several(calendars, async (id) => {
        const { series } = readable(await sheets.read(place, id));
        const email = addressOf(context);
        const { intervals, truncated } = busy([...series.values()], window, { email, limit: INSTANCES });
        if (truncated) throw new ApiError("request_failed", "More takes place there than can be looked at.");
        const [from, until] = [Date.parse(window.start), Date.parse(window.end)];
        return intervals.map(({ start, end }) => ({
          start: Date.parse(start) < from ? window.start : start,
          end: Date.parse(end) > until ? window.end : end,
        }));
      }),
    ),

    attachment: at(async (_context, place, id, attachment) => {
      const { event, sheet } = await readOne(place, id);
      const index = Number(attachment.split("\n").at(-1) || Number.NaN);
      const described = attachmentsOf(event.component)[index];
      const bytes = described ? attachmentBytes(event.component, index) : null;
      if (!described || !bytes) throw new ApiError("not_found", "There is no such attachment.");
      return {
        body: Readable.from([bytes], { objectMode: false }),
        length: bytes.length,
        size: bytes.length,
        mimeType: described.mimeType,
        etag: null,
        modified: sheet.modified,
      };
    }),
  };
};

/** By which invitations name the account's own person, where it was said when the account was connected. */
const addressOf = ({ settings: { email } }: Context): string | null => (typeof email === "string" ? email : null);

const now = () => ({ now: new Date().toISOString(), prodId: PROD_ID });

/** Throws for a file that holds no calendar: nothing is known of it, and nothing is written to it. */
const readable = (sheet: Sheet): Sheet => {
  if (sheet.calendar) return sheet;
  throw new ApiError("bad_gateway", "The file holds no iCalendar text that can be read.");
};

const described = ({ name, description, location, timeZone, raw }: CalendarDraft) => {
  if (location != null || raw !== undefined)
    throw new ApiError("not_implemented", "An .ics file has neither a location nor fields of its own.");
  if (name !== undefined && !name) throw new ApiError("invalid_parameters", "A calendar needs a `name`.");
  return { name, description, timeZone };
};
