import { z } from "zod";
import { id, list, number, reference, resource, text, time } from "../wire.js";

/** Source: the unified API, "Conversation object". */
export const conversation = z.object({
  ...resource,
  private: z.boolean(),
  name: text,
  topic: text,
  members: list(id),
  guests: z.array(z.object({ name: text, email: text })).nullish(),
  created: time,
  modified: time,
});

/** Source: the unified API, "Message object". */
export const message = z.object({
  ...resource,
  conversation_id: reference,
  user_id: reference,
  thread_id: reference,
  text,
  reply_count: number,
  attachments: list(z.object({ id: reference, name: text, mime_type: text, url: text })),
  created: time,
  modified: time,
});

export type WireConversation = z.output<typeof conversation>;
export type WireMessage = z.output<typeof message>;
