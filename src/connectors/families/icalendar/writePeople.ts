import ICAL from "ical.js";
import { ApiError } from "../../../errors.js";
import type { AttendeeDraft } from "./draft.js";
import { checkToken, setLines } from "./edit.js";
import { type Component, lines } from "./lines.js";
import { PARTSTAT, personOf, sameAddress, toAttendee } from "./people.js";
import { cleanText, lineOf, type Property, propertyOf } from "./values.js";

/** Puts an attendee's answer into every line with the address. False where there is none. */
export const setAnswer = (component: Component, email: string, status: keyof typeof PARTSTAT): boolean => {
  let found = false;
  const written = lines(component, "ATTENDEE").map((line) => {
    const property = propertyOf(line);
    if (!property || !sameAddress(toAttendee(property).email, email)) return line;
    found = true;
    if (toAttendee(property).status === status) return line;
    property.setParameter("partstat", PARTSTAT[status]);
    return lineOf(property);
  });
  if (found) setLines(component, "ATTENDEE", written);
  return found;
};

export const setOrganizer = (
  component: Component,
  organizer: { name?: string | null | undefined; email: string } | null,
): void => {
  if (organizer === null) {
    setLines(component, "ORGANIZER", []);
    return;
  }
  const [line] = lines(component, "ORGANIZER");
  const old = personOf(component, "ORGANIZER");
  const kept = line && sameAddress(old?.email ?? null, organizer.email) ? propertyOf(line) : null;
  if (line && kept && (organizer.name === undefined || organizer.name === old?.name)) return;
  const property = kept ?? address("ORGANIZER", organizer.email);
  setParameter(property, "cn", organizer.name);
  setLines(component, "ORGANIZER", [lineOf(property)]);
};

export const setAttendees = (component: Component, attendees: readonly AttendeeDraft[]): void => {
  const old = lines(component, "ATTENDEE");
  const written = attendees.map((draft) => {
    const line = old.find((each) => {
      const property = propertyOf(each);
      return property !== null && sameAddress(toAttendee(property).email, draft.email);
    });
    const kept = line ? propertyOf(line) : null;
    const property = kept ?? address("ATTENDEE", draft.email);
    const changed = change(property, draft, kept === null);
    return line && !changed ? line : lineOf(property);
  });
  setLines(component, "ATTENDEE", written);
};

/** Whether anything had to be changed. */
const change = (property: Property, draft: AttendeeDraft, isNew: boolean): boolean => {
  const was = toAttendee(property);
  let changed = isNew;
  const set = (name: string, value: string | null | undefined): void => {
    setParameter(property, name, value);
    changed = true;
  };
  if (draft.name !== undefined && draft.name !== was.name) set("cn", draft.name);
  if (draft.resource !== undefined && draft.resource !== was.resource)
    set("cutype", draft.resource ? "RESOURCE" : null);
  if (draft.required !== undefined && (draft.required ?? true) !== was.required)
    set("role", draft.required === false ? "OPT-PARTICIPANT" : "REQ-PARTICIPANT");
  if (draft.status !== undefined && (draft.status ?? "PENDING") !== was.status)
    set("partstat", PARTSTAT[draft.status ?? "PENDING"]);
  if (isNew && property.getFirstParameter("partstat") === undefined) {
    set("partstat", PARTSTAT.PENDING);
    set("rsvp", "TRUE");
  }
  return changed;
};

export const address = (name: string, email: string): Property => {
  if (!/^[^@]+@[^@]+$/.test(email))
    throw new ApiError("invalid_parameters", `"${email.slice(0, 80)}" is no mail address.`);
  const property = new ICAL.Property(name.toLowerCase());
  property.setValue(`mailto:${checkToken(email, "A mail address").replaceAll("%", "%25")}`);
  return property;
};

export const setParameter = (property: Property, name: string, value: string | null | undefined): void => {
  if (value === undefined) return;
  if (value === null || value === "") property.removeParameter(name);
  else property.setParameter(name, cleanText(value));
};
