import type { FastifyReply } from "fastify";

/** JSON as clients of the unified API want it: indented by two spaces, its type without a charset, which Fastify would add. */
export const sendJson = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply
    .code(status)
    .header("content-type", "application/json")
    .send(Buffer.from(JSON.stringify(body, null, 2)));
