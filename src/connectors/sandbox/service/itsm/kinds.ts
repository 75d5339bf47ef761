import { z } from "zod";
import { moment, reference, text, title, withCustomFields } from "../shelf/fields.js";
import type { Body, Kind } from "../shelf/shelf.js";

const LEVELS = ["low", "medium", "high"] as const;
export type Level = (typeof LEVELS)[number];
const level = z.enum(LEVELS);
const PRIORITIES = ["low", "medium", "high", "critical"] as const;

const person = { requester_id: reference, assignee_id: reference };
const ticket = {
  subject: title,
  description: text,
  active: z.boolean(),
  category: text,
  status: title,
  impact: level.nullable(),
  urgency: level.nullable(),
  priority: z.enum(PRIORITIES).nullable(),
  ...person,
};

/** What each kind of record may say. */
export const FIELDS = {
  incident: {
    ...ticket,
    change_id: reference,
    problem_id: reference,
    asset_id: reference,
    responder_id: reference,
    due_date: moment,
    escalation: text,
  },
  problem: {
    ...ticket,
    change_id: reference,
    due_date: moment,
    escalation: text,
    known_error: z.boolean(),
    workaround: text,
  },
  change: {
    ...ticket,
    change_type: z.enum(["standard", "normal", "emergency"]),
    risk: text,
    start: moment,
    end: moment,
  },
  article: {
    title,
    body: z.string().max(100_000).nullable(),
    description: text,
    category: text,
    knowledge_base: text,
    status: z.enum(["draft", "published", "retired"]),
    author_id: reference,
  },
  asset: {
    name: title,
    description: text,
    asset_tag: text,
    serial_number: text,
    model: text,
    category: text,
    location: text,
    status: text,
    cost: z.number().nullable(),
    purchase_date: moment,
    warranty_expiration: moment,
    assignee_id: reference,
    owner_id: reference,
  },
  /** A table of the customer's own. */
  u_visit_c: {
    name: title,
    description: text,
    assignee_id: reference,
    at_c: moment,
    place_c: text,
    done_c: z.boolean(),
  },
} as const satisfies Record<string, z.ZodRawShape>;

export type ItsmType = keyof typeof FIELDS;
export const TYPES = Object.keys(FIELDS) as ItsmType[];
export const isTicket = (type: ItsmType): boolean => type === "incident" || type === "problem" || type === "change";

/** What must be said of a new one. */
export const REQUIRED: Readonly<Record<ItsmType, string>> = {
  incident: "subject",
  problem: "subject",
  change: "subject",
  article: "title",
  asset: "name",
  u_visit_c: "name",
};

/** Fields that name another record, and of what type. */
export const REFERENCES: Readonly<Record<string, ItsmType>> = {
  change_id: "change",
  problem_id: "problem",
  asset_id: "asset",
};
export const PEOPLE = ["requester_id", "responder_id", "assignee_id", "author_id", "owner_id"] as const;

export const writableOf = (type: ItsmType) => withCustomFields(FIELDS[type]);

const PREFIXES: Readonly<Record<ItsmType, string>> = {
  incident: "inc",
  problem: "prb",
  change: "chg",
  article: "art",
  asset: "ast",
  u_visit_c: "vis",
};

/** By what lists can be narrowed, beside words and times. */
export const KEYS = ["active", "status", "priority", "assignee_id"] as const;

/** Lists are in the order in which records were made. */
const kindOf = (type: ItsmType): Kind => ({
  name: `itsm.${type}`,
  prefix: PREFIXES[type],
  at: (_, created) => created,
  *keys(content) {
    for (const name of KEYS) if (content[name] != null) yield [name, String(content[name])];
  },
  words: ({ subject, title, name, description, body, category }) =>
    [subject, title, name, description, body, category].filter((word) => typeof word === "string").join(" "),
});

export const KINDS = Object.fromEntries(TYPES.map((type) => [type, kindOf(type)])) as Record<ItsmType, Kind>;

/** `itsm.comment`: what was written beneath a record, told with the record alone. */
export interface CommentBody extends Body {
  /** `incident inc_000001` */
  record: string;
  author_id: string;
  text: string;
  internal: boolean;
}
export const COMMENT: Kind<CommentBody> = {
  name: "itsm.comment",
  prefix: "com",
  quiet: true,
  at: (_, created) => created,
  *keys({ record }) {
    yield ["record", record];
  },
  words: () => "",
};

/** What impact and urgency add up to. */
export const priorityOf = (impact: Level, urgency: Level): (typeof PRIORITIES)[number] =>
  PRIORITIES[Math.max(0, LEVELS.indexOf(impact) + LEVELS.indexOf(urgency) - 1)] as (typeof PRIORITIES)[number];

/** Nobody works on it any more. */
export const isClosed = (status: unknown): boolean => /^(closed|cancell?ed)$/i.test(String(status));
