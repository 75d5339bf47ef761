import { type Core, openCore } from "../app.js";
import { readConfig } from "../config.js";
import type { Session } from "../unified/session.js";

/** Runs a command on the data folder itself, beside a server that may be running on it. */
export const withCore = async (run: (core: Core, session: Session) => Promise<void>): Promise<void> => {
  const config = readConfig(process.env);
  const core = await openCore(
    { ...config, seed: "none" },
    () => config.publicUrl ?? `http://${config.host}:${config.port}`,
  );
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  try {
    await run(core, core.unified.internal(core.application, interrupted.signal, true, "command line"));
  } finally {
    await core.close();
  }
};
