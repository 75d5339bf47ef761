import type { Component } from "./lines.js";
import { components } from "./lines.js";
import type { CalendarEvent } from "./read.js";
import { endOf, instantOf, lengthOf, momentsOf, parameterOf, properties, textOf } from "./values.js";
import { DAY, MINUTE, UTC } from "./zones.js";

export interface EventReminder {
  /** Before the start; negative: after it. */
  minutes: number;
  method: "popup" | "email";
}

export const remindersOf = (event: CalendarEvent): EventReminder[] =>
  components(event.component, "VALARM").flatMap((alarm) => reminderOf(alarm, event) ?? []);

/** Null for an alarm that the model does not know: another action, no trigger that can be read. A sound is a pop-up. */
export const reminderOf = (alarm: Component, { start, length }: CalendarEvent): EventReminder | null => {
  const action = textOf(alarm, "ACTION")?.trim().toUpperCase();
  const method = action === "EMAIL" ? "email" : action === "DISPLAY" || action === "AUDIO" ? "popup" : null;
  const trigger = properties(alarm, "TRIGGER")[0];
  if (!method || !trigger) return null;
  const begin = instantOf(start);
  const relative = lengthOf(trigger.toJSON()[3]);
  if (relative) {
    const fromEnd = parameterOf(trigger, "related")?.toUpperCase() === "END" ? endOf(start, length) - begin : 0;
    return { minutes: rounded(-(fromEnd + relative.days * DAY + relative.milliseconds) / MINUTE), method };
  }
  const absolute = momentsOf(trigger, () => UTC)[0];
  return absolute ? { minutes: rounded((begin - instantOf(absolute)) / MINUTE), method } : null;
};

/** Never a negative zero. */
const rounded = (minutes: number): number => Math.round(minutes) + 0;
