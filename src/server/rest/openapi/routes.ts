import type { FastifyPluginAsync } from "fastify";
import type { Description } from "./description.js";

/** The description at `/v1/openapi.json`, for anybody; made when it is first asked for. */
export const descriptionRoutes = (describe: () => Description): FastifyPluginAsync => {
  let bytes: Buffer | undefined;
  return async (app) => {
    app.get("/v1/openapi.json", async (_, reply) => {
      bytes ??= Buffer.from(JSON.stringify(describe()));
      return reply.header("content-type", "application/json").send(bytes);
    });
  };
};
