import { ApiError } from "../../../errors.js";
import { components, parseStream, printStream } from "./lines.js";
import { timezoneComponent } from "./timezoneText.js";
import { textOf } from "./values.js";
import { namedZone } from "./zones.js";

/** A VCALENDAR with nothing but the VTIMEZONE of a zone, as CalDAV keeps the zone of a calendar. Throws `invalid_parameters`. */
export const timezoneText = (timeZone: string, year = new Date().getUTCFullYear()): string => {
  const zone = namedZone(timeZone);
  if (!zone) throw new ApiError("invalid_parameters", `"${timeZone.slice(0, 60)}" is no time zone.`);
  const items = [
    { name: "VERSION", raw: "VERSION:2.0" },
    { name: "PRODID", raw: "PRODID:-//Unigraph//Unigraph//EN" },
    timezoneComponent(zone.name ?? "UTC", zone, year),
  ];
  return printStream([{ name: "VCALENDAR", items }]);
};

/** The IANA name of the zone that a text holds; null where there is none, or only the text knows it. */
export const ianaZoneIn = (text: string | null): string | null => {
  if (text === null) return null;
  try {
    for (const calendar of parseStream(text, "bad_gateway"))
      for (const zone of components(calendar, "VTIMEZONE"))
        for (const name of ["TZID", "X-LIC-LOCATION"]) {
          const tzid = textOf(zone, name);
          const known = tzid === null ? null : namedZone(tzid);
          if (known) return known.name ?? "UTC";
        }
  } catch {
    // whatever it is, it names no zone
  }
  return null;
};
