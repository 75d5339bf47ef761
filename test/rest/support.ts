import assert from "node:assert/strict";
import type { Logger } from "pino";
import type { Config } from "../../src/config.js";
import { connectAccount } from "../../src/unified/accounts.js";
import { KEY, serveForTest, type TestServing } from "../support/serving.js";

export const API_KEY = KEY.replaceAll(" ", "-");

/** One answer of the REST API. */
export interface RestAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON; of anything else, its text. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, as a client without types does.
  body: any;
}

export interface RestOptions {
  headers?: Record<string, string>;
  /** Sent as JSON; text and bytes as they are. */
  body?: unknown;
}

export interface RestServing extends TestServing {
  /** `rest("GET", "/accounts/1/crm/contacts")`, with the application's API key. */
  rest(method: string, path: string, options?: RestOptions): Promise<RestAnswer>;
  /** The same, failing unless the status is this one. */
  expect(status: number, method: string, path: string, options?: RestOptions): Promise<RestAnswer["body"]>;
  /** A bearer token of an account. */
  token(account: number): Promise<string>;
}

/** The whole server, with the accounts of the demo: 1 is the sandbox, 2 a local folder. */
export const restForTest = async (change: Partial<Config> = {}, log?: Logger): Promise<RestServing> => {
  const serving = await serveForTest({ restRate: 0, ...change }, log);
  const rest: RestServing["rest"] = async (method, path, { headers = {}, body } = {}) => {
    const isRaw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(`${serving.url}/v1${path}`, {
      method,
      redirect: "manual",
      headers: {
        authorization: `APIKey ${API_KEY}`,
        ...(isRaw ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: (isRaw ? body : JSON.stringify(body)) as BodyInit }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    ...serving,
    rest,
    async expect(status, method, path, options) {
      const answer = await rest(method, path, options);
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    token: (account) => serving.core.unified.callers.createToken(account),
  };
};

/** Every object of a cursor list, page after page, as clients read it. */
export const everyObject = async ({ expect }: RestServing, path: string): Promise<Record<string, unknown>[]> => {
  const objects: Record<string, unknown>[] = [];
  for (let page: string | null = "1"; page !== null; ) {
    const list = await expect(200, "GET", `${path}${path.includes("?") ? "&" : "?"}page=${encodeURIComponent(page)}`);
    assert.equal(list.type, "object_list");
    assert.equal(list.count, list.objects.length);
    objects.push(...list.objects);
    page = list.next_page;
  }
  return objects;
};

/** The number of another sandbox account of the application. */
export const connectSandbox = async ({ core: { unified, application } }: RestServing): Promise<number> => {
  const session = unified.internal(application, new AbortController().signal);
  const { account } = await connectAccount(session, { service: "sandbox", fields: { seed: "another" } });
  return account.account;
};
