import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../errors.js";
import { BODY_BYTES } from "../body.js";

/** Bytes of larger bodies than others may be, of all requests that this process has under way: each takes about six times as much. */
const MOST = 128 * 2 ** 20;
let held = 0;

/** Makes room for a body until its request is answered. Throws `service_not_available` while there is none. */
export const holdBody = ({ headers }: FastifyRequest, { raw }: FastifyReply, most: number): void => {
  const bytes = Math.min(Number(headers["content-length"] ?? most), most);
  if (bytes <= BODY_BYTES || raw.closed) return;
  if (held + bytes > MOST)
    throw new ApiError("service_not_available", "Too many large requests are under way.", { retryAfter: 1 });
  held += bytes;
  raw.once("close", () => {
    held -= bytes;
  });
};
