import type { FastifyPluginAsync } from "fastify";
import type { UnifiedApi } from "../../unified/api.js";
import { Connecting } from "../../unified/connecting/connecting.js";
import { connectRoutes } from "./connect.js";
import { tokenRoutes } from "./token.js";
import { widgetRoutes } from "./widgets.js";

/** Paths that pages of any origin may ask, with a token of their own or none. */
export const OAUTH_OPEN_PATHS = ["/v1/oauth/token", "/file-picker/config", "/file-explorer/config"];

/** How people connect accounts, and applications come to their tokens. `base`: the address that browsers reach us by. */
export const oauthRoutes =
  ({ unified, base }: { unified: UnifiedApi; base: () => string }): FastifyPluginAsync =>
  async (server) => {
    const connecting = new Connecting(unified, base);
    await server.register(connectRoutes({ connecting, secure: () => base().startsWith("https:") }));
    await server.register(tokenRoutes({ unified }));
    await server.register(widgetRoutes({ unified }));
  };
