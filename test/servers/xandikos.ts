import { INVITED } from "./radicale.js";
import type { Recipe } from "./server.js";

/** Xandikos: calendars in git, kept as they were written; it asks nobody who he is. */
export const xandikos: Recipe = {
  name: "xandikos",
  packages: { xandikos: "/usr/bin/xandikos" },
  prepare: async ({ files, port }) => ({
    command: "/usr/bin/env",
    arguments: [
      ...[`EMAIL=${INVITED.username}`, "/usr/bin/xandikos", "--directory", files, "--defaults"],
      ...["--listen-address", "127.0.0.1", "--port", String(port), "--current-user-principal", "/alice/"],
    ],
    path: "/",
  }),
};
