import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Credential } from "../../../src/auth/credential.js";
import type { ConnectContext, Connector, Settings } from "../../../src/connectors/connector.js";
import { memoryDispatcher } from "../../../src/upstream/transports/memory.js";
import { openClient, targetAt } from "../../faults/client.js";
import { bindConnector } from "../../support/bind.js";

export interface Asked {
  method: string;
  url: string;
  /** What the signature is for. */
  region: string | undefined;
  headers: Record<string, string>;
  body: string;
}
export type Answer = { status?: number; headers?: Record<string, string>; body?: string };

/** A stand-in for endpoints which no test can reach: it answers by a script and keeps what it was asked. */
export const played = (
  t: TestContext,
  { connector, credential }: { connector: Connector; credential: Credential },
  origins: readonly string[],
  script: (asked: Asked) => Answer,
) => {
  const requests: Asked[] = [];
  const routes = origins.map((origin) => {
    const dispatcher = memoryDispatcher(async ({ method, path, headers, body }) => {
      const region = /Credential=\w+\/\d+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1];
      const asked = { method, url: origin + path, region, headers, body: (await buffer(body)).toString() };
      requests.push(asked);
      const { status = 200, headers: more = {}, body: text = "" } = script(asked);
      return {
        status,
        headers: { "content-length": String(Buffer.byteLength(text)), ...more },
        body: method === "HEAD" ? "" : text,
      };
    });
    return [origin, dispatcher] as const;
  });
  const client = openClient(t, { routes: new Map(routes) });
  const { service, hosts, explain } = connector;
  const upstream = (origin: string, signedWith: Credential) =>
    client.for(
      targetAt(origin, {
        service,
        ...(hosts ? { hosts } : {}),
        ...(explain ? { explain } : {}),
        credentials: { current: async () => ({ credential: signedWith, version: 1 }) },
      }),
    );
  const account = (settings: Settings) => {
    const origin = typeof connector.origin === "function" ? connector.origin(settings) : String(connector.origin);
    return bindConnector(connector, settings, { upstream: upstream(origin, credential) });
  };
  const refuse = () => Promise.reject(new Error("this connector opens no connections"));
  const connections: ConnectContext["connections"] = () => ({ use: refuse, lend: refuse });
  const connecting: ConnectContext = { upstream, connections, signal: new AbortController().signal };
  return { requests, account, connecting };
};

/** Without its query. */
export const brief = ({ method, url, region }: Asked) => `${method} ${url.replace(/\?.*/, "")} ${region}`;

export const objectList = (...keys: string[]) =>
  `<ListBucketResult><IsTruncated>false</IsTruncated>${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join("")}</ListBucketResult>`;
