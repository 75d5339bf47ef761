import type { Component } from "./lines.js";
import { type Property, parameterOf, properties } from "./values.js";

export interface EventPerson {
  id: null;
  name: string | null;
  email: string | null;
}

export type AttendeeStatus = "PENDING" | "ACCEPTED" | "DECLINED" | "TENTATIVE" | "UNCONFIRMED";

export interface EventAttendee extends EventPerson {
  /** `UNCONFIRMED` is what iCalendar says and the unified model has no word for: delegated. */
  status: AttendeeStatus;
  required: boolean;
  /** A room or a thing. */
  resource: boolean;
}

export const PARTSTAT: Readonly<Record<AttendeeStatus, string>> = {
  PENDING: "NEEDS-ACTION",
  ACCEPTED: "ACCEPTED",
  DECLINED: "DECLINED",
  TENTATIVE: "TENTATIVE",
  UNCONFIRMED: "DELEGATED",
};

export const personOf = (component: Component, name: string): EventPerson | null => {
  const property = properties(component, name)[0];
  return property ? toPerson(property) : null;
};

export const attendeesOf = (component: Component): EventAttendee[] => properties(component, "ATTENDEE").map(toAttendee);

/** Missing parameters have the defaults of RFC 5545, 3.2. */
export const toAttendee = (property: Property): EventAttendee => {
  const status = parameterOf(property, "partstat")?.toUpperCase() ?? "NEEDS-ACTION";
  const role = parameterOf(property, "role")?.toUpperCase() ?? "REQ-PARTICIPANT";
  const kind = parameterOf(property, "cutype")?.toUpperCase();
  const [known] = (Object.keys(PARTSTAT) as AttendeeStatus[]).filter((each) => PARTSTAT[each] === status);
  return {
    ...toPerson(property),
    status: known ?? "UNCONFIRMED",
    required: role === "REQ-PARTICIPANT" || role === "CHAIR",
    resource: kind === "RESOURCE" || kind === "ROOM",
  };
};

const toPerson = (property: Property): EventPerson => ({
  id: null,
  name: parameterOf(property, "cn"),
  email: emailOf(property),
});

/** The address of `mailto:`; where a server writes its own path instead (iCloud), the EMAIL parameter (RFC 7986). */
const emailOf = (property: Property): string | null => {
  const value: unknown = property.toJSON()[3];
  const [, address] = (typeof value === "string" && /^\s*mailto:(.+)$/i.exec(value)) || [];
  const written = address === undefined ? null : decoded(address.trim());
  return written ?? parameterOf(property, "email");
};

const decoded = (address: string): string => {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
};

/** Addresses are compared without regard to case, as calendars do. */
export const sameAddress = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one.trim().toLowerCase() === other.trim().toLowerCase();
