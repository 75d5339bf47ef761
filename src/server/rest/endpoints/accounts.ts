import { z } from "zod";
import type { Connector, Fields } from "../../../connectors/connector.js";
import { ApiError } from "../../../errors.js";
import { disconnectAccount, updateAccount } from "../../../unified/accounts.js";
import { importAccount } from "../../../unified/connecting/import.js";
import { renderAccount } from "../account.js";
import { created, noContent, ok } from "../answers.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { countedList } from "../lists.js";
import { countedPaging, flag, text, time } from "../parameters.js";

const account = z
  .object({
    id: z.int(),
    account: text,
    service: text,
    service_name: text,
    active: z.boolean(),
    enabled: z.boolean(),
    admin: z.boolean(),
    apis: z.array(text),
    effective_scope: text.nullable(),
    custom_properties: z.record(text, z.unknown()),
    end_user: text.nullable().describe("The application's own name for the person behind it."),
    properties: z
      .object({ capabilities: z.record(text, z.boolean()) })
      .optional()
      .describe("Only with `retrieve_full`."),
    created: text,
    modified: text,
    type: z.literal("account"),
    api: z.literal("meta"),
    href: z.url(),
  })
  .meta({ id: "Account", description: "A user's connection to a service." });

/** Source: the unified API, "Account endpoints". */
export const accounts: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/accounts",
    title: "The accounts that the caller may see.",
    right: "read",
    query: z.object({
      ...countedPaging(10),
      enabled: flag.optional(),
      active: flag.optional(),
      admin: flag.optional(),
      search: text.optional().describe("Part of the account's name or service."),
      retrieve_full: flag.default(false),
    }),
    answers: { 200: { list: [account], style: "counted" } },
    async handle(call) {
      const { page, page_size, enabled, active, admin, search, retrieve_full } = call.query;
      const filter = {
        ...(enabled === undefined ? {} : { enabled }),
        ...(active === undefined ? {} : { usable: active }),
        ...(admin === undefined ? {} : { admin }),
        ...(search ? { query: search } : {}),
      };
      const paging = { after: 0, offset: (page - 1) * page_size, limit: page_size };
      const [items, total] = await Promise.all([
        call.session.accounts(filter, paging),
        call.session.countAccounts(filter),
      ]);
      const objects = items.map((one) => renderAccount(one, call.base, retrieve_full));
      return ok(countedList("meta", call.query, total, objects));
    },
  }),
  endpoint({
    method: "POST",
    path: "/accounts",
    title: "Imports an account whose OAuth tokens the application has got by itself.",
    right: "write",
    body: z.looseObject({
      service: text,
      account: text.optional().describe("What the account is called is asked of the service."),
      token: text,
      refresh_token: text.optional(),
      token_expiry: time.optional(),
      custom_properties: z.record(text, z.unknown()).default({}),
    }),
    answers: { 201: account },
    async handle(call) {
      const { service, token, refresh_token, token_expiry, custom_properties, ...rest } = call.body;
      const imported = await importAccount(call.session, {
        service,
        token,
        refreshToken: refresh_token,
        tokenExpiry: token_expiry,
        fields: fieldsOf(call.session.unified.connectors.get(service), rest),
        customProperties: custom_properties,
      });
      return created(renderAccount(imported, call.base, false));
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account",
    title: "An account.",
    right: "read",
    query: z.object({
      retrieve_full: flag.default(false).describe("With `properties.capabilities`."),
      active: flag.optional(),
    }),
    answers: { 200: account },
    handle: async (call) => ok(renderAccount(call.account, call.base, call.query.retrieve_full)),
  }),
  endpoint({
    method: "PATCH",
    path: "/accounts/:account",
    title: "Renames an account, switches it on or off, or keeps other properties with it.",
    right: "write",
    body: z.object({
      account: text.optional(),
      active: z.boolean().optional().describe("As `enabled`."),
      enabled: z.boolean().optional(),
      custom_properties: z.record(text, z.unknown()).optional(),
      service: text.optional().describe("Cannot be changed."),
    }),
    answers: { 200: account },
    async handle(call) {
      const { account: name, active, enabled = active, custom_properties: customProperties, service } = call.body;
      if (service !== undefined && service !== call.account.connector.service)
        throw new ApiError("invalid_parameters", "An account stays with its service.");
      const updated = await updateAccount(call.account, {
        ...(name === undefined ? {} : { name }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(customProperties === undefined ? {} : { customProperties }),
      });
      return ok(renderAccount(updated, call.base, false));
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/accounts/:account",
    title: "Forgets an account and its credential; the service takes its tokens back, where it can.",
    right: "write",
    answers: { 204: null },
    async handle(call) {
      await disconnectAccount(call.account);
      return noContent;
    },
  }),
];

/** Of a body, what the service asks for beside the tokens: `domain` … */
const fieldsOf = (connector: Connector | undefined, body: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(
    (connector?.auth.fields ?? []).flatMap(({ name }) => {
      const value = body[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
