import type { Settings } from "../connector.js";

export const SECURITIES = ["tls", "starttls", "none"] as const;
export type Security = (typeof SECURITIES)[number];

/** One of an account's two servers. */
export interface Place {
  host: string;
  port: number;
  /** TLS from the first byte, TLS once it was asked for, or none. */
  security: Security;
  /** SHA-256 of the one certificate that is trusted; empty where authorities are. */
  certificate: string;
}

/** What an account's settings say. */
export interface MailSettings {
  imap: Place;
  /** Null for an account that only reads. */
  smtp: Place | null;
  username: string;
  /** The account's own address. */
  email: string;
  /** As it stands before the address. */
  senderName: string;
}

export const toSettings = ({ imap, smtp, username, email, senderName }: MailSettings): Settings => ({
  host: imap.host,
  port: imap.port,
  security: imap.security,
  certificate: imap.certificate,
  ...(smtp
    ? { smtpHost: smtp.host, smtpPort: smtp.port, smtpSecurity: smtp.security, smtpCertificate: smtp.certificate }
    : {}),
  username,
  email,
  senderName,
});

export const ofSettings = (settings: Settings): MailSettings => {
  const text = (name: string): string => String(settings[name] ?? "");
  const place = (host: string, port: string, security: string, certificate: string): Place => ({
    host: text(host),
    port: Number(settings[port]),
    security: text(security) as Security,
    certificate: text(certificate),
  });
  return {
    imap: place("host", "port", "security", "certificate"),
    smtp: settings.smtpHost ? place("smtpHost", "smtpPort", "smtpSecurity", "smtpCertificate") : null,
    username: text("username"),
    email: text("email"),
    senderName: text("senderName"),
  };
};
