import { ApiError } from "../../../errors.js";
import type { EventDraft } from "./draft.js";
import { remove, setLines, setText } from "./edit.js";
import { checkRecurrence } from "./expandRule.js";
import { type Component, lines } from "./lines.js";
import type { AttendeeStatus } from "./people.js";
import { readEvent } from "./read.js";
import { Resource, type Writing } from "./resource.js";
import { lineOf, momentProperty } from "./values.js";
import { setAttachments, setCustom, setRecurrence, setReminders } from "./writeParts.js";
import { setAnswer, setAttendees, setOrganizer } from "./writePeople.js";
import { moveNames, setTimes } from "./writeTimes.js";

/**
 * The text with the event written into it: a new text where there is none, else the same text with what the draft names changed and
 * every other line, parameter, alarm and component byte for byte as it was (breaks of lines apart). A UID that the text does not
 * hold is added to it. With `recurrenceId`, that one instance is changed. Throws `invalid_parameters` for a draft that is
 * no event, `not_found` for an instance that is none.
 */
export const writeEvent = (
  existing: string | null,
  draft: EventDraft,
  writing: Writing & { recurrenceId?: string | undefined },
): string => {
  const resource = new Resource(existing, writing);
  const event = writing.recurrenceId === undefined ? resource.master : resource.instance(writing.recurrenceId);
  if (!event && resource.overrides.length > 0)
    throw new ApiError("not_found", "Only single instances of this series are here, not the series.");
  const component = event?.component ?? resource.add();
  if (writing.recurrenceId !== undefined && draft.recurrence?.length)
    throw new ApiError("invalid_parameters", "One instance of a series has no recurrence of its own.");
  const start = setTimes(component, event, draft);
  if (event && event.recurrenceId === null) {
    for (const name of ["EXDATE", "RDATE"]) moveNames(component, name, event.start, start, resource.zoneOf);
    for (const override of resource.overrides)
      moveNames(override.component, "RECURRENCE-ID", event.start, start, resource.zoneOf);
  }
  if (draft.recurrence !== undefined && writing.recurrenceId === undefined) {
    const recurrence = draft.recurrence ?? [];
    checkRecurrence(recurrence, start.isDate);
    setRecurrence(component, recurrence);
    const orphans = recurrence.length === 0 ? resource.overrides : [];
    remove(
      resource.calendar,
      orphans.map((each) => each.component),
    );
  }
  setFields(component, draft, resource);
  resource.stamp(component, event === null);
  return resource.print();
};

const setFields = (component: Component, draft: EventDraft, resource: Resource): void => {
  const text = (name: string, value: string | null | undefined): void => {
    if (value !== undefined) setText(component, name, value);
  };
  text("SUMMARY", draft.name);
  text("DESCRIPTION", draft.description);
  text("LOCATION", draft.location);
  text("STATUS", draft.status);
  text("CLASS", draft.visibility === null ? null : draft.visibility?.toUpperCase());
  text(
    "TRANSP",
    typeof draft.transparent === "boolean" ? (draft.transparent ? "TRANSPARENT" : "OPAQUE") : draft.transparent,
  );
  if (draft.organizer !== undefined) setOrganizer(component, draft.organizer);
  if (draft.attendees !== undefined) setAttendees(component, draft.attendees ?? []);
  if (draft.attachments !== undefined) setAttachments(component, draft.attachments ?? []);
  if (draft.customProperties) setCustom(component, draft.customProperties);
  const event = draft.reminders === undefined ? null : readEvent(component, resource.zoneOf);
  if (event) setReminders(event, draft.reminders ?? []);
};

/**
 * An attendee's answer: PARTSTAT and nothing else, in the event and all its overrides, or with `recurrenceId` for one instance.
 * Throws `invalid_parameters` where nobody has the address.
 */
export const respond = (
  existing: string,
  answer: { email: string; status: AttendeeStatus },
  writing: Writing & { recurrenceId?: string | undefined },
): string => {
  const resource = new Resource(existing, writing);
  const events =
    writing.recurrenceId === undefined
      ? [...(resource.master ? [resource.master] : []), ...resource.overrides]
      : [resource.instance(writing.recurrenceId)];
  const answered = events.map(({ component }) => setAnswer(component, answer.email, answer.status));
  if (!answered.includes(true))
    throw new ApiError("invalid_parameters", "Nobody of this address is invited to the event.");
  return resource.print();
};

/** Takes one instance out of its series (EXDATE). Null when nothing of the series is left. */
export const cancelInstance = (existing: string, recurrenceId: string, writing: Writing): string | null => {
  const resource = new Resource(existing, writing);
  const instance = resource.instance(recurrenceId);
  remove(resource.calendar, [instance.component]);
  const { master } = resource;
  if (!master) return resource.overrides.length > 1 ? resource.print() : null;
  const named = { ...master.start, wall: resource.wallOf(recurrenceId) };
  setLines(master.component, "EXDATE", [...lines(master.component, "EXDATE"), lineOf(momentProperty("EXDATE", named))]);
  resource.stamp(master.component, false);
  return resource.print();
};

/** The text without an event and all its instances. Throws `not_found`. */
export const removeEvent = (existing: string, writing: Writing): string => {
  const resource = new Resource(existing, writing);
  const events = [...(resource.master ? [resource.master] : []), ...resource.overrides];
  if (events.length === 0) throw new ApiError("not_found", "There is no such event.");
  remove(
    resource.calendar,
    events.map(({ component }) => component),
  );
  return resource.print();
};
