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
import { type Place, SECURITIES, type Security, toSettings } from "./settings.js";
import { inSmtp } from "./smtp/transport.js";
import { inSession } from "./transport.js";

/** RFC 8314: TLS from the first byte. */
const PORTS: Readonly<Record<"imap" | "smtp", Readonly<Record<Security, number>>>> = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 587 },
};
/** Ports whose servers begin without TLS. */
const UPGRADED = [143, 587, 25];

const SECURITY_HINT =
  "tls (from the first byte), starttls (TLS begins on demand) or none (only within a private network); if absent, as the port is used";

export const fields: readonly CredentialField[] = [
  { name: "host", title: "IMAP host", secret: false, required: true, hint: "imap.example.com" },
  { name: "port", title: "IMAP port", secret: false, required: false, hint: "993 if absent; 143 for starttls" },
  { name: "security", title: "IMAP security", secret: false, required: false, hint: SECURITY_HINT },
  { ...CERTIFICATE, title: "IMAP certificate" },
  { name: "username", title: "User name", secret: false, required: true, hint: "Often the whole address" },
  { name: "password", title: "Password", secret: true, required: false, hint: "Or an access token" },
  { name: "accessToken", title: "Access token", secret: true, required: false, hint: "OAuth 2, sent as XOAUTH2" },
  {
    name: "email",
    title: "Your address",
    secret: false,
    required: false,
    hint: "Written as the sender; the user name if absent",
  },
  { name: "senderName", title: "Your name", secret: false, required: false, hint: "Stands before the address" },
  {
    name: "smtpHost",
    title: "SMTP host",
    secret: false,
    required: false,
    hint: "smtp.example.com; without it the account reads and cannot send",
  },
  { name: "smtpPort", title: "SMTP port", secret: false, required: false, hint: "465 if absent; 587 for starttls" },
  { name: "smtpSecurity", title: "SMTP security", secret: false, required: false, hint: SECURITY_HINT },
  { ...CERTIFICATE, name: "smtpCertificate", title: "SMTP certificate" },
];

/** Logs in at both servers. */
export const connect = async ({ connections }: ConnectContext, typed: Fields): Promise<Connection> => {
  const { username = "", email = "", senderName = "", smtpHost = "" } = typed;
  const imap = readPlace("imap", typed.host, typed.port, typed.security, typed.certificate);
  const smtp =
    smtpHost.trim() === ""
      ? null
      : readPlace("smtp", smtpHost, typed.smtpPort, typed.smtpSecurity, typed.smtpCertificate);
  const address = email.trim() || username.trim();
  if (smtp && !isAddress(address))
    throw new ApiError("invalid_parameters", "The user name is no e-mail address: say which one mail is sent from.");
  if (/[\0\r\n]/.test(username + senderName))
    throw new ApiError("invalid_parameters", "Neither user name nor name can hold a line break.");
  const credential = toCredential(typed);
  const settings = toSettings({ imap, smtp, username: username.trim(), email: address, senderName: senderName.trim() });
  const asked = { connections: connections(settings, credential) };
  await inSession(asked, (session) => session.check());
  if (smtp) await inSmtp(asked, async () => undefined).catch(ofSending);
  const isKnown = isAddress(address);
  return { name: isKnown ? address : `${username.trim()} @ ${imap.host}`, settings, credential };
};

/** There are two servers: whose failure it is. */
const ofSending = (error: unknown): never => {
  if (!(error instanceof ApiError)) throw error;
  throw new ApiError(error.code, `SMTP: ${error.message}`, error.context, { cause: error });
};

const isAddress = (text: string): boolean => text.length <= 254 && /^[^@\s]+@[^@\s]+$/.test(text);

const readPlace = (protocol: "imap" | "smtp", host = "", port = "", security = "", certificate = ""): Place => {
  const usual: Security = UPGRADED.includes(Number(port)) ? "starttls" : "tls";
  const chosen = SECURITIES.find((one) => one === (security.trim().toLowerCase() || usual));
  if (!chosen) throw new ApiError("invalid_parameters", "The security is tls, starttls or none.");
  const number = port.trim() === "" ? PORTS[protocol][chosen] : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new ApiError("invalid_parameters", "The port must be a number from 1 to 65535.");
  return { host: host.trim(), port: number, security: chosen, certificate: toFingerprint(certificate) };
};

const toCredential = ({ username = "", password = "", accessToken = "" }: Fields): Credential => {
  if ((password === "") === (accessToken === ""))
    throw new ApiError("invalid_parameters", "Give a password or an access token, and not both.");
  if (/[\0\r\n]/.test(password + accessToken))
    throw new ApiError("invalid_parameters", "Neither password nor token can hold a line break.");
  return password === ""
    ? { scheme: "bearer", token: accessToken.trim() }
    : { scheme: "password", username: username.trim(), password };
};
