import type { AccountFilter } from "./accounts.js";

/** When others may book a time in somebody's calendar. Source: the unified API, "Meetings API". */
export interface MeetingWindow extends MeetingPlan {
  id: string;
  account: number;
  /** In whose name, as the service's user. */
  user: string | null;
  /** Native id of the calendar. */
  calendar: string;
  created: string;
  modified: string;
}
/** What its owner says of it. */
export interface MeetingPlan {
  title: string;
  location: string;
  description: string;
  organizer: string;
  /** IANA. */
  timeZone: string;
  /** Minutes of a meeting, of free time before it and after it, and from one start to the next. */
  duration: number;
  bufferBefore: number;
  bufferAfter: number;
  interval: number;
  /** Days ahead that can be booked. */
  range: number;
  times: MeetingTime[];
  /** The last day on which they recur; null: there is none. */
  endRepeat: string | null;
  /** Attributes of the events that are booked, as the REST API has them; who books may add some. */
  metadata: Record<string, unknown>;
  allowMetadata: boolean;
}
/** `08:00:00`, or with a day before it: then nothing is before that day, and without `recurring` nothing after it. */
export interface MeetingTime {
  start: string;
  end: string;
  /** `*`, or what it is on with commas between: months and days by number, weekdays by three letters. */
  recurring: { month: string; day: string; weekday: string } | null;
}

/** A time that has been booked, or is about to be. */
export interface Meeting {
  id: string;
  /** The window that it was booked by, which may be gone. */
  window: string;
  account: number;
  user: string | null;
  calendar: string;
  /** Native id of the calendar's event; null while it is being made. */
  event: string | null;
  start: string;
  end: string;
  created: string;
}
export interface Meetings {
  createWindow(window: Omit<MeetingWindow, "created" | "modified">): Promise<MeetingWindow>;
  getWindow(id: string): Promise<MeetingWindow | null>;
  /** Those of the accounts that the filter lets through, oldest first, with how many there are in all. */
  windows(
    filter: AccountFilter,
    page: { offset: number; limit: number },
  ): Promise<{ items: MeetingWindow[]; total: number }>;
  countWindows(account: number): Promise<number>;
  updateWindow(
    id: string,
    change: Partial<MeetingPlan & Pick<MeetingWindow, "account" | "user" | "calendar">>,
  ): Promise<MeetingWindow | null>;
  deleteWindow(id: string): Promise<boolean>;
  /**
   * A booking that begins: null while another one, begun within the last so many seconds, is about to take some of that calendar's
   * time from `from` to `until`. Meetings of the calendar that ended before `forget` are dropped.
   */
  claim(
    meeting: Omit<Meeting, "event" | "created">,
    span: { from: string; until: string; seconds: number; forget: string },
  ): Promise<Meeting | null>;
  get(id: string): Promise<Meeting | null>;
  update(id: string, change: Partial<Pick<Meeting, "event" | "start" | "end">>): Promise<Meeting | null>;
  delete(id: string): Promise<boolean>;
}
