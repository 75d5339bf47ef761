import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventsConformance } from "../conformance/events.js";
import { storageConformance } from "../conformance/storage.js";
import { openThroughUnified } from "../support/open.js";

const open = async () => {
  const base = await realpath(await mkdtemp(join(tmpdir(), "unigraph-local-")));
  const folders = [join(base, "one"), join(base, "another")] as const;
  for (const folder of folders) await mkdir(folder);
  return openThroughUnified(
    "local",
    { folder: folders[0] },
    {
      config: { local: [...folders] },
      foreign: { folder: folders[1] },
      close: () => rm(base, { recursive: true, force: true }),
    },
  );
};

storageConformance("local", open);
eventsConformance("local", open);
