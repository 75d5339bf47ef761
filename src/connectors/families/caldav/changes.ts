import { ApiError } from "../../../errors.js";
import type { Change, Context, EventsOperations } from "../../connector.js";
import { type Answer, answersOf, textOf } from "../dav/multistatus.js";
import { child, parseXml } from "../xml.js";
import { sync } from "./bodies.js";
import { type Listed, listed } from "./calendars.js";
import { badCursor, ofCursor, toCursor } from "./cursors.js";
import { calendarPath, eventId } from "./ids.js";
import { KNOWN, Known } from "./known.js";
import { nameIn, report } from "./requests.js";

/** Per calendar: its token, and what it held; null where that is too much to remember. */
type Place = Readonly<Record<string, readonly [token: string, known: string | null]>>;

interface State {
  token: string;
  known: Known | null;
}

/** What a calendar's server answers to a token that it does not know (any more); RFC 6578, 3.2, says 403 or 409. */
const REFUSALS = [400, 403, 409, 410, 412];
/** Answers of one calendar to one question, where its server tells only so much at once. */
const ANSWERS = 50;

export const events: EventsOperations = {
  /**
   * One request tells which calendars have changed, each of these costs one more. What is new and what has only changed is told
   * apart by what the cursor remembers; beyond 5,000 events in all, the rest is told as changed.
   */
  async changes(context, cursor) {
    // Maps, for the server names the calendars.
    const before = cursor === null ? null : new Map(Object.entries(ofCursor(cursor, isPlace)));
    const calendars = (await listed(context)).filter(hasToken);
    const after = new Map<string, State>();
    const changes: Change[] = [];
    let more = false;
    const now = new Date().toISOString();
    const read = async (calendar: Tokened): Promise<void> => {
      const place = before?.get(calendar.id);
      const [token = null, remembered = ""] = place ?? [];
      const known = remembered === null ? null : Known.from(remembered);
      if (token === calendar.syncToken) {
        after.set(calendar.id, { token, known });
        return;
      }
      const answer = await differences(context, calendar.id, token);
      more ||= answer.isCut;
      if (before && !place) changes.push(changeOf("ADD", "calendar", calendar.id, now));
      const found = answer.items.flatMap((item) => toChange(calendar.id, item, known, now) ?? []);
      if (before) changes.push(...found);
      after.set(calendar.id, { token: answer.token ?? calendar.syncToken, known });
    };
    await Promise.all(calendars.map(read));
    const ids = new Set(calendars.map(({ id }) => id));
    for (const id of before?.keys() ?? []) if (!ids.has(id)) changes.push(changeOf("DELETE", "calendar", id, now));
    changes.sort((one, other) => (one.occurred < other.occurred ? -1 : one.occurred > other.occurred ? 1 : 0));
    return { changes, next: toCursor(placeOf(after)), more: more && before !== null };
  },
};

type Tokened = Listed & { syncToken: string };

const hasToken = (calendar: Listed): calendar is Tokened => {
  if (calendar.syncToken === null)
    throw new ApiError("not_implemented", "The server does not tell what changed in its calendars (RFC 6578).");
  return true;
};

interface Difference {
  name: string;
  isGone: boolean;
  modified: string | null;
}

interface Differences {
  items: Difference[];
  token: string | null;
  /** There is more than this. */
  isCut: boolean;
}

/** Since a token; without one, all that is there. */
const differences = async (context: Context, calendar: string, since: string | null): Promise<Differences> => {
  const items: Difference[] = [];
  let token = since;
  for (let answers = 1; ; answers++) {
    const next = await difference(context, calendar, token);
    items.push(...next.items);
    const isStuck = next.token === null || next.token === token;
    if (!next.isCut || isStuck || answers === ANSWERS) return { ...next, items };
    token = next.token;
  }
};

const difference = async (context: Context, calendar: string, token: string | null): Promise<Differences> => {
  const path = calendarPath(context, calendar);
  const text = await report(context, path, { body: sync(token), depth: "0", refused: REFUSALS });
  if (text === null)
    throw token === null
      ? new ApiError("not_implemented", "The server does not tell what changed in its calendars (RFC 6578).")
      : badCursor();
  const root = parseXml(text);
  const answers = answersOf(root);
  return {
    items: answers.flatMap((answer) => toDifference(path, answer) ?? []),
    token: child(root, "DAV:sync-token")?.text.trim() || null,
    // The answer for the calendar itself (RFC 6578, 3.6).
    isCut: answers.some(({ status }) => status === 507),
  };
};

const toDifference = (path: string, answer: Answer): Difference | null => {
  const name = nameIn(path, answer);
  if (name === null) return null;
  // `text/calendar; component=vtodo`: a task is no event (RFC 5545, 8.1).
  const component = /component="?([a-z]+)/i.exec(textOf(answer.properties, "DAV:getcontenttype") ?? "")?.[1];
  if (component !== undefined && component.toUpperCase() !== "VEVENT") return null;
  const modified = Date.parse(textOf(answer.properties, "DAV:getlastmodified") ?? "");
  return {
    name,
    isGone: answer.status === 404,
    modified: Number.isNaN(modified) ? null : new Date(modified).toISOString(),
  };
};

/** Null for what came and went between two questions. */
const toChange = (
  calendar: string,
  { name, isGone, modified }: Difference,
  known: Known | null,
  now: string,
): Change | null => {
  const id = eventId({ calendar, name, recurrenceId: null });
  const wasThere = known?.has(name) ?? true;
  if (isGone) {
    known?.delete(name);
    return wasThere ? changeOf("DELETE", "event", id, now) : null;
  }
  known?.add(name);
  return changeOf(wasThere ? "UPDATE" : "ADD", "event", id, modified ?? now);
};

const changeOf = (kind: Change["kind"], type: string, id: string, occurred: string): Change => ({
  kind,
  api: "calendar",
  type,
  id,
  occurred,
});

/** The smallest calendars are remembered first. */
const placeOf = (after: ReadonlyMap<string, State>): Place => {
  let left = KNOWN;
  const bySize = [...after].sort(([, one], [, other]) => (one.known?.size ?? 0) - (other.known?.size ?? 0));
  return Object.fromEntries(
    bySize.map(([id, { token, known }]) => {
      left -= known?.size ?? 0;
      return [id, [token, known && left >= 0 ? known.toString() : null] as const];
    }),
  );
};

const isPlace = (value: unknown): value is Place =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(
    (each) =>
      Array.isArray(each) &&
      each.length === 2 &&
      typeof each[0] === "string" &&
      (each[1] === null || typeof each[1] === "string"),
  );
