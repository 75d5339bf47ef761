import type { GraphQLSchema } from "graphql";
import type { Endpoint } from "../endpoint.js";
import { Components } from "./components.js";
import type { Description, Operation } from "./description.js";
import { errorResponses, errorSchema } from "./errors.js";
import { tagsOf } from "./names.js";
import { Objects } from "./objects.js";
import { operationOf, pathOf } from "./operation.js";
import { SHARED } from "./parameters.js";

const ABOUT = `Files, CRM, calendars, mail, chat, tickets and audit trails of connected accounts, the same whichever service they live in.

JSON answers are indented by two spaces; \`Accept: application/json;indent=0\` asks for none. Paths work with a slash at the end and
without. Attributes that a service does not have are null; unknown attributes of a body are passed over.`;

/** The REST API as its endpoints declare it, in OpenAPI 3.1. `graph` says what the unified objects have. */
export const describeApi = (endpoints: readonly Endpoint[], graph: GraphQLSchema): Description => {
  const components = new Components();
  const objects = new Objects(graph, components);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const endpoint of endpoints) {
    if (Object.keys(endpoint.answers).length === 0) continue;
    const path = pathOf(endpoint.path);
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(objects, endpoint);
  }
  const responses = errorResponses(components.refer("Error", errorSchema));
  return {
    openapi: "3.1.0",
    info: {
      title: "Unigraph REST API",
      version: "1",
      description: ABOUT,
      contact: { name: "Unigraph" },
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/v1", description: "The server that this description comes from." }],
    security: [{ APIKey: [] }, { Bearer: [] }],
    tags: tagsOf(endpoints),
    paths,
    components: {
      securitySchemes: {
        APIKey: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "`Authorization: APIKey <key>`, for servers: all accounts of the application.",
        },
        Bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "The token of an account, as OAuth 2.0 gives it at `/v1/oauth` and `/v1/oauth/token`; several with commas between them.",
        },
      },
      parameters: SHARED,
      headers: {
        RetryAfter: {
          description: "Seconds until another try makes sense, with 429 where it is known.",
          schema: { type: "integer" },
        },
      },
      responses,
      schemas: components.schemas,
    },
  };
};
