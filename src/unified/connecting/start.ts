import { ApiError } from "../../errors.js";
import { checkText } from "../accounts.js";
import { isRegistered } from "../applications/redirectUris.js";
import type { Session } from "../session.js";
import { OAuthError } from "./oauthError.js";
import { offered } from "./offered.js";
import type { ConnectionRequest, Recipient } from "./request.js";

/** What an application's server, or an end user's own session, asks for. */
export interface NewConnecting {
  /** One service alone; else those of the scope. */
  service?: string | undefined;
  scope?: string | undefined;
  endUser?: string | undefined;
  /** Registered; told a code in the end. Absent: nobody is told. */
  redirectUri?: string | undefined;
  state?: string | undefined;
  prefill?: Readonly<Record<string, string>> | undefined;
  customProperties?: Readonly<Record<string, unknown>> | undefined;
}

/** Begins a flow for whichever browser opens it first. */
export const startConnecting = async (
  session: Session,
  { service, scope, endUser, redirectUri, state, prefill, customProperties }: NewConnecting,
): Promise<{ token: string; expires: string }> => {
  const { unified, caller } = session;
  const { application } = caller;
  if (caller.kind === "token")
    throw new ApiError("forbidden", "A bearer token belongs to one account and cannot connect another.");
  if (caller.endUser !== null && endUser !== undefined && endUser !== caller.endUser)
    throw new ApiError("forbidden", "A session connects accounts of its own end user only.");
  if (service !== undefined && scope !== undefined)
    throw new ApiError("invalid_parameters", "Give a service or a scope, not both.");
  if (endUser !== undefined) checkText("An end user's name", endUser);
  if (redirectUri !== undefined && !isRegistered(await unified.store.redirectUris.list(application), redirectUri))
    throw new ApiError("invalid_parameters", "The redirect URI is not registered for this application.");
  const recipient: Recipient =
    redirectUri === undefined
      ? { kind: "nobody" }
      : { kind: "redirect", uri: redirectUri, answer: "code", state: state ?? null };
  const request: ConnectionRequest = {
    application,
    recipient,
    scope: scope ?? service ?? "any",
    prefill: prefill ?? {},
    customProperties: customProperties ?? {},
    raw: {},
    endUser: caller.endUser ?? endUser ?? null,
    endUserIsProven: true,
  };
  const services = await offered(unified, request).catch((error: unknown) => {
    throw error instanceof OAuthError ? new ApiError("invalid_parameters", error.message) : error;
  });
  if (services.length === 0)
    throw new ApiError("invalid_parameters", "None of these services can be connected by a page of ours.");
  return unified.flows.begin({ application, browser: null }, { request });
};
