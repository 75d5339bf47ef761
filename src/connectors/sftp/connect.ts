import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import type { ConnectContext, Connection, CredentialField, Fields } from "../connector.js";
import { statusOf } from "./errors.js";
import { isFingerprint } from "./hostKey.js";
import { checkKey, tidyKey } from "./privateKey.js";
import { inSession } from "./transport.js";
import { isFolder } from "./wire.js";

const PORT = 22;

export const fields: readonly CredentialField[] = [
  { name: "host", title: "Host", secret: false, required: true, hint: "files.example.com" },
  { name: "port", title: "Port", secret: false, required: false, hint: `${PORT} if absent` },
  { name: "username", title: "User name", secret: false, required: true },
  { name: "password", title: "Password", secret: true, required: false, hint: "Or a private key" },
  {
    name: "privateKey",
    title: "Private key",
    secret: true,
    required: false,
    hint: "The contents of the key's file: PEM, OpenSSH or PuTTY",
  },
  { name: "passphrase", title: "Passphrase", secret: true, required: false, hint: "Of the private key, if it has one" },
  {
    name: "folder",
    title: "Folder",
    secret: false,
    required: false,
    hint: "/srv/reports; if absent, where the server puts the user",
  },
  {
    name: "hostKey",
    title: "Host key",
    secret: false,
    required: false,
    mayChange: true,
    hint: "SHA256:…, as `ssh-keygen -l` tells it; if absent, the key that the server shows first is the one it must show ever after",
  },
];

/** Logs in, finds the folder, and keeps the host key that the server has shown. */
export const connect = async ({ connections }: ConnectContext, typed: Fields): Promise<Connection> => {
  const { host, port, hostKey, folder } = readPlace(typed);
  const credential = toCredential(typed);
  const asked = { host, port, hostKey, folder };
  return inSession({ connections: connections(asked, credential) }, async (session) => {
    const found = await existing(session.realpath(folder || "."));
    const facts = found === null ? null : await existing(session.stat(found));
    if (found === null || facts === null)
      throw new ApiError("invalid_parameters", "The server has no such folder, or does not show it to this user.");
    if (!isFolder(facts)) throw new ApiError("invalid_parameters", "There is a file at this path, not a folder.");
    const place = `${host}${port === PORT ? "" : `:${port}`}${folder === "" ? "" : found}`;
    return {
      name: `${typed.username} @ ${place}`,
      settings: { host, port, folder: found, hostKey: session.hostKey },
      credential,
    };
  });
};

/** Null for what the server refuses, whatever its reason. */
const existing = async <Found>(work: Promise<Found>): Promise<Found | null> => {
  try {
    return await work;
  } catch (error) {
    if (statusOf(error) !== undefined) return null;
    throw error;
  }
};

const readPlace = ({ host = "", port = "", folder = "", hostKey = "" }: Fields) => {
  const number = port.trim() === "" ? PORT : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new ApiError("invalid_parameters", "The port must be a number from 1 to 65535.");
  if (/[\0\ufffd]/.test(folder) || !folder.isWellFormed())
    throw new ApiError("invalid_parameters", "The folder's path holds a character that cannot be.");
  if (hostKey.trim() !== "" && !isFingerprint(hostKey))
    throw new ApiError("invalid_parameters", "A host key is given by its fingerprint, which begins with SHA256:");
  return { host: host.trim(), port: number, folder: folder.trim(), hostKey: hostKey.trim() };
};

const toCredential = ({ username = "", password = "", privateKey = "", passphrase = "" }: Fields): Credential => {
  if (password !== "" && privateKey !== "")
    throw new ApiError("invalid_parameters", "Give a password or a private key, but not both.");
  if (privateKey === "") {
    if (passphrase !== "")
      throw new ApiError("invalid_parameters", "A passphrase needs the private key that it opens.");
    return { scheme: "password", username, password };
  }
  const key = tidyKey(privateKey);
  checkKey(key, passphrase || undefined);
  return { scheme: "key", username, privateKey: key, ...(passphrase === "" ? {} : { passphrase }) };
};
