import { z } from "zod";
import { list, moment, reference, resource, text, time } from "../wire.js";

/** Source: the unified API, "Audit API". */
export const event = z.object({
  ...resource,
  event_type: z.string(),
  category: text,
  status: text,
  timestamp: moment,
  actor: z
    .object({ id: reference, name: text, email: text, type: text })
    .nullish()
    .transform((said) => said ?? null),
  resources: list(z.object({ id: reference, name: text, type: text })),
  ip: text,
  user_agent: text,
  region: text,
  source: text,
  description: text,
  created: time,
  modified: time,
});

export type WireEvent = z.output<typeof event>;
