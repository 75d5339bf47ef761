import { X509Certificate } from "node:crypto";
import { describe } from "node:test";
import { type OpenedAccount, storageConformance } from "../conformance/storage.js";
import { good } from "../faults/certificates.js";
import { install } from "../servers/install.js";
import { pyftpdlib } from "../servers/pyftpdlib.js";
import { type Recipe, type Server, start } from "../servers/server.js";
import { VSFTPD_USER, vsftpd } from "../servers/vsftpd.js";
import { openThroughUnified } from "../support/open.js";

const certificate = new X509Certificate(good.cert).fingerprint256;

type FieldsOn = (server: Server) => Record<string, string>;
const at = ({ port, username, password }: Server) => ({ host: "127.0.0.1", port: String(port), username, password });

const SERVERS: readonly (readonly [Recipe, FieldsOn])[] = [
  [pyftpdlib({ security: "none" }), (server) => ({ ...at(server), security: "none" })],
  [pyftpdlib({ security: "explicit" }), (server) => ({ ...at(server), certificate })],
  [pyftpdlib({ security: "implicit" }), (server) => ({ ...at(server), security: "implicit", certificate })],
  [vsftpd, (server) => ({ ...at(server), security: "none", username: VSFTPD_USER })],
];

/** An account, and another on a second server of the kind. */
const open = async (recipe: Recipe, fieldsOn: FieldsOn): Promise<OpenedAccount> => {
  const [server, other] = [await start(recipe), await start(recipe)];
  return openThroughUnified("ftp", fieldsOn(server), {
    foreign: fieldsOn(other),
    close: async () => {
      await Promise.all([server.stop(), other.stop()]);
    },
  });
};

describe("FTP on servers that we did not write", { skip: await install(...SERVERS.map(([recipe]) => recipe)) }, () => {
  for (const [recipe, fieldsOn] of SERVERS) storageConformance(`ftp on ${recipe.name}`, () => open(recipe, fieldsOn));
});
