import type { OpenFlow } from "../../auth/flows.js";
import { authorizationUrl, exchange, type Grant, newVerifier } from "../../auth/oauth/authorization.js";
import type { OAuthService } from "../../auth/oauth/service.js";
import type { Connector, Fields } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Application } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import { checkFields, proveConnection } from "../accounts.js";
import type { UnifiedApi } from "../api.js";
import { apisOf } from "../capabilities.js";
import type { Session } from "../session.js";
import { Tries } from "../tries.js";
import { type Answer, answer, failureOf } from "./answer.js";
import { keepOrRenew } from "./keep.js";
import { OAuthError } from "./oauthError.js";
import { offered } from "./offered.js";
import { type ConnectionRequest, readRecipient, readRequest } from "./request.js";
import { grantedScope, parseScope, scopeOf } from "./scope.js";

/** What comes next at the browser. `flow` names it in the pages' addresses. */
export type Step =
  | Answer
  /** To the service's own authorization endpoint. */
  | { kind: "leave"; url: string }
  | { kind: "choose"; page: PageOfFlow }
  /** `fields`: what is known, no secret among it. `problem`: why the last try connected nothing. */
  | { kind: "form"; page: PageOfFlow; connector: Connector; fields: Fields; problem: ApiError | null };

export interface PageOfFlow {
  flow: string;
  application: Application;
  /** Those that can be chosen. */
  services: readonly Connector[];
  /** Where its last answer may redirect to. */
  leadsTo: string | null;
}

/** Whose flow it is. */
export interface Browser {
  /** The text of its cookie, without which nothing that was begun goes on. */
  secret: string;
  /** The address that it reaches us by, without a slash at its end. */
  base: string;
}

/** While the user is at the service. */
interface Leg {
  request: ConnectionRequest;
  /** The flow whose pages led there. */
  flow: string;
  fields: Fields;
  verifier: string;
  redirectUri: string;
}

/** What is kept of a flow while its pages are open. */
type Pages = { request: ConnectionRequest };

/**
 * Somebody connects an account in a browser, from the application's request to its answer. What the person did wrong, or nobody
 * else can be told, is an `ApiError`.
 */
export class Connecting {
  /** Passwords of others' servers are guessed through our forms, if at all, slowly. */
  readonly #tries = new Tries();

  constructor(
    private readonly unified: UnifiedApi,
    private readonly now: () => number = Date.now,
  ) {}

  async begin(query: URLSearchParams, browser: Browser): Promise<Step> {
    const { application, recipient } = await readRecipient(this.unified, query);
    try {
      const request = await readRequest(this.unified, query, { application, recipient });
      if ((await offered(this.unified, request)).length === 0)
        throw new OAuthError("invalid_scope", "No service that this scope allows can be connected here.");
      const { token } = await this.unified.flows.begin(
        { application: application.id, browser: browser.secret },
        { request },
      );
      return await this.choose(token, browser);
    } catch (error) {
      return answer(recipient, failureOf(error));
    }
  }

  /** Skips the question where there is one service only. */
  async choose(flow: string, browser: Browser): Promise<Step> {
    const { request, page } = await this.#open(flow, browser);
    const [only, ...others] = page.services;
    if (only && others.length === 0) return this.#enter(browser, request, page, only);
    return { kind: "choose", page };
  }

  /** The service was chosen: its form, or the way to it. */
  async enter(flow: string, browser: Browser, service: string): Promise<Step> {
    const { request, page } = await this.#open(flow, browser);
    return this.#enter(browser, request, page, found(page, service));
  }

  /** What was typed. Where it connects nothing, the form comes again and says why. */
  async submit(flow: string, browser: Browser, service: string, fields: Fields, signal: AbortSignal): Promise<Step> {
    const { request, page } = await this.#open(flow, browser);
    const connector = found(page, service);
    const told = toldFields(connector, fields);
    const guessed = JSON.stringify([service, told]);
    try {
      checkFields(connector, fields);
      if (isOAuth(connector)) return await this.#leave(flow, browser, request, connector, fields);
      this.#tries.take(guessed);
      const account = await this.#connect(this.#session(request, signal), request, connector, fields);
      this.#tries.giveBack(guessed);
      if ((await this.unified.flows.take(flow, browser.secret)) === null) throw unknownFlow();
      return await this.#succeed(request, account);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code === "internal_error") throw error;
      return { kind: "form", page, connector, fields: told, problem: error };
    }
  }

  /** The service has sent the browser back. */
  async comeBack(service: string, parameters: URLSearchParams, browser: Browser, signal: AbortSignal): Promise<Step> {
    const state = parameters.get("state") ?? "";
    const connector = this.unified.connectors.get(service);
    const opened = await this.unified.flows.open<Leg>(state, browser.secret);
    // An answer under another service's address is that of a server that plays the other (RFC 9700, 4.4).
    if (!connector || opened?.service !== service || (await this.unified.flows.take(state, browser.secret)) === null)
      throw unknownFlow();
    const { request, flow, fields, verifier, redirectUri } = opened.contents;
    try {
      const key = await this.unified.clients.find(request.application, service);
      const returned = { parameters, state, redirectUri, verifier };
      const grant = await exchange(connector.auth, key, returned, this.unified.client.fetch, this.now);
      const account = await this.#connect(this.#session(request, signal), request, connector, fields, grant);
      await this.unified.flows.take(flow, browser.secret);
      return await this.#succeed(request, account);
    } catch (error) {
      return answer(request.recipient, failureOf(error));
    }
  }

