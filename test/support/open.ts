import { Readable } from "node:stream";
import { openCore } from "../../src/app.js";
import type { Config } from "../../src/config.js";
import { type Fields, ROOT } from "../../src/connectors/connector.js";
import type { OpenedAccount } from "../conformance/storage.js";
import { type TestCore, testCore } from "./core.js";

/** A fresh account of a service, reached as every caller reaches it: through the unified API and all its layers. */
export const openThroughUnified = async (
  service: string,
  fields: Fields,
  options: { config?: Partial<Config>; foreign?: Fields; close?: () => Promise<void> } = {},
): Promise<OpenedAccount> => {
  const core = await testCore(options.config);
  const account = await core.connect(service, fields);
  return {
    storage: account.storage,
    parts: account.storage.parts,
    traits: account.storage.traits,
    events: account.apis(false).events,
    can: (operation) =>
      operation === "parts"
        ? account.storage.parts !== null
        : account.storage.can(operation) || account.apis(false).events.can(operation),
    ref: (type, native) => account.ref("storage", type, native),
    elsewhere: () => elsewhere(core, account.account),
    ...(options.foreign ? { foreign: () => fileOf(core, service, options.foreign as Fields) } : {}),
    async close() {
      await core.close();
      await options.close?.();
    },
  };
};

const elsewhere = async ({ config }: TestCore, number: number) => {
  const { unified, application, close } = await openCore(config, () => "http://unigraph.test");
  const account = await unified.internal(application, new AbortController().signal).account(number);
  return { events: account.apis(false).events, close };
};

/** A file in another account of the service. */
const fileOf = async (core: TestCore, service: string, fields: Fields): Promise<string> => {
  const { storage } = await core.connect(service, fields);
  const file = await storage.upload(
    { parent: ROOT, name: "foreign.txt", size: 7, ifExists: "replace" },
    Readable.from(Buffer.from("foreign"), { objectMode: false }),
  );
  return file.id.native;
};
