import { z } from "zod";
import type { Connector } from "../../../connectors/connector.js";
import { ApiError } from "../../../errors.js";
import { apisOf, capabilitiesOf } from "../../../unified/capabilities.js";
import { offered } from "../../../unified/connecting/offered.js";
import { ok } from "../answers.js";
import type { Call } from "../call.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { flag, text } from "../parameters.js";

const query = z.object({
  apis: text.optional().describe("Categories, with commas between them."),
  retrieve_properties: flag.default(true),
});

const capability = z.array(z.object({ result: z.boolean() }));
const service = z
  .object({
    name: text,
    friendly_name: text,
    logo_url: text,
    category: text,
    apis: z.array(text),
    authentication: z.object({
      scheme: text,
      fields: z.array(
        z.object({ name: text, title: text, secret: z.boolean(), required: z.boolean(), hint: text.nullable() }),
      ),
    }),
    properties: z.object({ capabilities: z.record(text, capability) }).optional(),
    type: z.literal("service"),
    api: z.literal("meta"),
    href: text,
  })
  .meta({ id: "Service", description: "What accounts can be connected to." });

/** Two that a client looks for in every service, whether or not it has them. */
const ALWAYS = ["storage.folders.list", "storage.folders.read"];

const render = (
  connector: Connector,
  { base }: Pick<Call, "base">,
  withProperties: boolean,
): z.output<typeof service> => {
  const can = capabilitiesOf(connector);
  const told = [
    ...ALWAYS.filter((name) => !can.includes(name)).map((name) => [name, false]),
    ...can.map((name) => [name, true]),
  ];
  const { scheme, fields } = connector.auth;
  return {
    name: connector.service,
    friendly_name: connector.title,
    logo_url: "",
    category: connector.category,
    apis: apisOf(connector),
    authentication: {
      scheme,
      fields: fields.map(({ name, title, secret, required, hint = null }) => ({ name, title, secret, required, hint })),
    },
    ...(withProperties
      ? { properties: { capabilities: Object.fromEntries(told.map(([name, result]) => [name, [{ result }]])) } }
      : {}),
    type: "service",
    api: "meta",
    href: `${base}/v1/public/services/${connector.service}`,
  };
};

/** For everybody. Source: the unified API, "Services directory". */
export const services: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/public/services",
    title: "What accounts can be connected to.",
    right: null,
    query: query.extend({
      app_id: text.optional().describe("Only what users of this application can connect by themselves."),
    }),
    answers: { 200: { list: [service], style: "counted" } },
    async handle(call) {
      const { apis, app_id, retrieve_properties } = call.query;
      const { unified } = call.session;
      const wanted = apis?.split(",").map((api) => api.trim());
      const connectors =
        app_id === undefined
          ? [...unified.connectors.values()]
          : await offered(unified, { application: app_id, scope: "any" });
      const found = connectors.filter((connector) => !wanted || apisOf(connector).some((api) => wanted.includes(api)));
      const objects = found.map((connector) => render(connector, call, retrieve_properties));
      return ok({
        total: objects.length,
        count: objects.length,
        page: 1,
        next_page: null,
        objects,
        type: "object_list",
        api: "meta",
      });
    },
  }),
  endpoint({
    method: "GET",
    path: "/public/services/:name",
    title: "One service.",
    right: null,
    query,
    answers: { 200: service },
    async handle(call) {
      const connector = call.session.unified.connectors.get(call.param("name"));
      if (!connector) throw new ApiError("not_found", "There is no such service.");
      return ok(render(connector, call, call.query.retrieve_properties));
    },
  }),
];
