import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/store/database.js";
import { openEmbeddedLimiter } from "../../src/tasks/embedded/limiter.js";
import { limiterConformance } from "../conformance/limiter.js";

limiterConformance("embedded", async () => {
  const folder = await mkdtemp(join(tmpdir(), "unigraph-limiter-"));
  let time = 1_700_000_000_000;
  const one = () => openEmbeddedLimiter({ database: openDatabase(join(folder, "limits.sqlite")), now: () => time });
  const limiters: [ReturnType<typeof one>, ReturnType<typeof one>] = [one(), one()];
  return {
    limiters,
    pass(milliseconds) {
      time += milliseconds;
    },
    async close() {
      for (const limiter of limiters) limiter.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
