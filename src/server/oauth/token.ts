import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../errors.js";
import type { UnifiedApi } from "../../unified/api.js";
import { OAuthError } from "../../unified/connecting/oauthError.js";
import { redeemCode } from "../../unified/connecting/redeem.js";
import { leaving } from "../content/leaving.js";
import { errorBody, errorHeaders, routeError } from "../errorBody.js";
import { sendJson } from "../json.js";
import { queryOf, readForms } from "./form.js";

/** The token endpoint: a code for a token, whose token it is, and its end. Source: the unified API, "Token endpoint". */
export const tokenRoutes =
  ({ unified }: { unified: UnifiedApi }): FastifyPluginAsync =>
  async (server) => {
    readForms(server);
    server.setErrorHandler(tellError);
    server.get("/v1/oauth/token", async (request, reply) => {
      const { application, accounts } = await ownerOf(unified, request);
      const [account] = await unified.store.accounts.getMany([accounts[0] as number]);
      if (!account) throw invalidToken();
      const { id, scope } = account;
      return send(reply, { client_id: application, account_id: id, scope: scope ?? "", expires_in: null });
    });
    server.post<{ Body: URLSearchParams | undefined }>("/v1/oauth/token", async (request, reply) => {
      // Some clients write the form into the address.
      const sources = [request.body ?? new URLSearchParams(), queryOf(request.url)];
      const given = (name: string) => sources.find((source) => source.has(name))?.get(name) || null;
      const token = await redeemCode(
        unified,
        {
          grantType: given("grant_type"),
          code: given("code"),
          redirectUri: given("redirect_uri"),
          clientId: given("client_id"),
          clientSecret: given("client_secret"),
        },
        request.headers.authorization,
        leaving(reply),
      );
      return send(reply, token);
    });
    server.delete("/v1/oauth/token", async (request, reply) => {
      await ownerOf(unified, request);
      const token = request.headers.authorization?.trim().split(/\s+/)[1] ?? "";
      if (!(await unified.callers.revokeToken(token))) throw invalidToken();
      return reply.code(204).send();
    });
  };

/** Throws `invalid_token` with the status that clients look for: 400. */
const ownerOf = async ({ callers }: UnifiedApi, { headers }: FastifyRequest) => {
  const { application, accounts } = await callers.authenticate(headers.authorization).catch((error: unknown) => {
    throw error instanceof ApiError && error.code !== "authentication_required" && error.status === 401
      ? invalidToken()
      : error;
  });
  if (!accounts) throw invalidToken();
  return { application, accounts };
};

const invalidToken = () =>
  new ApiError("invalid_token", "This is no token of an account that is connected.", { status: 400 });

const send = (reply: FastifyReply, body: object): FastifyReply =>
  sendJson(reply.header("cache-control", "no-store"), 200, body);

/** With the members of OAuth (RFC 6749, 5.2) beside those of the unified API. */
const tellError = (thrown: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const error = thrown instanceof OAuthError ? toApiError(thrown) : routeError(thrown);
  if (error.status >= 500) request.log.error({ requestId: request.id, error: thrown }, "a request failed");
  const code = thrown instanceof OAuthError ? thrown.code : error.code;
  return sendJson(reply.headers({ ...errorHeaders(error), "cache-control": "no-store" }), error.status, {
    ...errorBody(error, request.id),
    error: code,
    error_description: error.message,
  });
};

const toApiError = (error: OAuthError): ApiError =>
  new ApiError(error.code === "invalid_client" ? "unauthorized" : "bad_request", error.message, {}, { cause: error });
