import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { ApiError, type ErrorCode } from "../../src/errors.js";
import { UpstreamClient, type UpstreamOptions } from "../../src/upstream/client.js";
import type { AccountBook, Target } from "../../src/upstream/upstream.js";
import { type Behaviour, FaultService } from "./service.js";

/** A client that may reach this machine and never waits between attempts; closed with the test. */
export const openClient = (t: TestContext, options: UpstreamOptions = {}): UpstreamClient => {
  const client = new UpstreamClient({ privateNetworks: ["127.0.0.0/8"], random: () => 0, ...options });
  t.after(() => client.close());
  return client;
};

export const startService = async (t: TestContext, ...script: Behaviour[]): Promise<FaultService> => {
  const service = await FaultService.start(script);
  t.after(() => service.close());
  return service;
};

export const newBook = (): AccountBook => ({ account: "1", service: "test", calls: 0, joined: 0, waitedMs: 0, ms: 0 });

export const targetAt = (origin: string, more: Partial<Target> = {}): Target => ({
  service: "test",
  account: "1",
  origin,
  budget: { concurrency: 64 },
  credentials: { current: async () => ({ credential: { scheme: "none" }, version: 1 }) },
  ...more,
});

/** For `assert.rejects`: an error of this code that tells nothing of hosts, addresses and stacks. */
export const fails =
  (code: ErrorCode, check: (error: ApiError) => void = () => undefined) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ApiError, `not an ApiError: ${String(error)}`);
    assert.equal(error.code, code, `${error.code}: ${error.message} (${String(error.cause)})`);
    assert.doesNotMatch(error.message, /\d+\.\d+\.\d+\.\d+|::1|localhost|https?:|\n|at .*:\d+/);
    check(error);
    return true;
  };
