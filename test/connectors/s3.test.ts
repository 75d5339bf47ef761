import { after, before, describe } from "node:test";
import { type OpenedAccount, storageConformance } from "../conformance/storage.js";
import { install } from "../servers/install.js";
import { type Server, start } from "../servers/server.js";
import { SWIFT_KEYS, swift } from "../servers/swift.js";
import { testCore } from "../support/core.js";
import { openThroughUnified } from "../support/open.js";

describe("S3 on OpenStack Swift", { skip: await install(swift) }, () => {
  let server: Server;
  before(async () => {
    server = await start(swift);
  });
  after(() => server?.stop());

  /** An account on a new bucket, and another on a bucket of somebody else's. */
  const open = async (bucket: string): Promise<OpenedAccount> => {
    const endpoint = server.url;
    const [mine, other] = [
      { endpoint, ...SWIFT_KEYS.owner },
      { endpoint, ...SWIFT_KEYS.other },
    ];
    const core = await testCore();
    for (const fields of [mine, other]) {
      const { storage } = await core.connect("s3_compatible", fields);
      await storage.createFolder({ parent: "root", name: bucket });
    }
    await core.close();
    return openThroughUnified("s3_compatible", { ...mine, bucket }, { foreign: { ...other, bucket } });
  };

  storageConformance("s3_compatible on Swift", () => open("conformance"), {
    "fail: a name that is free is taken, once":
      "Swift answers 501 to a condition, and nobody is there to send the same without it",
  });
});
