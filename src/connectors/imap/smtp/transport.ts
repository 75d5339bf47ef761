import SMTPConnection from "nodemailer/lib/smtp-connection";
import XOAuth2 from "nodemailer/lib/xoauth2";
import type { Credential } from "../../../auth/credential.js";
import { ApiError } from "../../../errors.js";
import type { Opening, Transport, Work } from "../../../upstream/transports/transport.js";
import { sessionsOf } from "../../families/sessions.js";
import { begin, type Lines, type Manners } from "../greeting.js";
import { ofSettings } from "../settings.js";
import { explain, explainLogin } from "./errors.js";
import { Submission } from "./submission.js";

/** What we call ourselves: a name that says nothing of this machine (RFC 5321, 4.1.3). */
const OWN_NAME = "[127.0.0.1]";
/** Milliseconds without a byte after which a connection is given up. */
const SILENCE = 5 * 60_000;

export const transport: Transport<Submission> = {
  shares: 1,
  open: (opening) => open(opening),
  isAlive: ({ isOpen }) => isOpen,
  check: (submission) => submission.reset(),
  close: ({ connection }) => connection.close(),
};

/** A connection that anything went wrong on may stand in the midst of a mail. */
const explained =
  <Result>(work: Work<Submission, Result>): Work<Submission, Result> =>
  async (submission, loan) => {
    try {
      return await work(submission, loan);
    } catch (error) {
      loan.throwAway();
      throw explain(error);
    }
  };

/** Works on a connection to the account's SMTP server. Throws `not_implemented` for an account without one. */
export const { inSession: inSmtp } = sessionsOf(transport, explained);

const open = async (opening: Opening): Promise<Submission> => {
  const { smtp, username } = ofSettings(opening.settings);
  if (!smtp)
    throw new ApiError("not_implemented", "The account has no SMTP server: connect it again with one to send.");
  const socket = await begin(opening, smtp, manners);
  const connection = new SMTPConnection({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.security !== "none",
    secured: smtp.security !== "none",
    ignoreTLS: true,
    connection: socket,
    name: OWN_NAME,
    logger: false,
    socketTimeout: SILENCE,
  });
  // What ends a connection is told to whoever uses it; nobody listening would end the process.
  connection.on("error", () => undefined);
  try {
    await logIn(connection, opening.credential, username);
    return new Submission(connection);
  } catch (error) {
    connection.close();
    throw explainLogin(error, opening.credential);
  }
};

const logIn = async (connection: SMTPConnection, credential: Credential, username: string): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    connection.once("error", reject).once("end", () => reject(new Error("The server has left.")));
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  if (!connection.allowsAuth)
    throw new ApiError("service_unauthorized", "The server lets nobody log in here; it may want TLS, or another port.");
  await new Promise<void>((resolve, reject) =>
    connection.login(authOf(credential, username), (error) => (error ? reject(error) : resolve())),
  );
};

const authOf = (credential: Credential, username: string) => {
  if (credential.scheme === "password") return { user: credential.username, pass: credential.password };
  if (credential.scheme === "bearer")
    return { user: username, oauth2: new XOAuth2({ user: username, accessToken: credential.token }) };
  throw new ApiError("service_unauthorized", "SMTP takes a password or an access token.");
};

/** The last line of a reply, of which each other has a hyphen behind its code; and all of it. */
const reply = async (lines: Lines): Promise<{ code: string; text: string; words: string[] }> => {
  let text = "";
  const words: string[] = [];
  for (let count = 0; count < 100; count++) {
    const line = await lines.next();
    text += line;
    const [, code, more, word] = /^(\d{3})([ -]|(?=\r?\n))(.*)/.exec(line) ?? [];
    if (code === undefined) break;
    words.push(word ?? "");
    if (more !== "-") return { code, text, words };
  }
  throw lines.noServer();
};

const manners: Manners = {
  name: "SMTP",
  async greet(lines) {
    const { code, text } = await reply(lines);
    if (code === "421")
      throw new ApiError("too_many_service_requests", "The server takes no more connections at present.");
    if (code !== "220") throw lines.noServer();
    return text;
  },
  async askForTls(lines) {
    lines.send(`EHLO ${OWN_NAME}`);
    const { words } = await reply(lines);
    if (!words.some((word) => /^STARTTLS\b/i.test(word))) return false;
    lines.send("STARTTLS");
    return (await reply(lines)).code === "220";
  },
  welcome: "220 ready\r\n",
};
