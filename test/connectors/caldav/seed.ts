import type { Recipe } from "../../servers/server.js";
import { layoutOf, type OnServer, send } from "./account.js";

/** Calendars and events that another client has made. */
export const seed = async ({ server }: OnServer, recipe: Recipe): Promise<void> => {
  const { home, first } = layoutOf(recipe);
  for (const [path, name] of Object.entries(first === null ? { calendar: "Calendar", ...OTHERS } : OTHERS)) {
    const named = `<set xmlns="DAV:"><prop><displayname>${name}</displayname></prop></set>`;
    const body = `<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav">${named}</C:mkcalendar>`;
    await send(server, "MKCALENDAR", `${home}${path}/`, body);
  }
  for (const [name, lines] of Object.entries(EVENTS))
    await send(server, "PUT", `${home}${first ?? "calendar"}/${name}.ics`, textOf(name, lines), "text/calendar");
};

const OTHERS = { family: "Family", work: "Work" };

export const textOf = (uid: string, lines: readonly string[]): string =>
  [
    ...[
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Suite//EN",
      "BEGIN:VEVENT",
      `UID:${uid}`,
      "DTSTAMP:20260101T000000Z",
    ],
    ...lines,
    ...["END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");

const EVENTS = {
  once: ["SUMMARY:Once", "DTSTART:20260902T090000Z", "DTEND:20260902T100000Z"],
  day: ["SUMMARY:A day", "DTSTART;VALUE=DATE:20260903", "DTEND;VALUE=DATE:20260904"],
  daily: ["SUMMARY:Daily", "DTSTART:20260801T070000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY"],
  attached: [
    "SUMMARY:With a file",
    "DTSTART:20260904T090000Z",
    "DTEND:20260904T100000Z",
    `ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:${Buffer.from("hello, file").toString("base64")}`,
    "ATTACH:https://files.suite.example/elsewhere",
  ],
};
