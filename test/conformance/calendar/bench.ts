import type { Event } from "../../../schema/calendar/event.js";
import type { CalendarOperations, EventDraft, EventQuery } from "../../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import type { Unified } from "../../../src/unified/category.js";
import type { Case, OpenedCategory } from "../collection.js";
import { everyItem } from "../storage/bench.js";

export interface OpenedCalendar extends OpenedCategory {
  /** The address by which the account's own person is invited. Absent: it has none, and cannot answer. */
  address?: string;
}

export type CalendarCases = (check: Case, bench: Bench) => void;

/** Short words for what the cases do all the time. All of it happens in 2031, where no account has anything of its own. */
export class Bench {
  #count = 0;
  constructor(private readonly opened: () => OpenedCalendar) {}

  get account(): ConnectedAccount {
    return this.opened().account;
  }
  get api(): Unified<CalendarOperations> {
    return this.account.apis(false).calendar;
  }
  get address(): string | undefined {
    return this.opened().address;
  }

  /** What a case takes, for `Case`. */
  takes(...operations: (keyof Operations)[]): () => [string, boolean][] {
    return () => operations.map((name) => [`calendar.${name}`, this.#has()[name]]);
  }

  #has(): Operations {
    const { api } = this;
    return {
      list: api.events.can("list"),
      get: api.events.can("get") || api.events.can("getMany"),
      create: api.events.can("create"),
      update: api.events.can("update"),
      delete: api.events.can("delete"),
      calendars: api.calendars.can("list"),
      instances: api.can("instances"),
      busy: api.can("busy"),
      attachment: api.can("attachment"),
      respond: api.can("respond") && this.address !== undefined,
    };
  }

  /** A calendar of its own for a case, or the primary one where none can be made. */
  async calendar(): Promise<string> {
    if (!this.api.calendars.can("create")) return "primary";
    return (await this.api.calendars.create({ name: `Suite ${++this.#count}` })).id.native;
  }

  event(calendar: string, name: string, draft: EventDraft): Promise<Event> {
    return this.api.events.create({ calendar, name, ...draft });
  }

  /** All that overlaps the window, page by page. */
  list(calendar: string, [start, end]: Window, query: Partial<EventQuery> = {}, limit = 100): Promise<Event[]> {
    const asked: EventQuery = { calendar, start, end, expand: true, ...query };
    return everyItem(limit, (paging) => this.api.events.list({ ...asked, ...paging }));
  }
}

interface Operations {
  list: boolean;
  get: boolean;
  create: boolean;
  update: boolean;
  delete: boolean;
  calendars: boolean;
  instances: boolean;
  busy: boolean;
  attachment: boolean;
  respond: boolean;
}

export type Window = readonly [start: string, end: string];
export const YEAR: Window = ["2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z"];

/** An hour in a zone, from a moment in UTC. */
export const hour = (start: string, timeZone: string | null = null, more: EventDraft = {}): EventDraft => ({
  start,
  end: new Date(Date.parse(start) + 3_600_000).toISOString(),
  startTimeZone: timeZone,
  endTimeZone: timeZone,
  ...more,
});

/** Moments in one spelling. */
export const iso = (moment: string): string => new Date(moment).toISOString();
export const startsOf = (events: readonly Event[]): string[] => events.map(({ start }) => iso(start));
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
