import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import { createApiKey, deleteApiKey, listApiKeys, RIGHTS } from "../../../../unified/applications/apiKeys.js";
import {
  createRedirectUri,
  deleteRedirectUri,
  listRedirectUris,
} from "../../../../unified/applications/redirectUris.js";
import {
  createServiceKey,
  deleteServiceKey,
  listServiceKeys,
  type ServiceClient,
  updateServiceKey,
} from "../../../../unified/applications/serviceKeys.js";
import {
  createTrustedDomain,
  deleteTrustedDomain,
  listTrustedDomains,
} from "../../../../unified/applications/trustedDomains.js";
import { createWebhook, deleteWebhook, findWebhook, listWebhooks } from "../../../../unified/applications/webhooks.js";
import { ok } from "../../answers.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { text, time } from "../../parameters.js";
import { ADMIN, kindEndpoints, metaPath } from "./managed.js";

const meta = <const Type extends string>(type: Type) => ({ type: z.literal(type), api: z.literal("meta") });

const right = z.enum(RIGHTS);

/** A number of the path. */
const numberOf = (id: string): number => {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new ApiError("not_found", "There is no such object.");
};

const apiKey = z
  .object({
    key: text,
    name: text,
    rights: z.array(right),
    created: text,
    modified: text,
    expires: text.nullable(),
    ...meta("api_key"),
  })
  .meta({ id: "ApiKey", description: "A key of an application." });
const apiKeys = kindEndpoints(
  {
    path: "apikeys",
    title: "an API key",
    titles: "the API keys",
    item: apiKey,
    render: ({ key, name, rights, created, expires }) => ({
      key,
      name,
      rights,
      created,
      modified: created,
      expires,
      type: "api_key",
      api: "meta",
    }),
    list: listApiKeys,
    remove: deleteApiKey,
  },
  z.object({
    name: text.optional(),
    rights: z.array(right).min(1, "must not be empty").optional(),
    expires: time.optional(),
  }),
  (session, application, { name, rights, expires }) =>
    createApiKey(session, application, {
      ...(name === undefined ? {} : { name }),
      ...(rights === undefined ? {} : { rights }),
      ...(expires === undefined ? {} : { expires }),
    }),
);

const redirectUri = z
  .object({ id: z.int(), url: text, created: text, ...meta("redirect_uri") })
  .meta({ id: "RedirectUri", description: "Where an application is led back to." });
const redirectUris = kindEndpoints(
  {
    path: "redirect_uris",
    title: "a redirect URI",
    titles: "the redirect URIs",
    item: redirectUri,
    render: ({ id, uri, created }) => ({ id, url: uri, created, type: "redirect_uri", api: "meta" }),
    list: listRedirectUris,
    remove: (session, application, id) => deleteRedirectUri(session, application, numberOf(id)),
  },
  z.object({ url: text }),
  (session, application, { url }) => createRedirectUri(session, application, url),
);

const trustedDomain = z
  .object({ id: z.int(), domain: text, created: text, ...meta("trusted_domain") })
  .meta({ id: "TrustedDomain", description: "Whose pages are given tokens." });
const trustedDomains = kindEndpoints(
  {
    path: "domains",
    title: "a trusted domain",
    titles: "the trusted domains",
    item: trustedDomain,
    render: ({ id, domain, created }) => ({ id, domain, created, type: "trusted_domain", api: "meta" }),
    list: listTrustedDomains,
    remove: (session, application, id) => deleteTrustedDomain(session, application, numberOf(id)),
  },
  z.object({ domain: text }),
  (session, application, { domain }) => createTrustedDomain(session, application, domain),
);

const webhook = z
  .object({
    id: z.int(),
    url: text,
    active: z.boolean(),
    secret: text.optional().describe("Of Standard Webhooks; told once, when it is made."),
    created: text,
    modified: text,
    ...meta("webhook"),
  })
  .meta({ id: "Webhook", description: "Who is told what happens." });
interface ToldWebhook {
  id: number;
  url: string;
  active: boolean;
  created: string;
  modified: string;
  secret?: string;
}
const renderWebhook = ({ id, url, active, created, modified, secret }: ToldWebhook) => ({
  id,
  url,
  active,
  ...(secret === undefined ? {} : { secret }),
  created,
  modified,
  type: "webhook",
  api: "meta",
});
const webhooks: readonly Endpoint[] = [
  ...kindEndpoints<ToldWebhook, z.ZodObject<{ url: typeof text }>>(
    {
      path: "webhooks",
      title: "a webhook",
      titles: "the webhooks",
      item: webhook,
      render: renderWebhook,
      list: listWebhooks,
      remove: (session, application, id) => deleteWebhook(session, application, numberOf(id)),
    },
    z.object({ url: text }),
    async (session, application, { url }) => {
      const { webhook, secret } = await createWebhook(session, application, url);
      return { ...webhook, secret };
    },
  ),
  endpoint({
    method: "GET",
    ...metaPath("/:app/webhooks/:id"),
    title: "A webhook.",
    right: ADMIN,
    answers: { 200: webhook },
    handle: async (call) =>
      ok(renderWebhook(await findWebhook(call.session, call.param("app"), numberOf(call.param("id"))))),
  }),
];

const serviceKey = z
  .object({
    id: z.int(),
    service: text,
    client_id: text,
    has_secret: z.boolean(),
    created: text,
    modified: text,
    ...meta("service_key"),
  })
  .meta({ id: "ServiceKey", description: "An OAuth client of the application's own at a service." });
const renderServiceKey = ({ id, service, clientId, hasSecret, created, modified }: ServiceClient) => ({
  id,
  service,
  client_id: clientId,
  has_secret: hasSecret,
  created,
  modified,
  type: "service_key",
  api: "meta",
});
const serviceKeys: readonly Endpoint[] = [
  ...kindEndpoints(
    {
      path: "service_keys",
      title: "an OAuth client of one's own at a service",
      titles: "the OAuth clients",
      item: serviceKey,
      render: renderServiceKey,
      list: listServiceKeys,
      remove: (session, application, id) => deleteServiceKey(session, application, numberOf(id)),
    },
    z.object({ service: text, client_id: text, client_secret: text.nullish() }),
    (session, application, { service, client_id, client_secret }) =>
      createServiceKey(session, application, {
        service,
        clientId: client_id,
        clientSecret: client_secret ?? null,
      }),
  ),
  endpoint({
    method: "PATCH",
    ...metaPath("/:app/service_keys/:id"),
    title: "Changes an OAuth client.",
    right: ADMIN,
    body: z.object({ client_id: text.optional(), client_secret: text.nullable().optional() }),
    answers: { 200: serviceKey },
    async handle(call) {
      const { client_id, client_secret } = call.body;
      const changed = await updateServiceKey(call.session, call.param("app"), numberOf(call.param("id")), {
        ...(client_id === undefined ? {} : { clientId: client_id }),
        ...(client_secret === undefined ? {} : { clientSecret: client_secret }),
      });
      return ok(renderServiceKey(changed));
    },
  }),
];

/** What an application has several of. */
export const parts: readonly Endpoint[] = [...apiKeys, ...webhooks, ...trustedDomains, ...redirectUris, ...serviceKeys];
