import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { EmailDraft } from "../../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { own } from "../../faults/certificates.js";
import { type Dovecot, type DovecotOptions, dovecot, MAILBOX, maildirOf } from "../../servers/dovecot.js";
import { opensmtpd } from "../../servers/opensmtpd.js";
import { freePort, type Server, start, USER } from "../../servers/server.js";
import { testCore } from "../../support/core.js";

/** A mail server of both protocols that we did not write. */
export interface MailServer {
  imap: Server;
  ports: Dovecot["ports"];
  /** The server that files what arrives, without a password. */
  delivering: Server;
  stop(): Promise<void>;
}

export const startMailServer = async (options: DovecotOptions = {}): Promise<MailServer> => {
  const relay = await freePort();
  const recipe = dovecot({ ...options, relay });
  const imap = await start(recipe);
  const delivering = await start(opensmtpd({ maildir: maildirOf(imap), port: relay }));
  return {
    imap,
    ports: recipe.ports,
    delivering,
    stop: async () => {
      await Promise.all([imap.stop(), delivering.stop()]);
    },
  };
};

/** The form of an account on the server: TLS from the first byte here, on demand there. */
export const fieldsOn = ({ ports }: Pick<MailServer, "ports">): Record<string, string> => ({
  host: "localhost",
  port: String(ports.imaps),
  security: "tls",
  certificate: FINGERPRINT,
  username: MAILBOX,
  password: USER.password,
  senderName: "Alice, the Tester",
  smtpHost: "localhost",
  smtpPort: String(ports.smtp),
  smtpSecurity: "starttls",
  smtpCertificate: FINGERPRINT,
});

/** No authority that is trusted here has signed the certificate of both. */
export const FINGERPRINT = new X509Certificate(own.cert).fingerprint256;

/** Speaks IMAP as little as it takes to bring mails in: nothing of ours is between. */
export class RawImap {
  #tag = 0;
  readonly #lines: AsyncIterator<string>;
  private constructor(private readonly socket: ReturnType<typeof connect>) {
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async open({ imap }: Pick<MailServer, "imap">): Promise<RawImap> {
    const socket = connect(imap.port, "127.0.0.1");
    await once(socket, "connect");
    const raw = new RawImap(socket);
    await raw.#lines.next();
    await raw.ask(`LOGIN ${MAILBOX} "${USER.password.replace(/["\\]/g, "\\$&")}"`);
    return raw;
  }

  /** The lines of an answer, its last one included; fails when that is not OK. */
  async ask(command: string, literal?: Buffer): Promise<string[]> {
    const tag = `r${++this.#tag}`;
    this.socket.write(`${tag} ${command}${literal ? ` {${literal.length}+}` : ""}\r\n`);
    if (literal) this.socket.write(Buffer.concat([literal, Buffer.from("\r\n")]));
    const answer: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`the server left: ${answer.join("\n")}`);
      answer.push(value);
      if (!value.startsWith(`${tag} `)) continue;
      if (!value.startsWith(`${tag} OK`)) throw new Error(value);
      return answer;
    }
  }

  /** Gives the native id that the mail has with us. */
  async append(folder: string, message: Buffer, flags = ""): Promise<string> {
    const answer = await this.ask(`APPEND "${folder}" (${flags})`, message);
    const [, uidValidity, uid] = /\[APPENDUID (\d+) (\d+)\]/.exec(answer.at(-1) ?? "") ?? [];
    return `${uidValidity}.${uid}.${folder}`;
  }

  close(): void {
    this.socket.destroy();
  }
}

export const mail = (number: number, more: readonly string[] = []): Buffer =>
  Buffer.from(
    [
      `From: Lee <lee${number % 3}@example.com>`,
      `To: ${MAILBOX}`,
      `Subject: Mail ${number}`,
      `Date: ${new Date(Date.UTC(2026, 0, 1, 9, number)).toUTCString().replace("GMT", "+0000")}`,
      `Message-ID: <${number}@example.com>`,
      ...more,
      "",
      `Text of mail ${number}.`,
      "",
    ].join("\r\n"),
  );

/** An account that holds a dozen mails in three folders, some of them read. */
export const openAccount = async (options: DovecotOptions = {}) => {
  const server = await startMailServer(options);
  const core = await testCore();
  const raw = await RawImap.open(server);
  for (let number = 0; number < 12; number++)
    await raw.append(
      ["INBOX", "INBOX", "Sent", "Junk"][number % 4] as string,
      mail(number),
      ["\\Seen", "", "\\Seen \\Flagged", ""][number % 4],
    );
  const account: ConnectedAccount = await core.connect("imap", fieldsOn(server));
  return {
    server,
    core,
    raw,
    account,
    self: { id: null, name: "Alice", email: MAILBOX },
    deliver: (message: Buffer) => raw.append("INBOX", message),
    arrives: true,
    async close() {
      raw.close();
      await core.close();
      await server.stop();
    },
  };
};

/** A short mail to somebody whose mail is thrown away. */
export const draft = (more: Partial<EmailDraft> = {}): EmailDraft => ({
  to: [{ id: null, name: null, email: "kim@suite.example" }],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: "From the suite",
  text: "Hello.",
  html: null,
  attachments: [],
  ...more,
});
