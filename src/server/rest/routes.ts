import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { ApiError } from "../../errors.js";
import type { ConnectedAccount } from "../../unified/account.js";
import type { UnifiedApi } from "../../unified/api.js";
import { checkRight } from "../../unified/rights.js";
import type { Session } from "../../unified/session.js";
import { leaving } from "../content/leaving.js";
import { sendError, sendJson } from "../json.js";
import { baseOf } from "./base.js";
import { checked, readJsonBody } from "./body.js";
import { Call } from "./call.js";
import { type Answer, type Endpoint, METHODS } from "./endpoint.js";
import type { RestParts } from "./parts.js";
import { checkRate } from "./rate.js";
import { viewOf } from "./view.js";

/** The beginning of its paths. */
export const REST_PATH = "/v1/";

/** Accounts that one path may name. */
const MOST_ACCOUNTS = 100;

/** The REST API v1: every endpoint's declaration as routes below `/v1`, with slashes at the end or without. */
export const restRoutes =
  (endpoints: readonly Endpoint[], parts: RestParts): FastifyPluginAsync =>
  async (server) => {
    // No parser may touch a body: its content type is wrong as often as not.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", (_request, _payload, done) => done(null));
    const methods = new Map<string, Set<string>>();
    for (const endpoint of endpoints)
      for (const path of [endpoint.path, ...(endpoint.also ?? [])]) {
        server.route({ method: endpoint.method, url: `/v1${path}`, handler: handlerOf(endpoint, parts) });
        methods.set(path, (methods.get(path) ?? new Set()).add(endpoint.method));
      }
    for (const [path, known] of methods) refuseOthers(server, path, known);
  };

const refuseOthers = (server: FastifyInstance, path: string, known: ReadonlySet<string>): void => {
  const method = METHODS.filter((one) => !known.has(one));
  if (method.length === 0) return;
  const allow = [...known, ...(known.has("GET") ? ["HEAD"] : [])].join(", ");
  server.route({
    method,
    url: `/v1${path}`,
    handler: (request, reply) =>
      sendError(
        reply.header("allow", allow),
        new ApiError("method_not_allowed", `${request.method} is not possible here.`),
      ),
    exposeHeadRoute: false,
  });
};

const handlerOf =
  (endpoint: Endpoint, parts: RestParts) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { unified } = parts;
    const session = await open(endpoint, unified, request, reply);
    const accounts = await accountsOf(endpoint, session, request);
    checkRate(parts, accounts);
    const viewed = await Promise.all(
      accounts.map((account) => {
        const view = viewOf(request, account);
        return view ? session.view(account.record, view) : account;
      }),
    );
    const query = endpoint.query ? checked(endpoint.query, request.query, "query") : {};
    const isJson = endpoint.body !== undefined && endpoint.body !== "bytes";
    const body = isJson ? await readJsonBody(endpoint.body as z.ZodType, request, reply, endpoint.largest) : undefined;
    const base = baseOf(request, parts.publicUrl);
    const call = new Call({ request, reply, parts, session, accounts: viewed, query, body, base });
    const answer = await endpoint.handle(call as never);
    return answer ? send(reply, answer) : reply;
  };

const open = async (
  { right }: Endpoint,
  unified: UnifiedApi,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> => {
  const { authorization } = request.headers;
  if (right === null) return unified.session(NOBODY, leaving(reply));
  const caller = await unified.callers.authenticate(authorization);
  checkRight({ caller }, right);
  return unified.session(caller, leaving(reply));
};

/** Who has not said who they are: of no application. */
const NOBODY = {
  application: "",
  kind: "token",
  rights: new Set<never>(),
  accounts: [],
  endUser: null,
  name: "nobody",
} as const;

/** The accounts that the path names, by number, by id or as `me`. */
const accountsOf = async (
  { several }: Endpoint,
  session: Session,
  request: FastifyRequest,
): Promise<ConnectedAccount[]> => {
  const { account: named } = request.params as { account?: string };
  if (named === undefined) return [];
  const names = [...new Set(named.split(",").filter((name) => name !== ""))];
  if (names.length > 1 && !several) throw new ApiError("bad_request", "This can be asked of one account at a time.");
  if (names.length > MOST_ACCOUNTS)
    throw new ApiError("bad_request", `At most ${MOST_ACCOUNTS} accounts can be asked at once.`);
  return Promise.all(names.map((name) => accountOf(session, name)));
};

const accountOf = async (session: Session, name: string): Promise<ConnectedAccount> => {
  if (name === "me") return session.me();
  const number = /^\d{1,15}$/.test(name)
    ? Number(name)
    : session.unified.ids.decode(session.caller.application, name).account;
  if (session.caller.accounts && !session.caller.accounts.includes(number))
    throw new ApiError("forbidden", "The token is that of another account.");
  return session.account(number);
};

const send = (reply: FastifyReply, answer: Answer): FastifyReply => {
  if (answer.status === 204) return reply.code(204).send();
  return sendJson(reply, answer.status, answer.body);
};
