import assert from "node:assert/strict";
import { describe, test } from "node:test";
import ICAL from "ical.js";
import { IANAZone } from "luxon";
import { zonesOf } from "../../../src/connectors/families/icalendar/definitions.js";
import { parseStream, printStream } from "../../../src/connectors/families/icalendar/lines.js";
import { timezoneComponent } from "../../../src/connectors/families/icalendar/timezoneText.js";
import { ianaZone, UTC } from "../../../src/connectors/families/icalendar/zones.js";

const HOUR = 3_600_000;

/** The definition of a zone as it is written, under a name that the world does not know. */
const written = (name: string, year: number): string =>
  printStream([{ name: "VCALENDAR", items: [timezoneComponent("Written", ianaZone(name)!, year)] }]);

const REGULAR = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"];
const IRREGULAR = ["Africa/Casablanca", "Asia/Jerusalem", "Africa/Cairo", "Europe/Moscow"];

describe("icalendar: VTIMEZONE", () => {
  test("what is written gives the offsets of the zone, read by us", () => {
    for (const name of [...REGULAR, ...IRREGULAR])
      for (const year of [1999, 2024]) {
        const zone = IANAZone.create(name);
        const [calendar] = parseStream(written(name, year), "bad_gateway");
        const read = zonesOf(calendar!, UTC)("Written");
        assert.equal(read.tzid, "Written");
        const end = Date.UTC(year + 12, 0, 1);
        for (let instant = Date.UTC(year, 0, 1); instant < end; instant += 37 * HOUR)
          assert.equal(
            (read.toWall(instant) - instant) / 60_000,
            zone.offset(instant),
            `${name} at ${new Date(instant).toISOString()}`,
          );
      }
  });

  test("and read by ical.js", () => {
    for (const name of [...REGULAR, ...IRREGULAR]) {
      const zone = IANAZone.create(name);
      const component = new ICAL.Component(ICAL.parse(written(name, 2024))).getFirstSubcomponent("vtimezone");
      const timezone = new ICAL.Timezone(component!);
      for (let instant = Date.UTC(2024, 0, 1); instant < Date.UTC(2034, 0, 1); instant += 37 * HOUR) {
        const wall = new Date(instant + zone.offset(instant) * 60_000).toISOString().slice(0, 19);
        // Where clocks change, a wall time alone does not tell the offset.
        if ([-3, 3].some((hours) => zone.offset(instant + hours * HOUR) !== zone.offset(instant))) continue;
        assert.equal(
          timezone.utcOffset(ICAL.Time.fromDateTimeString(wall)),
          zone.offset(instant) * 60,
          `${name} ${wall}`,
        );
      }
    }
  });

  test("a zone with a summer time is two rules without end, one without is one line", () => {
    const text = written("Europe/Berlin", 2024);
    assert.deepEqual(text.match(/^RRULE.*$/gm), [
      "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
      "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]);
    assert.deepEqual(text.match(/^BEGIN:(STANDARD|DAYLIGHT)/gm), ["BEGIN:DAYLIGHT", "BEGIN:STANDARD"]);
    assert.deepEqual(written("Asia/Kolkata", 2024).match(/^(BEGIN:STANDARD|RRULE|TZOFFSET).*$/gm), [
      "BEGIN:STANDARD",
      "TZOFFSETFROM:+0530",
      "TZOFFSETTO:+0530",
    ]);
    const winter = ianaZone("Europe/Berlin")!;
    assert.equal(winter.toInstant(Date.UTC(2090, 6, 1)), Date.UTC(2090, 5, 30, 22));
  });
});
