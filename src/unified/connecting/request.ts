import { ApiError } from "../../errors.js";
import type { Application } from "../../store/store.js";
import type { UnifiedApi } from "../api.js";
import { isRegistered } from "../applications/redirectUris.js";
import { isTrusted } from "../applications/trustedDomains.js";
import { type JsonObject, readObject, readTexts } from "./json.js";
import { OAuthError } from "./oauthError.js";
import { parseScope } from "./scope.js";

/** For an answer by `postMessage` to the page that opened the window. */
export const OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob";

/** Whom to tell how it ended, and how. */
export type Recipient =
  | { kind: "redirect"; uri: string; answer: "code" | "token"; state: string | null }
  /** The page that opened the window; `id` is the number of its request. */
  | { kind: "opener"; origin: string; id: string; state: string | null }
  /** Nobody: the application's server began it and sees the account on its own. */
  | { kind: "nobody" };

/** An application asks somebody to connect an account. Source: the unified API, "authorization endpoint". */
export interface ConnectionRequest {
  application: string;
  recipient: Recipient;
  scope: string;
  /** Fills the form in; never a secret. */
  prefill: Readonly<Record<string, string>>;
  customProperties: JsonObject;
  /** More parameters for the service's own authorization endpoint. */
  raw: Readonly<Record<string, string>>;
  /** Whose the account will be. */
  endUser: string | null;
  /** The application's server has named the end user itself. Otherwise it confirms by redeeming the code. */
  endUserIsProven: boolean;
}

/** Characters of a parameter. */
const LONGEST = 4096;

/** Whom to answer, or an `ApiError` for the person at the browser where that is not certain: nothing is told to anybody then. */
export const readRecipient = async (
  unified: UnifiedApi,
  query: URLSearchParams,
): Promise<{ application: Application; recipient: Exclude<Recipient, { kind: "nobody" }> }> => {
  const clientId = single(query, "client_id");
  const application = clientId === null ? null : await unified.store.applications.get(clientId);
  if (!application) throw wrong("The application that sent you here is not known: its client_id is wrong.");
  const state = single(query, "state");
  const uri = single(query, "redirect_uri");
  if (uri === null) throw wrong(`${application.name} does not say where to answer: redirect_uri is missing.`);
  if (uri !== OUT_OF_BAND) {
    if (!isRegistered(await unified.store.redirectUris.list(application.id), uri))
      throw wrong(`The address to which ${application.name} wants its answer is not registered: ${uri.slice(0, 200)}`);
    const answer = single(query, "response_type") === "token" ? "token" : "code";
    return { application, recipient: { kind: "redirect", uri, answer, state } };
  }
  const origin = single(query, "origin") ?? "";
  if (!(await isTrusted(unified, application.id, origin)))
    throw wrong(`The page that opened this window is not one that ${application.name} trusts: ${origin.slice(0, 200)}`);
  return { application, recipient: { kind: "opener", origin, id: single(query, "request_id") ?? state ?? "", state } };
};

/** The rest of the request. What is wrong with it is an `OAuthError`, for the recipient. */
export const readRequest = async (
  unified: UnifiedApi,
  query: URLSearchParams,
  { application, recipient }: { application: Application; recipient: Recipient },
): Promise<ConnectionRequest> => {
  for (const name of new Set(query.keys()))
    if (query.getAll(name).length > 1) throw invalid(`${name.slice(0, 50)} was given more than once.`);
  if (!application.active) throw new OAuthError("unauthorized_client", "The application is switched off.");
  checkResponseType(query.get("response_type"), application, recipient);
  const scope = given(query, "scope") ?? "any";
  parseScope(scope, unified.connectors);
  const endUser = given(query, "end_user");
  if (endUser !== null && endUser.length > 255) throw invalid("end_user has at most 255 characters.");
  // A link that anybody can write must not put an account into somebody's hands: the application's server confirms it.
  if (endUser !== null && !(recipient.kind === "redirect" && recipient.answer === "code"))
    throw invalid("end_user needs response_type=code, for the application's server has to confirm it.");
  return {
    application: application.id,
    recipient,
    scope,
    prefill: readTexts("extra_data", given(query, "extra_data") ?? given(query, "form_data")),
    customProperties: readObject("custom_properties", given(query, "custom_properties")),
    raw: Object.fromEntries(
      [...query].flatMap(([name, value]) => {
        const [, inner] = /^raw\[([\w.-]{1,100})\]$/.exec(name) ?? [];
        return inner === undefined ? [] : [[inner, value.slice(0, LONGEST)]];
      }),
    ),
    endUser,
    endUserIsProven: false,
  };
};

const checkResponseType = (type: string | null, { implicitGrantEnabled }: Application, { kind }: Recipient): void => {
  if (type === null) throw invalid("response_type is missing.");
  if (type !== "code" && type !== "token")
    throw new OAuthError("unsupported_response_type", "response_type must be code or token.");
  if (kind === "opener" && type !== "token")
    throw new OAuthError(
      "unsupported_response_type",
      "A page that opens this window is answered with response_type=token.",
    );
  if (kind === "redirect" && type === "token" && !implicitGrantEnabled)
    throw new OAuthError("unauthorized_client", "The implicit grant is not enabled for this application.");
};

/** The only value of a parameter; null where there is none, or several. */
const single = (query: URLSearchParams, name: string): string | null => {
  const values = query.getAll(name);
  const [value] = values;
  return values.length === 1 && value && value.length <= LONGEST ? value : null;
};

const given = (query: URLSearchParams, name: string): string | null => {
  const value = query.get(name);
  if (value !== null && value.length > LONGEST) throw invalid(`${name} is too long.`);
  return value || null;
};

const wrong = (message: string) => new ApiError("bad_request", message);
const invalid = (message: string) => new OAuthError("invalid_request", message);
