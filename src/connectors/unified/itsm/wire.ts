import { z } from "zod";
import { flag, id, number, reference, resource, text, time } from "../wire.js";

/** Source: the unified API, "ITSM API". */
const common = { ...resource, description: text, created: time, modified: time };
const ticket = {
  ...common,
  subject: text,
  active: flag,
  category: text,
  status: text,
  impact: text,
  priority: text,
  urgency: text,
  requester: reference,
  assignee: reference,
};

export const incident = z.object({
  ...ticket,
  due_date: time,
  escalation: text,
  change: reference,
  problem: reference,
  responder: reference,
});
export const problem = z.object({
  ...ticket,
  due_date: time,
  escalation: text,
  change: reference,
  known_error: flag,
  workaround: text,
});
export const change = z.object({ ...ticket, change_type: text, risk: text, start: time, end: time });
export const article = z.object({
  ...common,
  title: text,
  body: text,
  category: text,
  knowledge_base: text,
  status: text,
  published: time,
  views: number,
  author: reference,
});
export const asset = z.object({
  ...common,
  name: text,
  asset_tag: text,
  serial_number: text,
  model: text,
  category: text,
  location: text,
  status: text,
  cost: number,
  purchase_date: time,
  warranty_expiration: time,
  assignee: reference,
  owner: reference,
});
/** All that it has is its raw object. */
export const record = z.object({
  id,
  name: text,
  description: text,
  created: time,
  modified: time,
  raw: z.object({ id: text, type: z.string(), object: z.record(z.string(), z.unknown()) }),
});

export type WireIncident = z.output<typeof incident>;
export type WireProblem = z.output<typeof problem>;
export type WireChange = z.output<typeof change>;
export type WireArticle = z.output<typeof article>;
export type WireAsset = z.output<typeof asset>;
export type WireRecord = z.output<typeof record>;
