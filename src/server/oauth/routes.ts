import type { FastifyPluginAsync } from "fastify";
import type { UnifiedApi } from "../../unified/api.js";
import { Connecting } from "../../unified/connecting/connecting.js";
import { connectRoutes } from "./connect.js";
import { tokenRoutes } from "./token.js";
import { widgetRoutes } from "./widgets.js";

export { WIDGET_PATHS } from "./widgets.js";

/** How people connect accounts, and applications come to their tokens. `publicUrl`: what browsers reach us by, when configured. */
export const oauthRoutes =
  ({ unified, publicUrl }: { unified: UnifiedApi; publicUrl: string | undefined }): FastifyPluginAsync =>
  async (server) => {
    await server.register(connectRoutes({ connecting: new Connecting(unified), publicUrl }));
    await server.register(tokenRoutes({ unified }));
    await server.register(widgetRoutes({ unified }));
  };
