import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { Connecting, Step } from "../../unified/connecting/connecting.js";
import { leaving } from "../content/leaving.js";
import { routeError } from "../errorBody.js";
import { browserOf } from "./browser.js";
import { queryOf, readForms } from "./form.js";
import { chooserPage } from "./pages/chooser.js";
import { credentialsPage } from "./pages/credentials.js";
import { endPage, messagePage, problemPage } from "./pages/ending.js";
import { sendPage } from "./pages/page.js";

interface Parts {
  connecting: Connecting;
  publicUrl: string | undefined;
}
type Connect = { Params: { service: string }; Querystring: { flow?: string } };
type Typed = Connect & { Body: URLSearchParams | undefined };

/** The pages on which somebody connects an account. Source: the unified API, "authorization endpoint". */
export const connectRoutes =
  ({ connecting, publicUrl }: Parts): FastifyPluginAsync =>
  async (server) => {
    readForms(server);
    server.setErrorHandler((thrown, request, reply) => {
      const error = routeError(thrown);
      if (error.status >= 500) request.log.error({ requestId: request.id, error: thrown }, "a page failed");
      return sendPage(reply, error.status, problemPage(error.message, request.id));
    });
    const browser = (request: FastifyRequest, reply: FastifyReply) => browserOf(request, reply, publicUrl);

    server.get("/v1/oauth", async (request, reply) =>
      show(reply, await connecting.begin(queryOf(request.url), browser(request, reply))),
    );
    server.get<Connect>("/v1/oauth/connect", async (request, reply) =>
      show(reply, await connecting.choose(request.query.flow ?? "", browser(request, reply))),
    );
    server.get<Connect>("/v1/oauth/connect/:service", async (request, reply) => {
      const { params, query } = request;
      return show(reply, await connecting.enter(query.flow ?? "", browser(request, reply), params.service));
    });
    server.post<Typed>("/v1/oauth/connect/:service", async (request, reply) => {
      const { params, query, body } = request;
      const fields = Object.fromEntries([...(body ?? [])].filter(([, value]) => value !== ""));
      const visitor = browser(request, reply);
      return show(reply, await connecting.submit(query.flow ?? "", visitor, params.service, fields, leaving(reply)));
    });
    server.get<Connect>("/v1/oauth/callback/:service", async (request, reply) =>
      show(
        reply,
        await connecting.comeBack(
          request.params.service,
          queryOf(request.url),
          browser(request, reply),
          leaving(reply),
        ),
      ),
    );
    server.post<Connect>("/v1/oauth/cancel", async (request, reply) =>
      show(reply, await connecting.cancel(request.query.flow ?? "", browser(request, reply))),
    );
  };

const show = (reply: FastifyReply, step: Step): FastifyReply => {
  switch (step.kind) {
    case "redirect":
    case "leave":
      return reply.header("cache-control", "no-store").redirect(step.url, 303);
    case "choose":
      return sendPage(reply, 200, chooserPage(step.page));
    case "form":
      return sendPage(reply, step.problem?.status ?? 200, credentialsPage(step));
    case "message":
      return sendPage(reply, 200, messagePage(step));
    case "end":
      return sendPage(reply, 200, endPage(step.problem));
  }
};
