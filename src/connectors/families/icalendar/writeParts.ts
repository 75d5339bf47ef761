import ICAL from "ical.js";
import { ApiError } from "../../../errors.js";
import { attachmentsOf } from "./attachments.js";
import type { AttachmentDraft, EventDraft } from "./draft.js";
import { checkToken, remove, setLines, setText, textLine } from "./edit.js";
import { type Component, components, lines } from "./lines.js";
import { personOf } from "./people.js";
import type { CalendarEvent } from "./read.js";
import { linesComponent, RECURRENCE, recurrenceLines } from "./recurrence.js";
import { type EventReminder, reminderOf } from "./reminders.js";
import { lineOf, textOf } from "./values.js";
import { setParameter } from "./writePeople.js";

export const setRecurrence = (component: Component, recurrence: readonly string[]): void => {
  const was = recurrenceLines(component);
  if (was.length === recurrence.length && was.every((line) => recurrence.includes(line))) return;
  const written = linesComponent(recurrence).items;
  for (const name of RECURRENCE)
    setLines(
      component,
      name,
      written.flatMap((line) => (!("items" in line) && line.name === name ? [line] : [])),
    );
};

/** Alarms that say what is wanted stay as they are; those that the model does not know stay anyway. */
export const setReminders = (event: CalendarEvent, reminders: readonly EventReminder[]): void => {
  const { component } = event;
  const wanted = [...reminders];
  const gone = components(component, "VALARM").filter((alarm) => {
    const reminder = reminderOf(alarm, event);
    if (!reminder) return false;
    const place = wanted.findIndex(({ minutes, method }) => minutes === reminder.minutes && method === reminder.method);
    if (place >= 0) wanted.splice(place, 1);
    return place < 0;
  });
  remove(component, gone);
  for (const reminder of wanted) component.items.push(alarmOf(component, reminder));
};

/** RFC 5545, 3.6.6: what each action must have. */
const alarmOf = (component: Component, { minutes, method }: EventReminder): Component => {
  if (!Number.isSafeInteger(minutes) || Math.abs(minutes) > 10_000_000)
    throw new ApiError("invalid_parameters", "A reminder's minutes are a whole number.");
  const text = textOf(component, "SUMMARY") || "Reminder";
  const items = [
    textLine("ACTION", method === "email" ? "EMAIL" : "DISPLAY"),
    { name: "TRIGGER", raw: `TRIGGER:${minutes >= 0 ? "-" : ""}PT${Math.abs(minutes)}M` },
    textLine("DESCRIPTION", text),
  ];
  if (method === "email") {
    items.push(textLine("SUMMARY", text));
    const to = personOf(component, "ORGANIZER")?.email;
    if (to) items.push({ name: "ATTENDEE", raw: `ATTENDEE:mailto:${to}` });
  }
  return { name: "VALARM", items };
};

export const setAttachments = (component: Component, attachments: readonly AttachmentDraft[]): void => {
  const written = lines(component, "ATTACH");
  const old = attachmentsOf(component).map((attachment, index) => ({ ...attachment, line: written[index] }));
  const inline = old.flatMap(({ inline, line }) => (inline && line ? [line] : []));
  const linked = attachments.map((draft) => {
    const same = old.find(({ url, name, mimeType }) => {
      const named = draft.name === undefined || draft.name === name;
      return url === draft.url && named && (draft.mimeType === undefined || draft.mimeType === mimeType);
    });
    return same?.line ?? attachmentLine(draft);
  });
  setLines(component, "ATTACH", [...inline, ...linked]);
};

const attachmentLine = ({ url, name, mimeType }: AttachmentDraft) => {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new ApiError("invalid_parameters", "An attachment is an address in the web (http, https).");
  const property = new ICAL.Property("attach");
  property.setValue(checkToken(url, "An address"));
  setParameter(property, "fmttype", mimeType);
  setParameter(property, "filename", name);
  return lineOf(property);
};

export const setCustom = (component: Component, changes: NonNullable<EventDraft["customProperties"]>): void => {
  for (const { key, value } of changes) {
    if (!/^X-[A-Z0-9-]{1,60}$/i.test(key))
      throw new ApiError(
        "invalid_parameters",
        "A custom property's key begins with `X-`; letters, digits and hyphens follow.",
      );
    setText(component, key.toUpperCase(), value);
  }
};
