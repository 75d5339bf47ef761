import { z } from "zod";
import { flag, list, number, reference, resource, text, time } from "../wire.js";

const address = z.object({ name: text, email: text });

export const label = z.object({ ...resource, name: z.string() });

/** Source: the unified API, "Message object". */
export const message = z.object({
  ...resource,
  created: time,
  modified: time,
  thread_id: reference,
  folder_id: reference,
  labels: list(label),
  subject: text,
  from: address.nullish().transform((said) => said ?? null),
  to: list(address),
  cc: list(address),
  bcc: list(address),
  reply_to: list(address),
  snippet: text,
  text_body: text,
  body: text,
  message_id: text,
  in_reply_to: text,
  attachments: list(z.object({ id: reference, name: text, mime_type: text, size: number, inline: flag })),
  read: flag,
  starred: flag,
  draft: flag,
});

export const folder = z.object({
  ...resource,
  name: z.string(),
  role: text,
  parent_id: reference,
  total_count: number,
  unread_count: number,
});

export const thread = z.object({
  ...resource,
  subject: text,
  snippet: text,
  participants: list(address),
  message_count: number,
  unread: flag,
  created: time,
  modified: time,
});

export type WireAddress = z.output<typeof address>;
export type WireLabel = z.output<typeof label>;
export type WireMessage = z.output<typeof message>;
export type WireFolder = z.output<typeof folder>;
export type WireThread = z.output<typeof thread>;
