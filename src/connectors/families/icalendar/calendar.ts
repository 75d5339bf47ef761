import { ApiError, type ErrorCode } from "../../../errors.js";
import { setText } from "./edit.js";
import { parseStream, printStream } from "./lines.js";
import { emptyCalendar } from "./resource.js";
import { namedZone } from "./zones.js";

/** What to write of a calendar. Absent: stays as it is. Null: removed. */
interface CalendarHead {
  name?: string | undefined;
  description?: string | null | undefined;
  /** IANA or Windows name. */
  timeZone?: string | null | undefined;
}

/** A new text, or the same text with another head: in the properties that calendars have come to write (`X-WR-…`). */
export const writeCalendar = (
  existing: string | null,
  { name, description, timeZone }: CalendarHead,
  prodId: string,
  code: ErrorCode = "bad_gateway",
): string => {
  if (timeZone != null && !namedZone(timeZone))
    throw new ApiError("invalid_parameters", `"${timeZone.slice(0, 60)}" is no time zone.`);
  const stream = existing === null ? [emptyCalendar(prodId)] : parseStream(existing, code);
  const calendars = stream.filter(({ name }) => name === "VCALENDAR");
  if (calendars.length === 0) throw new ApiError(code, "The text holds no iCalendar object.");
  for (const [place, calendar] of calendars.entries()) {
    const isFirst = place === 0;
    if (isFirst && name !== undefined) setText(calendar, "X-WR-CALNAME", name);
    if (isFirst && description !== undefined) setText(calendar, "X-WR-CALDESC", description);
    if (isFirst && timeZone !== undefined) setText(calendar, "X-WR-TIMEZONE", timeZone);
    // RFC 7986; where it is said in both ways, the other one would be read when the first is removed.
    if (description === null) setText(calendar, "DESCRIPTION", null);
  }
  return printStream(stream);
};
