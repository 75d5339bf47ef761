import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EventsOperations, StorageOperations, StorageTraits } from "../../src/connectors/connector.js";
import type { Ref } from "../../src/ids.js";
import type { BoundEvents, BoundParts, BoundStorage } from "../../src/unified/bound.js";
import { checksOf } from "./storage/bench.js";
import { clashes } from "./storage/clashes.js";
import { concurrency } from "./storage/concurrency.js";
import { contents } from "./storage/contents.js";
import { copies } from "./storage/copies.js";
import { direct } from "./storage/direct.js";
import { finding } from "./storage/finding.js";
import { identity } from "./storage/identity.js";
import { listing } from "./storage/listing.js";
import { metadata } from "./storage/metadata.js";
import { names } from "./storage/names.js";
import { parts } from "./storage/parts.js";
import { tree } from "./storage/tree.js";
import { uploads } from "./storage/uploads.js";

/** An account with nothing in it. */
export interface OpenedAccount {
  storage: BoundStorage;
  parts: BoundParts | null;
  traits: StorageTraits;
  events: BoundEvents;
  can(operation: keyof StorageOperations | keyof EventsOperations): boolean;
  ref(type: string, native: string): Ref;
  /** Native id of a file that lives in another account of the service. */
  foreign?(): Promise<string>;
  /** The feed of the same account, as another process on the same data reads it. */
  elsewhere?(): Promise<Pick<OpenedAccount, "events" | "close">>;
  close(): Promise<void>;
}

/**
 * What every storage connector owes. One account serves the whole suite, every test in a new folder of it. A test is skipped
 * only because the connector declares no such operation, or because a server that we did not write is known to deviate:
 * `deviations` gives the reason by the test's title. Either way it says so.
 */
export const storageConformance = (
  name: string,
  open: () => Promise<OpenedAccount>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: storage`, () => {
    let account: OpenedAccount | undefined;
    before(async () => {
      account = await open();
    });
    after(() => account?.close());
    const { check, titles } = checksOf(name, () => account as OpenedAccount, deviations);
    describe("listing", () => listing(check));
    describe("names", () => names(check));
    describe("contents", () => contents(check));
    describe("uploads", () => uploads(check));
    describe("parts", () => parts(check));
    describe("direct uploads", () => direct(check));
    describe("clashes", () => clashes(check));
    describe("tree", () => tree(check));
    describe("copies", () => copies(check));
    describe("identity", () => identity(check));
    describe("concurrency", () => concurrency(check));
    describe("finding", () => finding(check));
    describe("metadata", () => metadata(check));
    test("every deviation names a test", () => {
      assert.deepEqual(
        Object.keys(deviations).filter((title) => !titles.has(title)),
        [],
      );
    });
  });
};
