import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { local } from "../../src/connectors/local/index.js";
import { storageConformance } from "../conformance/storage.js";
import { bindStorage } from "../support/bind.js";

storageConformance("local", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "unigraph-local-")));
  const { storage } = local({ folders: [folder] });
  return {
    ...bindStorage(storage as NonNullable<typeof storage>, { root: folder, below: "root" }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
