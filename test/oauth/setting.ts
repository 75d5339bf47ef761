import type { Logger } from "pino";
import { createRedirectUri } from "../../src/unified/applications/redirectUris.js";
import { createTrustedDomain } from "../../src/unified/applications/trustedDomains.js";
import type { Session } from "../../src/unified/session.js";
import { serveForTest, type TestServing } from "../support/serving.js";

export const CALLBACK = "https://app.example.com/connected?from=unigraph";
export const TRUSTED = "https://app.example.com";

export interface Setting extends TestServing {
  session: Session;
  application: string;
  /** An address of ours with these parameters; `client_id` unless it is given. */
  address(path: string, parameters?: Readonly<Record<string, string>>): string;
  /** The authorization endpoint's, for the code flow unless it is said otherwise. */
  asks(parameters?: Readonly<Record<string, string>>): string;
}

/** A whole server whose application has a redirect URI and a trusted domain. */
export const openSetting = async (log?: Logger): Promise<Setting> => {
  const serving = await serveForTest({ seed: "none" }, log);
  const { unified, application } = serving.core;
  const session = unified.internal(application, new AbortController().signal);
  await createRedirectUri(session, application, CALLBACK);
  await createTrustedDomain(session, application, new URL(TRUSTED).host);
  const address: Setting["address"] = (path, parameters = {}) =>
    `${serving.url}${path}?${new URLSearchParams({ client_id: application, ...parameters })}`;
  return {
    ...serving,
    session,
    application,
    address,
    asks: (parameters) =>
      address("/v1/oauth", { response_type: "code", redirect_uri: CALLBACK, state: "s&<1>", ...parameters }),
  };
};

/** What an application is told by a redirect, in the query or the fragment. */
export const toldTo = (location: string | null): URLSearchParams => {
  const url = new URL(location ?? "none:");
  return new URLSearchParams(url.hash === "" ? url.search : url.hash.slice(1));
};
