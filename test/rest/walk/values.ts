import type { JsonSchema } from "../../../src/server/rest/openapi/description.js";
import type { Dice } from "./dice.js";
import type { Memory } from "./memory.js";

/** What nobody expects. */
export const ODD_TEXTS = [
  "",
  " ",
  "null",
  "undefined",
  "-1",
  "1e999",
  "../../etc/passwd",
  "a/b",
  "a\\b",
  "%2e%2e%2f",
  "%",
  "%00",
  "\u0000",
  "\ud800",
  "\u202etxt.exe",
  "é".normalize("NFD"),
  "日本語",
  "👩‍👩‍👧",
  "'; DROP TABLE accounts; --",
  "<script>alert(1)</script>",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "2024-13-45T99:99:99Z",
  "x".repeat(300),
  "x".repeat(9000),
];
const ODD_VALUES = [null, true, false, 0, -1, 1.5, 2 ** 53, [], {}, [[]], [null], { __proto__x: 1 }];
const WORDS = [
  "a",
  "report",
  "report.txt",
  "Keller",
  "ada@example.com",
  "user",
  "writer",
  "root",
  "primary",
  "default",
  "me",
];

/** What chance would not find, by the name of an attribute without a format. */
const HINTS: Readonly<Record<string, readonly string[]>> = {
  raw_type: ["invoice_c", "u_visit_c", "contact"],
  time_zone: ["Europe/Berlin", "US/Pacific"],
  meeting_duration: ["PT1H", "PT30M"],
  start: ["08:00:00", "09:30:00"],
  end: ["17:00:00", "23:30:00"],
  month: ["*", "1,2"],
  day: ["*"],
  weekday: ["*", "MON,TUE,WED,THU,FRI"],
  end_repeat: ["NEVER", "2030-01-01"],
  url: ["http://127.0.0.1:9/nothing", "http://localhost:8000/back"],
  domain: ["localhost:8000", "app.example.com"],
  "X-Kloudless-Raw-Method": ["GET", "POST"],
  "X-Kloudless-Raw-URI": ["/", "/files", "/crm/contacts"],
};

/** Where the values of some stand in answers. */
const OTHERWISE: Readonly<Record<string, string>> = {
  page: "next_page",
  booking_calendar_id: "calendar_id",
  calendars: "calendar_id",
  members: "user_id",
};

/** Values of a schema: mostly of it, sometimes near it, now and then far from it. */
export class Values {
  constructor(
    readonly dice: Dice,
    readonly memory: Memory,
    readonly schemas: Readonly<Record<string, JsonSchema>>,
  ) {}

  /** `name`: of the attribute or parameter. */
  of(schema: JsonSchema, name = ""): unknown {
    if (this.dice.chance(0.02)) return this.dice.pick<unknown>(this.dice.chance(0.5) ? ODD_VALUES : ODD_TEXTS);
    const {
      $ref,
      anyOf,
      allOf,
      enum: words,
      type,
      items,
      properties,
      additionalProperties,
    } = schema as {
      $ref?: string;
      anyOf?: readonly JsonSchema[];
      allOf?: readonly JsonSchema[];
      enum?: readonly unknown[];
      type?: string | readonly string[];
      items?: JsonSchema;
      properties?: Readonly<Record<string, JsonSchema>>;
      additionalProperties?: JsonSchema;
    };
    if ($ref !== undefined) return this.of(this.schemas[$ref.slice($ref.lastIndexOf("/") + 1)] ?? {});
    if (anyOf) return this.of(this.dice.pick(anyOf), name);
    if (allOf) return Object.assign({}, ...allOf.map((one) => this.of(one)));
    if (words) return this.dice.pick(words);
    if ("const" in schema) return schema.const;
    switch (typeof type === "string" || type === undefined ? type : this.dice.pick(type)) {
      case "null":
        return null;
      case "boolean":
        return this.dice.chance(0.5);
      case "integer":
      case "number":
        return this.#number(schema);
      case "array":
        return Array.from({ length: this.dice.whole(0, 3) }, () => this.of(items ?? {}, name));
      case "object":
        return properties
          ? this.#object(schema)
          : Object.fromEntries(
              Array.from({ length: this.dice.whole(0, 2) }, () => [this.text(), this.of(additionalProperties ?? {})]),
            );
      case "string":
        return this.#string(schema, name);
      default:
        return this.dice.pick<unknown>([...ODD_VALUES, "text"]);
    }
  }

  text(): string {
    const { dice, memory } = this;
    if (memory.ids.length > 0 && dice.chance(0.4)) return dice.pick(memory.ids);
    return dice.pick(dice.chance(0.8) ? WORDS : ODD_TEXTS);
  }

  #number({ minimum, maximum }: JsonSchema): number {
    const { dice } = this;
    if (dice.chance(0.1)) return dice.pick([-1, 0, 0.5, 2 ** 31, 2 ** 53, 1e300]);
    return dice.whole(Number(minimum ?? 0), Math.min(Number(maximum ?? 100), 100));
  }

  #string({ format }: JsonSchema, name: string): string {
    const { dice } = this;
    const seen = dice.chance(0.7) ? this.memory.named(OTHERWISE[name] ?? name, dice) : undefined;
    if (seen !== undefined) return seen;
    const hints = format === undefined ? HINTS[name] : undefined;
    if (hints && dice.chance(0.9)) return dice.pick(hints);
    if (dice.chance(0.1)) return this.text();
    switch (format) {
      case "date-time": {
        const moment = new Date(
          Date.UTC(2020 + dice.whole(0, 12), dice.whole(0, 11), dice.whole(1, 28), dice.whole(0, 23)),
        );
        return dice.pick([moment.toISOString(), moment.toISOString().slice(0, 19), moment.toISOString().slice(0, 10)]);
      }
      case "uri":
        return dice.pick(["http://127.0.0.1:9/nothing", "https://127.0.0.1:9/", "ftp://example.com/a"]);
      default:
        return this.text();
    }
  }

  #object({
    properties,
    required = [],
  }: {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  }): object {
    const given = Object.entries(properties ?? {}).filter(([name]) =>
      required.includes(name) ? this.dice.chance(0.97) : this.dice.chance(0.3),
    );
    return Object.fromEntries(given.map(([name, schema]) => [name, this.of(schema, name)]));
  }
}
