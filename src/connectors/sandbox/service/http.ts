import type { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { MemoryRequest, MemoryResponse } from "../../../upstream/transports/memory.js";
import { KEEP } from "./contents.js";
import type { Account, Database } from "./database.js";
import type { Faults } from "./faults.js";
import { peopleOf } from "./people.js";
import { invalid, notFound, Refusal } from "./refusal.js";
import type { Tokens } from "./tokens.js";

/** What every category of the service works with. */
export interface Service {
  database: Database;
  tokens: Tokens;
  /** Tells the number of each account in which something changed. */
  changed: EventEmitter;
  /** Milliseconds since 1970. */
  now(): number;
}

/** One request, as a route sees it. */
export interface Call<Caller = Account> {
  account: Caller;
  /** Whose name it is done in: a place in the account's organisation, 0 being its own person. */
  actor: number;
  /** The `:named` segments of the path. */
  parameters: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  request: MemoryRequest;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  body?: Buffer | Readable;
}

type Handle<Caller> = (call: Call<Caller>) => Reply | Promise<Reply>;

export interface Route {
  method: string;
  segments: readonly string[];
  /** Asks for no token. */
  open: boolean;
  handle: Handle<Account>;
}

/** `GET /files/:id` */
export const route = (pattern: string, handle: Handle<Account>): Route => {
  const [method = "", path = ""] = pattern.split(" ");
  return { method, segments: path.slice(1).split("/"), open: false, handle };
};
export const openRoute = (pattern: string, handle: Handle<null>): Route => ({
  ...route(pattern, handle as Handle<Account | null>),
  open: true,
});

/** From the outside inwards: find the route, the account, its faults, then do it. */
export const serve =
  ({ tokens }: Service, faults: Faults, routes: readonly Route[]) =>
  async (request: MemoryRequest): Promise<MemoryResponse> => {
    let headers: Record<string, string> = {};
    try {
      const { pathname, searchParams } = new URL(`http://sandbox.invalid${request.path}`);
      const { found, parameters } = match(routes, request.method, pathname);
      const call: Call<Account | null> = {
        account: null,
        actor: 0,
        parameters,
        query: Object.fromEntries(searchParams),
        request,
      };
      if (!found.open) {
        const account = tokens.authenticate(request.headers.authorization);
        call.account = account;
        call.actor = actorOf(account, request.headers["x-sandbox-user"]);
        headers = faults.limit(account);
        if (account.latency_ms > 0) await delay(account.latency_ms, undefined, { signal: request.signal });
        faults.fail(account);
      }
      return render(await found.handle(call as Call), headers);
    } catch (error) {
      const broken = request.signal.aborted || request.body.errored;
      if (broken && !(error instanceof Refusal)) throw error; // the caller has gone
      const refusal = error instanceof Refusal ? error : new Refusal(500, "internal_error", "The service broke down.");
      const { status, code, message, details } = refusal;
      return render({ status, headers: refusal.headers, json: { error: { code, message, ...details } } }, headers);
    }
  };

/** Any account is its organisation's administrator, and may act as one of its people. */
const actorOf = (account: Account, user: string | undefined): number => {
  if (user === undefined) return 0;
  const actor = peopleOf(account).findIndex(({ id }) => id === user);
  if (actor === -1) throw new Refusal(403, "unknown_user", "The organisation has no such user.");
  return actor;
};

const render = ({ status = 200, headers, json, body }: Reply, more: Record<string, string>): MemoryResponse =>
  json === undefined
    ? { status, headers: { ...more, ...headers }, body: body ?? "" }
    : {
        status,
        headers: {
          "content-type": "application/json; charset=utf-8",
          "cache-control": "no-store",
          ...more,
          ...headers,
        },
        body: JSON.stringify(json),
      };

const match = (routes: readonly Route[], method: string, path: string) => {
  const segments = path.slice(1).split("/");
  let allowed = "";
  for (const found of routes) {
    if (found.segments.length !== segments.length) continue;
    const parameters: Record<string, string> = {};
    const fits = found.segments.every((expected, index) => {
      const segment = segments[index] as string;
      if (!expected.startsWith(":")) return expected === segment;
      parameters[expected.slice(1)] = decode(segment);
      return true;
    });
    if (fits && found.method === method) return { found, parameters };
    if (fits) allowed += allowed ? `, ${found.method}` : found.method;
  }
  if (!allowed) throw notFound("endpoint");
  throw new Refusal(405, "method_not_allowed", `Allowed here: ${allowed}.`, {}, { allow: allowed });
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid("The path is not percent-encoded UTF-8.");
  }
};

/** A body or query as it must be; the first thing wrong with it is told. */
export const parse = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw invalid(issue ? `${issue.path.join(".") || "request"}: ${issue.message}` : "The request is malformed.");
};

const MAXIMUM_JSON = 2 ** 20; // bytes

export const readText = async ({ body }: MemoryRequest): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body.iterator(KEEP)) {
    size += chunk.length;
    if (size > MAXIMUM_JSON) throw new Refusal(413, "too_large", "The body is too large.");
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
};

export const readJson = async <Schema extends z.ZodType>(schema: Schema, request: MemoryRequest) => {
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text || "{}");
  } catch {
    throw invalid("The body is not JSON.");
  }
  return parse(schema, value);
};

/** `?recursive=true` */
export const flag = z
  .enum(["true", "false"])
  .optional()
  .transform((value) => value === "true");

/** Opaque positions: what the last item of a page was sorted by. */
export const encodeCursor = (position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(position)).toString("base64url");

export const decodeCursor = (cursor: string, length: number): (string | number)[] => {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const fine = Array.isArray(position) && position.length === length && position.every(isScalar);
    if (fine) return position;
  } catch {}
  throw new Refusal(400, "invalid_cursor", "The cursor is not one of this list.");
};
const isScalar = (value: unknown): boolean => typeof value === "string" || typeof value === "number";
