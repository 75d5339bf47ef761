import { z } from "zod";
import { resource, text, time } from "../wire.js";

/** Source: the unified API, "Team API". */
export const user = z.object({ ...resource, name: text, email: text, role: text, created: time, modified: time });
export const group = z.object({
  ...resource,
  name: text,
  description: text,
  role: text,
  created: time,
  modified: time,
});

export type WireUser = z.output<typeof user>;
export type WireGroup = z.output<typeof group>;
