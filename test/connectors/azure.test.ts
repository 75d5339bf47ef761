import { after, before, describe } from "node:test";
import { type OpenedAccount, storageConformance } from "../conformance/storage.js";
import { AZURITE_ACCOUNTS, azurite } from "../servers/azurite.js";
import { type Server, start } from "../servers/server.js";
import { testCore } from "../support/core.js";
import { openThroughUnified } from "../support/open.js";

describe("Azure Blob Storage on azurite", () => {
  let server: Server;
  before(async () => {
    server = await start(azurite);
  });
  after(() => server?.stop());

  /** An account on a new container, and another on a container of another storage account. */
  const open = async (container: string): Promise<OpenedAccount> => {
    const [mine, other] = Object.values(AZURITE_ACCOUNTS).map((keys) => ({
      ...keys,
      endpoint: `http://127.0.0.1:${server.port}/${keys.account}`,
    }));
    const core = await testCore();
    for (const fields of [mine, other]) {
      const { storage } = await core.connect("azure", fields);
      await storage.createFolder({ parent: "root", name: container });
    }
    await core.close();
    return openThroughUnified("azure", { ...mine, container }, { foreign: { ...other, container } });
  };

  storageConformance("azure on azurite", () => open("conformance"));
});
