import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Fields } from "../../../src/connectors/connector.js";
import { testCore } from "../../support/core.js";
import { repository } from "../../support/repository.js";

const KEY = "a-key-for-tests-that-nobody-keeps";

/** Another server, in a process and on a data folder of its own, whose REST API is reached over HTTP. */
export interface FarServer {
  url: string;
  apiKey: string;
  /** Connects a sandbox account there: what the connector needs to reach it. */
  account(fields?: Fields): Promise<{ number: number; fields: Fields }>;
  close(): Promise<void>;
}

export const farServer = async (environment: Record<string, string> = {}): Promise<FarServer> => {
  const data = await mkdtemp(join(tmpdir(), "unigraph-far-"));
  const child = spawn(process.execPath, [join(repository, "bin/unigraph.js"), "serve"], {
    env: {
      PATH: process.env.PATH ?? "",
      PORT: "0",
      UNIGRAPH_DATA: data,
      UNIGRAPH_API_KEY: KEY,
      UNIGRAPH_REST_RATE: "0",
      UNIGRAPH_SEED: "none",
      UNIGRAPH_LOG_LEVEL: "error",
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await ready(child.stdout);
  return {
    url,
    apiKey: KEY,
    async account(fields = {}) {
      const { account, token } = await connectSandbox(url, fields);
      return { number: account.number, fields: { url, token, rate: "10000" } };
    },
    async close() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      await rm(data, { recursive: true, force: true });
    },
  };
};

/** A fresh sandbox account there, reached from here. */
export const reached = async (far: FarServer, fields?: Fields) => {
  const core = await testCore();
  const account = await core.connect("unified", (await far.account(fields)).fields);
  return { account, close: () => core.close() };
};

const ready = async (output: NodeJS.ReadableStream): Promise<string> => {
  for await (const line of createInterface({ input: output })) {
    const [, url] = /^ready (http\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("the far server ended before it was ready");
};

const connectSandbox = async (url: string, fields: Fields): Promise<{ account: { number: number }; token: string }> => {
  const query = `mutation ($fields: JSONObject!) {
    connectAccount(input: { service: "sandbox", fields: $fields }) { account { number } token }
  }`;
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `APIKey ${KEY}` },
    body: JSON.stringify({ query, variables: { fields } }),
  });
  const answer = (await response.json()) as { data?: Record<string, never> };
  assert.ok(answer.data?.connectAccount, JSON.stringify(answer));
  return answer.data.connectAccount;
};
