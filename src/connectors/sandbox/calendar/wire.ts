/** What the calendars of the sandbox say; only the fields that are read. */
export interface WireCalendar {
  id: string;
  name: string;
  description: string | null;
  location: string | null;
  time_zone: string | null;
  primary: boolean;
  created_at: string;
  modified_at: string;
}

export interface WirePerson {
  /** Of a colleague alone. */
  id: string | null;
  name: string | null;
  email: string;
}

export interface WireEvent {
  id: string;
  kind: "single" | "series" | "instance";
  calendar_id: string;
  title: string | null;
  description: string | null;
  location: string | null;
  start: string;
  end: string;
  start_time_zone: string | null;
  end_time_zone: string | null;
  all_day: boolean;
  status: "confirmed" | "tentative" | "cancelled";
  visibility: string | null;
  transparent: boolean;
  creator: WirePerson | null;
  organizer: WirePerson | null;
  attendees: (WirePerson & {
    status: "pending" | "accepted" | "declined" | "tentative";
    required: boolean;
    resource: boolean;
  })[];
  attachments: {
    id: string;
    name: string | null;
    mime_type: string | null;
    size: number | null;
    /** Null for what the service keeps itself. */
    url: string | null;
  }[];
  reminders: { minutes: number; method: string | null }[];
  use_default_reminder: boolean;
  recurrence: string[];
  properties: { key: string; value: string }[];
  series_id: string | null;
  created_at: string;
  modified_at: string;
}

export interface WireBusy {
  busy: { start: string; end: string }[];
}
