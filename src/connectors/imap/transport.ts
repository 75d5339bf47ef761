import { ImapFlow } from "imapflow";
import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import type { Opening, Transport, Work } from "../../upstream/transports/transport.js";
import { sessionsOf } from "../families/sessions.js";
import { explain, explainLogin, isRefusal } from "./errors.js";
import { begin, type Manners } from "./greeting.js";
import { Session } from "./session.js";
import { ofSettings } from "./settings.js";

/** Milliseconds without a byte after which a connection is given up; one that waits for news is renewed more often. */
const SILENCE = 20 * 60_000;
const RENEWED = 9 * 60_000;
/** Bytes of one literal, one line and one answer: a text that is fetched, the UIDs of a folder with a million mails. */
const LITERAL = 8 * 2 ** 20;
const LINE = 16 * 2 ** 20;

export const transport: Transport<Session> = {
  shares: 1,
  open: (opening) => open(opening),
  isAlive: ({ isOpen }) => isOpen,
  check: (session) => session.check(),
  close: ({ client }) => client.close(),
};

/** What breaks off midway leaves the connection to nobody else. */
const explained =
  <Result>(work: Work<Session, Result>): Work<Session, Result> =>
  async (session, loan) => {
    session.moved = () => loan.moved();
    try {
      return await work(session, loan);
    } catch (error) {
      if (!(error instanceof ApiError) && !isRefusal(error)) loan.throwAway();
      session.leave();
      throw explain(error);
    }
  };

const sessions = sessionsOf(transport, explained);
export const { streaming } = sessions;

/** Runs work on a connection, whose folder is closed behind it. */
export const inSession: typeof sessions.inSession = (context, work, options) =>
  sessions.inSession(
    context,
    async (session, loan) => {
      const result = await work(session, loan);
      session.leave();
      return result;
    },
    options,
  );

const open = async (opening: Opening): Promise<Session> => {
  const { imap, username } = ofSettings(opening.settings);
  const socket = await begin(opening, imap, manners);
  const client = new ImapFlow({
    host: imap.host,
    port: imap.port,
    secure: imap.security !== "none",
    doSTARTTLS: false,
    transport: {
      connect(_options, connected) {
        setImmediate(connected);
        return socket;
      },
    },
    auth: authOf(opening.credential, username),
    clientInfo: { name: "unigraph", version: false, vendor: false, "support-url": false },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    disableIMAP4rev2: true,
    socketTimeout: SILENCE,
    maxIdleTime: RENEWED,
    maxLiteralSize: LITERAL,
    maxLineLength: LINE,
    maxResponseSize: 2 * LINE,
  });
  // What ends a connection is told to whoever uses it; nobody listening would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return new Session(client, socket);
  } catch (error) {
    client.close();
    throw explainLogin(error, opening.credential);
  }
};

const authOf = (credential: Credential, username: string) => {
  if (credential.scheme === "password") return { user: credential.username, pass: credential.password };
  if (credential.scheme === "bearer") return { user: username, accessToken: credential.token };
  throw new ApiError("service_unauthorized", "IMAP takes a password or an access token.");
};

const manners: Manners = {
  name: "IMAP",
  async greet(lines) {
    const greeting = await lines.next();
    if (/^\* BYE\b/i.test(greeting))
      throw /too many|maximum|limit/i.test(greeting)
        ? new ApiError("too_many_service_requests", "The server takes no more connections.")
        : new ApiError("service_not_available", "The server lets nobody in at present.");
    if (!/^\* (OK|PREAUTH)\b/i.test(greeting)) throw lines.noServer();
    return greeting;
  },
  async askForTls(lines) {
    lines.send("tls STARTTLS");
    for (let count = 0; count < 20; count++) {
      const line = await lines.next();
      if (/^tls /i.test(line)) return /^tls OK\b/i.test(line);
    }
    return false;
  },
  welcome: "* OK\r\n",
};
