import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { INVITED } from "../../servers/radicale.js";
import type { Server } from "../../servers/server.js";

/** A client that we did not write: python3-caldav. */
export const foreignPackage = {
  packages: { "python3-caldav": "/usr/lib/python3/dist-packages/caldav/davclient.py" },
};

const SCRIPT = `
import json, sys, caldav
asked = json.load(sys.stdin)
client = caldav.DAVClient(url=asked["url"], username=asked["username"], password=asked["password"])
calendar = caldav.Calendar(client=client, url=asked["url"])
if "add" in asked:
    calendar.add_event(asked["add"])
told = []
for event in calendar.events():
    component = event.vobject_instance.vevent
    location = getattr(component, "location", None)
    told.append({"summary": component.summary.value, "location": location and location.value})
print(json.dumps(told))
`;

interface Seen {
  summary: string;
  location: string | null;
}

const ask = async (server: Server, path: string, more: object = {}): Promise<Seen[]> => {
  const asked = { url: new URL(path, server.url).href, ...INVITED, ...more };
  const running = promisify(execFile)("/usr/bin/python3", ["-W", "ignore", "-c", SCRIPT], { timeout: 60_000 });
  running.child.stdin?.end(JSON.stringify(asked));
  return JSON.parse((await running).stdout) as Seen[];
};

const escaped = (text: string): string => text.replace(/[\\;,]/g, (character) => `\\${character}`);

export const callers = {
  list: ask,
  add: (server: Server, path: string, uid: string, summary: string) => {
    const lines = [
      ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Other//EN", "BEGIN:VEVENT", `UID:${escaped(uid)}`],
      ...[
        "DTSTAMP:20320101T000000Z",
        "DTSTART:20320603T090000Z",
        "DTEND:20320603T100000Z",
        `SUMMARY:${escaped(summary)}`,
      ],
      ...["END:VEVENT", "END:VCALENDAR", ""],
    ];
    return ask(server, path, { add: lines.join("\r\n") });
  },
};
