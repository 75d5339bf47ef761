import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import {
  CERTIFICATE,
  type ConnectContext,
  type Connection,
  type CredentialField,
  type Fields,
  toFingerprint,
} from "../connector.js";
import { replyOf } from "./errors.js";
import { inSession } from "./transport.js";
import { readFolder } from "./wire.js";

const SECURITIES = ["explicit", "implicit", "none"] as const;
type Security = (typeof SECURITIES)[number];
const PORTS: Readonly<Record<Security, number>> = { explicit: 21, implicit: 990, none: 21 };

export const fields: readonly CredentialField[] = [
  { name: "host", title: "Host", secret: false, required: true, hint: "files.example.com" },
  { name: "port", title: "Port", secret: false, required: false, hint: "21 if absent; 990 for implicit TLS" },
  {
    name: "security",
    title: "Security",
    secret: false,
    required: false,
    hint: "explicit (TLS begins on demand, the usual way), implicit (TLS from the first byte) or none; explicit if absent",
  },
  { name: "username", title: "User name", secret: false, required: false, hint: "anonymous if absent" },
  { name: "password", title: "Password", secret: true, required: false },
  {
    name: "folder",
    title: "Folder",
    secret: false,
    required: false,
    hint: "/reports; if absent, where the server puts the user",
  },
  CERTIFICATE,
];

/** Logs in and finds the folder. */
export const connect = async ({ connections }: ConnectContext, typed: Fields): Promise<Connection> => {
  const { folder, ...server } = readPlace(typed);
  const credential = toCredential(typed);
  const settings = { ...server, folder };
  return inSession({ connections: connections(settings, credential) }, async (session) => {
    if (folder !== "")
      await session.send("CWD", folder).catch((error) => {
        if (replyOf(error) === undefined) throw error;
        throw new ApiError("invalid_parameters", "The server has no such folder, or does not show it to this user.");
      });
    const found = readFolder((await session.send("PWD")).message);
    if (found === null || !found.startsWith("/"))
      throw new ApiError("bad_gateway", "The server does not tell the folder's path in a way that is known here.");
    const port = server.port === PORTS[server.security] ? "" : `:${server.port}`;
    const place = `${server.host}${port}${folder === "" ? "" : found}`;
    const name = credential.username === ANONYMOUS ? place : `${credential.username} @ ${place}`;
    return { name, settings: { ...settings, folder: found }, credential };
  });
};

const readPlace = ({ host = "", port = "", security = "", folder = "", certificate = "" }: Fields) => {
  const chosen = SECURITIES.find((one) => one === (security.trim().toLowerCase() || "explicit"));
  if (!chosen) throw new ApiError("invalid_parameters", "The security is explicit, implicit or none.");
  const number = port.trim() === "" ? PORTS[chosen] : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new ApiError("invalid_parameters", "The port must be a number from 1 to 65535.");
  if (/[\0\r\n]/.test(folder) || !folder.isWellFormed())
    throw new ApiError("invalid_parameters", "The folder's path holds a character that cannot be.");
  const fingerprint = toFingerprint(certificate);
  return { host: host.trim(), port: number, security: chosen, folder: folder.trim(), certificate: fingerprint };
};

const ANONYMOUS = "anonymous";

const toCredential = ({ username = "", password = "" }: Fields): Extract<Credential, { scheme: "password" }> => {
  if (/[\0\r\n]/.test(username + password))
    throw new ApiError("invalid_parameters", "Neither user name nor password can hold a line break.");
  if (username === "" && password !== "") throw new ApiError("invalid_parameters", "A password needs a user name.");
  if (username === "") return { scheme: "password", username: ANONYMOUS, password: `${ANONYMOUS}@` };
  return { scheme: "password", username, password };
};
