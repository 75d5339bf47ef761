import type { FastifyReply } from "fastify";
import type { ApiError } from "../errors.js";
import { errorBody, errorHeaders } from "./errorBody.js";

/** Spaces that JSON is indented by, unless `Accept: application/json;indent=N` says otherwise. */
const INDENT = 2;
/** As many as JSON.stringify takes. */
const WIDEST = 10;

/** Sends JSON as clients of the unified API need it: they compare the content type by `===`, so no charset may stand beside it. */
export const sendJson = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  reply
    .code(status)
    .header("content-type", "application/json")
    .send(Buffer.from(JSON.stringify(body, null, indentOf(reply.request.headers.accept))));

export const sendError = (reply: FastifyReply, error: ApiError): FastifyReply =>
  sendJson(reply.headers(errorHeaders(error)), error.status, errorBody(error, reply.request.id));

const indentOf = (accept = ""): number => {
  const [, indent] = /application\/json\s*;(?:[^,]*;)?\s*indent=(\d{1,3})/i.exec(accept) ?? [];
  return indent === undefined ? INDENT : Math.min(Number(indent), WIDEST);
};
