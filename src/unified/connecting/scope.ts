import type { Connector } from "../../connectors/connector.js";
import { APIS, type Api } from "../../ids.js";
import { apisOf } from "../capabilities.js";
import { OAuthError } from "./oauthError.js";

/** One of the parts that stand between spaces. Source: the unified API, "Scope grammar". */
interface ScopeToken {
  /** The services that it means. */
  means(connector: Connector): boolean;
  admin: boolean;
  /** Null: all that the service has. `basic`: who the user is, and no category. */
  api: Api | "basic" | null;
  /** The service's own scopes, word for word; null: those that the connector asks for. */
  raw: string | null;
}

/** What an application asks for: of which services, as whose account, for which categories. */
export type Scope = readonly ScopeToken[];

/** What is asked of one service. */
export interface ServiceScope {
  /** An account of an administrator, and nothing less. */
  needsAdmin: boolean;
  /** An administrator's account may act as one. */
  mayAdmin: boolean;
  /** What to ask of the service, in its own words. */
  upstream: readonly string[];
}

/** Characters and parts of a scope. */
const LONGEST = 4096;
const MOST = 100;

const TOKEN = /^([a-z0-9_]+)(?::(normal|admin))?((?:\.(?:"[^"]+"|[\w-]+))*)(:raw)?$/;
const PART = /\.(?:"([^"]+)"|([\w-]+))/g;

const hasApi =
  (api: Api) =>
  (connector: Connector): boolean =>
    apisOf(connector).includes(api);

/** Names of several services. A service that is no object store but has files is a file store. */
const GROUPS: Readonly<Record<string, (connector: Connector) => boolean>> = {
  any: () => true,
  all: () => true,
  file_store: (connector) => connector.storage !== undefined && connector.category !== "object_storage",
  object_store: ({ category }) => category === "object_storage",
  construction: ({ category }) => category === "construction",
};
const CATEGORIES: Readonly<Record<string, Api>> = {
  ...Object.fromEntries(APIS.filter((api) => api !== "meta" && api !== "events").map((api) => [api, api])),
  helpdesk: "itsm",
};

/** Throws `invalid_scope` for what is no scope, or names a service that is not known here. */
export const parseScope = (text: string, connectors: ReadonlyMap<string, Connector>): Scope => {
  if (text.length > LONGEST) throw invalid("The scope is too long.");
  const words = text.match(/(?:[^\s"]|"[^"]*")+|"/g) ?? [];
  if (words.length > MOST) throw invalid(`A scope has at most ${MOST} parts.`);
  return (words.length > 0 ? words : ["any"]).map((word) => parseToken(word, connectors));
};

const parseToken = (word: string, connectors: ReadonlyMap<string, Connector>): ScopeToken => {
  const [, head, privilege, tail = "", isRaw] = TOKEN.exec(word) ?? [];
  if (head === undefined) throw invalid(`${quote(word)} is no scope.`);
  const category = own(CATEGORIES, head);
  const means = own(GROUPS, head) ?? (category ? hasApi(category) : meansService(head, connectors));
  if (!means) throw invalid(`There is no service, group or category ${quote(head)}.`);
  const parts = [...tail.matchAll(PART)].map(([, quoted, plain]) => ({ text: quoted ?? plain ?? "", plain }));
  const api = category ?? toApi(parts[0]?.plain);
  if (api !== null && category === undefined) parts.shift();
  const [permission, ...others] = parts;
  if (others.length > 0) throw invalid(`${quote(word)} has too many parts.`);
  if (isRaw && !permission) throw invalid(`${quote(word)} names no scopes of the service.`);
  if (permission && !isRaw && permission.text !== "default")
    throw invalid(`${quote(permission.text)} is no permission; give the service's own scopes with :raw.`);
  return {
    means: (connector) => means(connector) && (api === null || api === "basic" || hasApi(api)(connector)),
    admin: privilege === "admin",
    api,
    raw: isRaw && permission ? permission.text : null,
  };
};

const meansService = (service: string, connectors: ReadonlyMap<string, Connector>) =>
  connectors.has(service) ? (connector: Connector) => connector.service === service : undefined;

const toApi = (text: string | undefined): Api | "basic" | null => {
  if (text === undefined || text === "basic") return text ?? null;
  return own(CATEGORIES, text) ?? null;
};

/** What a scope asks of a service; null: nothing. */
export const scopeOf = (scope: Scope, connector: Connector): ServiceScope | null => {
  const tokens = scope.filter(({ means }) => means(connector));
  if (tokens.length === 0) return null;
  const { auth } = connector;
  const usual = auth.scheme === "oauth2" ? auth.scopes : [];
  const upstream = tokens.flatMap(({ raw }) => (raw === null ? usual : raw.split(/\s+/).filter(Boolean)));
  return {
    needsAdmin: tokens.every(({ admin }) => admin),
    mayAdmin: tokens.some(({ admin }) => admin),
    upstream: [...new Set(upstream)],
  };
};

/** What an account was granted, in the same grammar. `apis`: the categories that it has. */
export const grantedScope = (scope: Scope, connector: Connector, account: { apis: readonly Api[]; admin: boolean }) => {
  const head = `${connector.service}:${account.admin ? "admin" : "normal"}`;
  const granted = scope
    .filter(({ means }) => means(connector))
    .flatMap(({ api, raw }) => {
      const permission = raw === null ? "" : `."${raw}":raw`;
      if (api === null) return account.apis.map((one) => `${head}.${one}${permission}`);
      return api === "basic" || account.apis.includes(api) ? [`${head}.${api}${permission}`] : [];
    });
  return [...new Set(granted)].join(" ");
};

const own = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const quote = (text: string): string => JSON.stringify(text.slice(0, 100));
const invalid = (description: string) => new OAuthError("invalid_scope", description);