  async cancel(flow: string, browser: Browser): Promise<Step> {
    const taken = await this.unified.flows.take<Pages>(flow, browser.secret);
    if (!taken) throw unknownFlow();
    return answer(taken.contents.request.recipient, failureOf(new OAuthError("access_denied", "The user cancelled.")));
  }

  async #open(flow: string, browser: Browser): Promise<{ request: ConnectionRequest; page: PageOfFlow }> {
    const opened: OpenFlow<Pages> | null = await this.unified.flows.open(flow, browser.secret);
    const application = opened && (await this.unified.store.applications.get(opened.application));
    if (!opened || !application || opened.service !== null) throw unknownFlow();
    const { request } = opened.contents;
    const leadsTo = request.recipient.kind === "redirect" ? request.recipient.uri : null;
    return { request, page: { flow, application, services: await offered(this.unified, request), leadsTo } };
  }

  async #enter(browser: Browser, request: ConnectionRequest, page: PageOfFlow, connector: Connector): Promise<Step> {
    if (isOAuth(connector) && connector.auth.fields.length === 0)
      return this.#leave(page.flow, browser, request, connector, {});
    return { kind: "form", page, connector, fields: prefilled(connector, request.prefill), problem: null };
  }

  async #leave(
    flow: string,
    browser: Browser,
    request: ConnectionRequest,
    connector: Connector & { auth: OAuthService & { authorize: string } },
    fields: Fields,
  ): Promise<Step> {
    const { flows, clients, connectors } = this.unified;
    const { application } = request;
    const { service } = connector;
    const key = await clients.find(application, service);
    const scopes = scopeOf(parseScope(request.scope, connectors), connector)?.upstream ?? [];
    const redirectUri = `${browser.base}/v1/oauth/callback/${service}`;
    const verifier = newVerifier();
    const leg: Leg = { request, flow, fields, verifier, redirectUri };
    const { token: state } = await flows.begin({ application, service, browser: browser.secret }, leg);
    const url = await authorizationUrl(connector.auth, key, {
      redirectUri,
      state,
      verifier,
      scopes,
      more: request.raw,
    });
    return { kind: "leave", url };
  }

  async #connect(
    session: Session,
    request: ConnectionRequest,
    connector: Connector,
    fields: Fields,
    grant?: Grant,
  ): Promise<ConnectedAccount> {
    const scope = parseScope(request.scope, this.unified.connectors);
    const asked = scopeOf(scope, connector);
    const connection = await proveConnection(session, connector, fields, grant);
    if (asked?.needsAdmin && !connection.admin)
      throw new ApiError("forbidden", `This is no administrator's account of ${connector.title}, and one is needed.`);
    const admin = connection.admin === true && asked?.mayAdmin === true;
    const apis = apisOf(connector, { settings: { ...connection.settings }, scope: null });
    const { endUser, endUserIsProven, customProperties } = request;
    return keepOrRenew(
      session,
      connector,
      connection,
      { endUser, customProperties, admin, scope: grantedScope(scope, connector, { apis, admin }) },
      endUser !== null && !endUserIsProven,
    );
  }

  async #succeed(
    { recipient, endUser, endUserIsProven }: ConnectionRequest,
    account: ConnectedAccount,
  ): Promise<Answer> {
    const { codes, callers } = this.unified;
    const { application, account: number, record } = account;
    if (recipient.kind === "nobody") return { kind: "end", problem: null };
    if (recipient.kind === "redirect" && recipient.answer === "code") {
      const confirms = endUserIsProven ? null : endUser;
      const code = { application, account: number, redirectUri: recipient.uri, endUser: confirms };
      return answer(recipient, { code: await codes.issue(code) });
    }
    const token = await callers.createToken(number);
    return answer(recipient, { access_token: token, token_type: "Bearer", scope: record.scope ?? "" });
  }

  /** In the name of a person, who may connect nothing that asks nobody who they are. */
  #session({ application, endUser }: ConnectionRequest, signal: AbortSignal): Session {
    const rights = new Set(["read", "write"] as const);
    return this.unified.session(
      { application, kind: "session", rights, accounts: null, endUser, name: "connecting" },
      signal,
    );
  }
}

type OAuthConnector = Connector & { auth: OAuthService & { authorize: string; fields: Connector["auth"]["fields"] } };

const isOAuth = (connector: Connector): connector is OAuthConnector =>
  connector.auth.scheme === "oauth2" && connector.auth.authorize !== undefined;

const found = ({ services }: PageOfFlow, service: string): Connector => {
  const connector = services.find((one) => one.service === service);
  if (!connector) throw new ApiError("not_found", "This service cannot be connected here.");
  return connector;
};

/** What the application knows already. Clients of the unified API call a server's address `domain`. */
const prefilled = ({ auth }: Connector, prefill: Fields): Fields => {
  const { domain = "" } = prefill;
  const address = /^[a-z+]+:\/\//.test(domain) && URL.canParse(domain) ? new URL(domain) : null;
  const aliases: Fields = { url: domain, host: address?.hostname ?? domain, port: address?.port ?? "" };
  return Object.fromEntries(
    auth.fields.flatMap(({ name, secret }) => {
      const value = secret ? undefined : (prefill[name] ?? aliases[name]);
      return value ? [[name, value.slice(0, 1000)]] : [];
    }),
  );
};

/** What may be shown again. */
const toldFields = ({ auth }: Connector, fields: Fields): Fields =>
  Object.fromEntries(
    auth.fields.flatMap(({ name, secret }) => (secret || !fields[name] ? [] : [[name, fields[name]]])),
  );

const unknownFlow = () =>
  new ApiError("bad_request", "This page is too old, was used already, or was opened in another browser. Begin again.");
