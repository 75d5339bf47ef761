import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import type { ConnectContext, Connection, CredentialField, Fields } from "../connector.js";
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
const CERTIFICATE_HINT = "SHA-256 fingerprint of the server's certificate, if no known authority has signed it";

export const fields: readonly CredentialField[] = [
  { name: "host", title: "IMAP host", secret: false, required: true, hint: "imap.example.com" },
  { name: "port", title: "IMAP port", secret: false, required: false, hint: "993 if absent; 143 for starttls" },
  { name: "security", title: "IMAP security", secret: false, required: false, hint: SECURITY_HINT },
  { name: "certificate", title: "IMAP certificate", secret: false, required: false, hint: CERTIFICATE_HINT },
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
  { name: "smtpCertificate", title: "SMTP certificate", secret: false, required: false, hint: CERTIFICATE_HINT },
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
  const fingerprint = certificate.trim();
  if (fingerprint !== "" && !/^([0-9a-f]{2}:?){32}$/i.test(fingerprint))
    throw new ApiError(
      "invalid_parameters",
      "A certificate is given by its SHA-256 fingerprint: 64 hexadecimal digits.",
    );
  return { host: host.trim(), port: number, security: chosen, certificate: fingerprint };
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
