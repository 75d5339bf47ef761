import { escapeXml } from "../xml.js";

/** Namespace of RFC 4791; an element is known by it and its local name, written together. */
export const CALDAV = "urn:ietf:params:xml:ns:caldav";

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';
const SPACES = `xmlns="DAV:" xmlns:C="${CALDAV}"`;

/** Where an address leads to (RFC 5397, 3; RFC 4791, 6.2.1; RFC 6638, 2.2.1 and 2.4.1). */
export const WHERE = `${HEAD}<propfind ${SPACES}><prop><current-user-principal/><principal-URL/><resourcetype/><C:calendar-home-set/><C:calendar-user-address-set/><C:schedule-inbox-URL/><C:schedule-outbox-URL/></prop></propfind>`;

/** RFC 4791, 5.2; RFC 6578, 4. */
export const CALENDARS = `${HEAD}<propfind ${SPACES}><prop><displayname/><resourcetype/><sync-token/><current-user-privilege-set/><C:calendar-description/><C:calendar-timezone/><C:supported-calendar-component-set/></prop></propfind>`;

/** RFC 6638, 9.2. */
export const DEFAULT = `${HEAD}<propfind ${SPACES}><prop><C:schedule-default-calendar-URL/></prop></propfind>`;

const WANTED = "<prop><getetag/><C:calendar-data/></prop>";

/** RFC 4791, 7.9. */
export const multiget = (hrefs: readonly string[]): string =>
  `${HEAD}<C:calendar-multiget ${SPACES}>${WANTED}${hrefs.map((href) => `<href>${escapeXml(href)}</href>`).join("")}</C:calendar-multiget>`;

/**
 * RFC 4791, 7.8: all events; those that the server finds in a window; or those that recur. The time range stands first, as the RFC's
 * grammar wants it.
 */
export const query = ({ start, end }: { start?: string; end?: string }, property?: string): string => {
  const bounds = `${start ? ` start="${start}"` : ""}${end ? ` end="${end}"` : ""}`;
  const range = bounds === "" ? "" : `<C:time-range${bounds}/>`;
  const having = property === undefined ? "" : `<C:prop-filter name="${property}"/>`;
  const events =
    range + having === ""
      ? '<C:comp-filter name="VEVENT"/>'
      : `<C:comp-filter name="VEVENT">${range}${having}</C:comp-filter>`;
  return `${HEAD}<C:calendar-query ${SPACES}>${WANTED}<C:filter><C:comp-filter name="VCALENDAR">${events}</C:comp-filter></C:filter></C:calendar-query>`;
};

/** RFC 6578, 3.2. */
export const sync = (token: string | null): string =>
  `${HEAD}<sync-collection xmlns="DAV:"><sync-token>${escapeXml(token ?? "")}</sync-token><sync-level>1</sync-level><prop><getetag/><getlastmodified/><getcontenttype/></prop></sync-collection>`;

/** Properties of a calendar to write; null removes one. */
export type Properties = readonly (readonly [name: string, value: string | null])[];

const written = (properties: Properties): string =>
  properties.map(([name, value]) => `<${name}>${escapeXml(value ?? "")}</${name}>`).join("");

/** RFC 4791, 5.3.1. */
export const mkcalendar = (properties: Properties): string =>
  `${HEAD}<C:mkcalendar ${SPACES}><set><prop>${written(properties)}<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set></prop></set></C:mkcalendar>`;

/** RFC 4918, 14.19. */
export const propertyupdate = (properties: Properties): string => {
  const part = (name: string, some: Properties) =>
    some.length === 0 ? "" : `<${name}><prop>${written(some)}</prop></${name}>`;
  const set = properties.filter(([, value]) => value !== null);
  const removed = properties.filter(([, value]) => value === null);
  return `${HEAD}<propertyupdate ${SPACES}>${part("set", set)}${part("remove", removed)}</propertyupdate>`;
};
