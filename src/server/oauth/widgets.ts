import type { FastifyPluginAsync } from "fastify";
import { ApiError } from "../../errors.js";
import type { UnifiedApi } from "../../unified/api.js";
import { isTrusted } from "../../unified/applications/trustedDomains.js";
import { sendJson } from "../json.js";
import { queryOf } from "./form.js";

/** Paths that pages of any origin ask without a token. */
export const WIDGET_PATHS = ["/file-picker/config", "/file-explorer/config"];

/** What browser widgets ask before anybody is connected. Source: the unified API, "Auxiliary endpoints". */
export const widgetRoutes =
  ({ unified }: { unified: UnifiedApi }): FastifyPluginAsync =>
  async (server) => {
    for (const path of WIDGET_PATHS)
      server.get(path, async (request, reply) => {
        const query = queryOf(request.url);
        const application = await unified.store.applications.get(query.get("app_id") ?? "");
        if (!application?.active) throw new ApiError("not_found", "There is no such application.");
        const trusted = await isTrusted(unified, application.id, query.get("origin") ?? "");
        return sendJson(reply, 200, { user_data: { trusted, logo_url: application.logoUrl } });
      });
    // Old browsers needed it to hear from a window of another origin; the widget opens it in every one.
    server.get("/static/iexd.html", async (_, reply) =>
      reply
        .header("content-type", "text/html; charset=utf-8")
        .header("content-security-policy", "default-src 'none'; frame-ancestors *")
        .header("cache-control", "public, max-age=86400")
        .send("<!doctype html>\n<title>Unigraph</title>\n"),
    );
  };
