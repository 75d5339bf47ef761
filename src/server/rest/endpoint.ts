import type { FastifyReply } from "fastify";
import type { z } from "zod";
import type { Right } from "../../store/store.js";
import type { Call } from "./call.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** What an endpoint gives: a status with an object, nothing, or a reply whose bytes are on their way. */
export type Answer = { status: 200 | 201 | 202; body: object } | { status: 204 } | FastifyReply;

/** For the description: a unified type, a list of some, or a JSON Schema of its own. `bytes`: no JSON. */
export type Described =
  | `${string}.${string}`
  | { list: readonly string[]; style: "cursor" | "counted" }
  | z.ZodType
  | "bytes";

/** One path and method of the REST API: routing, validation and the OpenAPI description are all made from it. */
export interface Endpoint<Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodType> {
  method: Method;
  /** Below `/v1`, as routers write it: `/accounts/:account/storage/files/:id`. */
  path: string;
  /** Other spellings of the path that clients use. */
  also?: readonly string[];
  /** What it does, in a few words. */
  title: string;
  /** What the caller must be allowed; null: nobody is asked who they are. */
  right: Right | null;
  /** The path may name several accounts, with commas between them. */
  several?: true;
  query?: Query;
  /** JSON. `bytes`: the raw stream, which nothing parses whatever its content type says. */
  body?: Body | "bytes";
  /** Bytes of a JSON body, where it may have more than others. */
  largest?: number;
  answers: Readonly<Partial<Record<200 | 201 | 202 | 204, Described | null>>>;
  handle(call: Call<z.output<Query>, z.output<Body>>): Promise<Answer>;
}

/** Gives a declaration the types of its own query and body. */
export const endpoint = <Query extends z.ZodObject, Body extends z.ZodType>(
  declaration: Endpoint<Query, Body>,
): Endpoint => declaration as unknown as Endpoint;
