import type { FastifyPluginAsync } from "fastify";
import type { Description } from "../../rest/openapi/description.js";
import { pageRoutes } from "../page.js";
import { referencePage } from "./page.js";

/** The REST API at `/reference`, to read and to try. */
export const referenceRoutes = (describe: () => Description): FastifyPluginAsync =>
  pageRoutes("/reference", async () => referencePage(describe()));
