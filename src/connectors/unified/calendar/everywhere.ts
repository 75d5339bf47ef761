import { z } from "zod";
import type { Event } from "../../../../schema/calendar/event.js";
import { ApiError } from "../../../errors.js";
import type { Page, Paging } from "../../connector.js";

/** Where a calendar's own list goes on: its cursor, and how many events of that page have been told. */
const position = z.object({ id: z.string(), cursor: z.string().nullable(), told: z.number().int().nonnegative() });
type Position = z.output<typeof position>;

/** The lists of several calendars as one, in the order of (start, id). Each page asks every calendar that has more. */
export const everywhere = async (
  calendars: () => Promise<readonly string[]>,
  list: (calendar: string, paging: Paging) => Promise<Page<Event>>,
  { cursor, limit }: Paging,
): Promise<Page<Event>> => {
  const { size, positions } = cursor === null ? begin(await calendars(), limit) : readCursor(cursor);
  const pages = await Promise.all(positions.map(({ id, cursor: at }) => list(id, { cursor: at, limit: size })));
  const lines = positions.map((at, index) => new Line(at, pages[index] as Page<Event>));
  const items: Event[] = [];
  while (items.length < limit) {
    // Behind the end of a page that is not the last may come what belongs before all others.
    if (lines.some((line) => line.isUnknown)) break;
    const [first] = lines
      .filter(({ head }) => head)
      .sort((one, other) => inOrder(one.head as Event, other.head as Event));
    if (!first) break;
    items.push(first.take());
  }
  const rest = lines.flatMap((line) => line.rest ?? []);
  return { items, next: rest.length === 0 ? null : JSON.stringify({ size, positions: rest }) };
};

class Line {
  #told: number;
  constructor(
    readonly at: Position,
    readonly page: Page<Event>,
  ) {
    this.#told = at.told;
  }
  get head(): Event | undefined {
    return this.page.items[this.#told];
  }
  get isUnknown(): boolean {
    return !this.head && this.page.next !== null;
  }
  take(): Event {
    const event = this.head as Event;
    this.#told++;
    return event;
  }
  get rest(): Position | null {
    if (this.head) return { ...this.at, told: this.#told };
    return this.page.next === null ? null : { ...this.at, cursor: this.page.next, told: 0 };
  }
}

const begin = (calendars: readonly string[], size: number) => ({
  size,
  positions: calendars.map((id): Position => ({ id, cursor: null, told: 0 })),
});

/** All pages are asked for at the first one's size, so that a half told page is the same again. */
const resumed = z.object({ size: z.number().int().min(1).max(1000), positions: z.array(position).min(1) });
const readCursor = (cursor: string): z.output<typeof resumed> => {
  try {
    return resumed.parse(JSON.parse(cursor));
  } catch {
    throw new ApiError("invalid_parameters", "The cursor is none of this list.");
  }
};

const inOrder = (one: Event, other: Event): number =>
  Date.parse(one.start) - Date.parse(other.start) || (one.id.native < other.id.native ? -1 : 1);
