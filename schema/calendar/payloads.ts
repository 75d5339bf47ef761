import { payloadOf } from "../common/payloadOf.js";
import { Calendar } from "./calendar.js";
import { Event } from "./event.js";

export const CalendarPayload = payloadOf("Calendar", "calendar", () => Calendar);
export const EventPayload = payloadOf("Event", "event", () => Event);
