import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { ApiError } from "../../errors.js";
import { BODY_BYTES, parseJson, readBody } from "../body.js";
import { limitTime } from "../limitTime.js";
import { holdBody } from "./largeBodies.js";

/** Milliseconds for a JSON body to arrive, and bytes that must come in each of them beside those. */
const TIME = 30_000;
const SLOWEST = 100;

/** A request's JSON as its schema has it, whatever content type it came with, of `most` bytes. An empty one is `{}`. */
export const readJsonBody = async <Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
  reply: FastifyReply,
  most = BODY_BYTES,
): Promise<z.output<Schema>> => {
  limitTime(request.raw, reply.raw, TIME + most / SLOWEST);
  try {
    holdBody(request, reply, most);
    const text = await readBody(request.raw, most);
    return checked(schema, text.trim() === "" ? {} : parseJson(text), "body");
  } catch (error) {
    // One client counts characters in place of bytes: what follows on this connection may be the rest of the body.
    reply.header("connection", "close");
    throw error;
  }
};

/** Throws `invalid_parameters`, naming the first thing that is wrong. */
export const checked = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: "query" | "body" | "header",
): z.output<Schema> => {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const { path, message } = error.issues[0] as z.core.$ZodIssue;
  const what = path.length === 0 ? `The ${where}` : `\`${path.join(".")}\``;
  if (at(value, path) === undefined) throw new ApiError("invalid_parameters", `${what} is missing.`);
  const wrong = /^must /.test(message) ? ` ${message}` : `: ${message.replace(/^Invalid input: /, "")}`;
  throw new ApiError("invalid_parameters", `${what}${wrong}.`);
};

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[name], value);
