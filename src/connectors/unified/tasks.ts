import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { ApiError } from "../../errors.js";
import type { Context } from "../connector.js";
import { at } from "./requests.js";

/** Asks for work that may take long to be done in the background. Source: the unified API, "Asynchronous requests and tasks". */
export const IN_BACKGROUND = { "x-kloudless-async": "true" } as const;

const unfinished = z.object({
  id: z.string().min(1).max(255),
  type: z.never().optional(),
  status: z.enum(["UNKNOWN", "STARTED", "PENDING", "RECEIVED"]),
});

/** Milliseconds between two looks: doubled each time, up to the second one. */
const FIRST = 25;
const LONGEST = 3_000;
/** Milliseconds after which work that has not ended is given up. */
const PATIENCE = 15 * 60_000;

/** What a task has become; an answer that is none as it is. The far server throws its failure in the task's place. */
export const finished = async (context: Context, answer: unknown): Promise<unknown> => {
  const { success, data } = unfinished.safeParse(answer);
  if (!success) return answer;
  const path = at(context, "tasks", data.id);
  const end = Date.now() + PATIENCE;
  for (let wait = FIRST; Date.now() < end; wait = Math.min(wait * 2, LONGEST)) {
    await delay(wait, undefined, { signal: context.signal }).catch(() => context.signal.throwIfAborted());
    const result = await context.upstream.json<unknown>({ path, accept: [409] });
    if (!unfinished.safeParse(result).success) return result;
  }
  throw new ApiError("gateway_timeout", "The far server has not ended the work in time.");
};
