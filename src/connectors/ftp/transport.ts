import { Client } from "basic-ftp";
import { ApiError, Broken } from "../../errors.js";
import type { Opening, Transport, Work } from "../../upstream/transports/transport.js";
import { sessionsOf } from "../families/sessions.js";
import { explain, replyOf } from "./errors.js";
import { type Abilities, Session } from "./session.js";
import { toWire } from "./wire.js";

/** Milliseconds until a server has said its first word. */
const GREETING = 10_000;

export const transport: Transport<Session> = {
  shares: 1,
  open: (opening) => open(opening),
  isAlive: ({ isOpen }) => isOpen,
  async check(session) {
    await session.send("NOOP");
  },
  close: ({ client }) => client.close(),
};

/** What breaks off midway leaves the connection to nobody else. */
const explained =
  <Result>(work: Work<Session, Result>): Work<Session, Result> =>
  async (session, loan) => {
    try {
      return await work(session, loan);
    } catch (error) {
      const reason = explain(error);
      if (reason instanceof Broken) loan.throwAway();
      throw reason;
    }
  };

export const { inSession, streaming } = sessionsOf(transport, explained);

const open = async (opening: Opening): Promise<Session> => {
  const { settings, dial, secure } = opening;
  const [host, security] = [String(settings.host), String(settings.security)];
  const trust = { fingerprint: String(settings.certificate ?? "") || undefined };
  const client = new Client(0);
  try {
    client.ftp.encoding = "latin1";
    const socket = await dial(host, Number(settings.port));
    client.ftp.socket = security === "implicit" ? await secure(socket, host, trust) : socket;
    await greeting(client);
    if (security === "explicit") {
      await startTls(client);
      client.ftp.socket = await secure(client.ftp.socket, host, trust);
    }
    await logIn(client, opening);
    return new Session(client, opening, await abilitiesOf(client));
  } catch (error) {
    client.close();
    throw explain(error);
  }
};

/** 220; 120 says that it will come. */
const greeting = async (client: Client): Promise<void> => {
  const late = setTimeout(() => client.ftp.closeWithError(new Silence()), GREETING);
  try {
    await client.ftp.handle(undefined, (reply, task) => {
      if (reply instanceof Error) task.reject(reply);
      else if (reply.code >= 200) task.resolve(reply);
    });
  } catch (error) {
    if (replyOf(error) !== undefined) throw error;
    const silent = "No FTP server greets at this port; one that expects TLS from the first byte needs `implicit`.";
    const left = "What answers at this port is no FTP server, or does not let us in.";
    throw error instanceof Silence
      ? new ApiError("gateway_timeout", silent, {}, { cause: error })
      : new Broken(left, error);
  } finally {
    clearTimeout(late);
  }
};
class Silence extends Error {}

const startTls = async (client: Client): Promise<void> => {
  try {
    await client.send("AUTH TLS");
  } catch (error) {
    if (replyOf(error) === undefined) throw error;
    const message = "The server offers no TLS; `none` would send the password in the clear.";
    throw new ApiError("bad_gateway", message, {}, { cause: error });
  }
};

const logIn = async (client: Client, { credential }: Opening): Promise<void> => {
  if (credential.scheme !== "password")
    throw new ApiError("service_unauthorized", "FTP takes a user name and a password.");
  const { username, password } = credential;
  try {
    await client.login(toWire(username), toWire(password));
  } catch (error) {
    const reply = replyOf(error);
    if (reply === undefined || reply === 421) throw error;
    const isPlainRefused = /tls|ssl|secure|encrypt/i.test((error as Error).message);
    const message = isPlainRefused
      ? "The server lets nobody in without TLS; choose `explicit`."
      : "The server refuses this user name or password.";
    throw new ApiError("service_unauthorized", message, {}, { cause: error });
  }
};

/** Bytes as they are, names in UTF-8, and the transfers as safe as the commands. */
const abilitiesOf = async (client: Client): Promise<Abilities> => {
  const features = new Set([...(await client.features()).keys()].map((name) => name.toUpperCase()));
  await client.send("TYPE I");
  if (features.has("UTF8")) await client.sendIgnoringError("OPTS UTF8 ON");
  if (features.has("MLST")) await client.sendIgnoringError("OPTS MLST type;size;modify;");
  if (client.ftp.hasTLS) {
    await client.sendIgnoringError("PBSZ 0");
    await client.send("PROT P");
  }
  const system = features.has("MLST") ? "" : (await client.sendIgnoringError("SYST")).message;
  return { features, isDos: /windows/i.test(system) };
};
