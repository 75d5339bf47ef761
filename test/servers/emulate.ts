import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recipe } from "./server.js";

/** What we are to it. */
export const EMULATED_CLIENT = { clientId: "unigraph-tests", clientSecret: "emulated-client-secret" } as const;

/** The emulator listens on every interface unless it is held to this one. */
const LOOPBACK = `const { Server } = require("node:net");
const { listen } = Server.prototype;
Server.prototype.listen = function (first, ...rest) {
  const options = typeof first === "object" ? first : { port: Number(first) };
  return listen.call(this, { ...options, host: "127.0.0.1" }, ...rest.filter((one) => typeof one === "function"));
};
`;

/** The sign-in of a service as its emulator plays it: it checks the client, the redirect URI, the code and its PKCE verifier. */
export const emulate = (service: "google" | "microsoft" | "slack", redirectUri: string): Recipe => ({
  name: `emulate-${service}`,
  packages: {},
  // A package of ours may lie where nobody else may look.
  keepsRights: true,
  async prepare({ folder, port }) {
    const client = {
      client_id: EMULATED_CLIENT.clientId,
      client_secret: EMULATED_CLIENT.clientSecret,
      name: "Unigraph",
      redirect_uris: [redirectUri],
    };
    const seed = join(folder, "seed.json");
    const loopback = join(folder, "loopback.cjs");
    await writeFile(loopback, LOOPBACK);
    await writeFile(seed, JSON.stringify({ [service]: { oauth_clients: [client], oauth_apps: [client] } }));
    return {
      command: process.execPath,
      arguments: [
        ...["--require", loopback, fileURLToPath(import.meta.resolve("emulate/cli"))],
        ...["start", "--service", service, "--port", String(port), "--seed", seed],
      ],
      path: "",
    };
  },
});
