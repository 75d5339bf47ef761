import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import { decode, type Presigner, type UnsentRequest } from "./signer.js";

/** The order of what is signed is that of this version and later ones. */
const VERSION = "2021-12-02";

/**
 * A service SAS for one blob, made with the account's key. It names no request but what may be done to the blob: who must not
 * replace anything may create it (`c`), others may write it too (`w`).
 * Source: learn.microsoft.com/rest/api/storageservices/create-service-sas
 */
export const serviceSas: Presigner<"shared_key"> = (request, { account, key }, { expires }) => {
  const { origin, path, headers } = request;
  const permissions = headers["if-none-match"] === "*" ? "c" : "cw";
  const until = `${expires.toISOString().slice(0, 19)}Z`;
  const protocols = origin.startsWith("https:") ? "https" : "https,http";
  const signature = createHmac("sha256", Buffer.from(key, "base64"))
    .update(toSign({ permissions, until, resource: resourceOf(request, account), protocols }))
    .digest("base64");
  const query = { sv: VERSION, sr: "b", sp: permissions, se: until, spr: protocols, sig: signature };
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${origin}${path}?${search.join("&")}`;
};

/** Beginning, stored policy, address and, at the end, snapshot, encryption scope and headers of answers: not said. */
const toSign = (said: Readonly<Record<"permissions" | "until" | "resource" | "protocols", string>>): string =>
  [said.permissions, "", said.until, said.resource, "", "", said.protocols, VERSION, "b", ...Array(7).fill("")].join(
    "\n",
  );

/** The container and the blob, decoded, below the account's name; where that is no part of the host, the path begins with it. */
const resourceOf = ({ origin, path }: Pick<UnsentRequest, "origin" | "path">, account: string): string => {
  const { hostname } = new URL(origin);
  // As Microsoft's own emulator tells them apart.
  const isInPath = isIP(hostname) !== 0 || !hostname.includes(".");
  return `/blob/${isInPath ? "" : `${account}/`}${decode(path).slice(1)}`;
};
