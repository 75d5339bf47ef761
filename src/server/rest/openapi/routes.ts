import type { FastifyPluginAsync } from "fastify";
import { sendJson } from "../../json.js";
import type { Description } from "./description.js";

/** The description at `/v1/openapi.json`, for anybody. */
export const descriptionRoutes =
  (description: Description): FastifyPluginAsync =>
  async (app) => {
    app.get("/v1/openapi.json", async (_, reply) => sendJson(reply, 200, description));
  };
