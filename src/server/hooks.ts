import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { UnifiedApi } from "../unified/api.js";
import { receivePush } from "../unified/hooks.js";

/** Bytes of one push. */
const LARGEST = 2 ** 20;

/** Where services tell us that something has changed. Whatever its type a body is read as bytes: they are what was signed. */
export const hookRoutes =
  (unified: UnifiedApi): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: LARGEST }, (_request, body, done) =>
      done(null, body),
    );

    const receive = async (service: string, { body, headers }: FastifyRequest, reply: FastifyReply) => {
      const push = { body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers: plain(headers) };
      const answer = await receivePush(unified, service, push);
      return reply.header("cache-control", "no-store").type("text/plain").send(answer);
    };

    app.post<{ Params: { service: string } }>("/hooks/:service", (request, reply) =>
      receive(request.params.service, request, reply),
    );
    for (const { service, hooks } of unified.connectors.values())
      if (hooks?.alias) app.post(hooks.alias, (request, reply) => receive(service, request, reply));
  };

const plain = (headers: FastifyRequest["headers"]): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
