import ssh2, { type AuthHandlerMiddleware } from "ssh2";
import type { Credential } from "../../auth/credential.js";
import { ApiError, Broken } from "../../errors.js";
import type { Opening, Transport, Work } from "../../upstream/transports/transport.js";
import { sessionsOf } from "../families/sessions.js";
import { explain } from "./errors.js";
import { gathering } from "./gathering.js";
import { algorithmsFor, describeHostKey, isExpected } from "./hostKey.js";
import { keepKeys } from "./keys.js";
import { Session } from "./session.js";

/** Operations on one connection at once. */
const SHARES = 16;
/** Milliseconds for greeting, keys and password together, and between two signs of life when nothing else goes. */
const HANDSHAKE = 15_000;
const KEEPALIVE = 10_000;

export const transport: Transport<Session> = {
  shares: SHARES,
  open: (opening) => open(opening),
  isAlive: ({ isOpen }) => isOpen,
  async check(session) {
    await session.realpath(".");
  },
  close: ({ client }) => {
    client.end();
  },
};

const explained =
  <Result>(work: Work<Session, Result>): Work<Session, Result> =>
  async (session, loan) => {
    try {
      return await work(session, loan);
    } catch (error) {
      throw explain(error);
    }
  };

export const { inSession, streaming } = sessionsOf(transport, explained);

const open = async ({ settings, credential, dial, signal }: Opening): Promise<Session> => {
  const expected = String(settings.hostKey ?? "");
  const sock = gathering(await dial(String(settings.host), Number(settings.port)));
  const client = new ssh2.Client();
  client.on("handshake", () => keepKeys(client));
  const { promise, resolve, reject } = Promise.withResolvers<Session>();
  const leave = () => reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  let shown = "";
  // It stays: ssh2 tells of errors after the first as well, and nobody listening would end the process.
  client.on("error", (error: Failure) => reject(explainOpening(error, credential, shown, expected)));
  client.on("close", () => reject(new Broken(NO_SERVER)));
  client.on("ready", () =>
    client.sftp((error, channel) => {
      if (error)
        return reject(
          new ApiError("bad_gateway", "The server has SSH, but no SFTP for this user.", {}, { cause: error }),
        );
      channel.on("error", () => undefined);
      resolve(new Session(client, channel, shown));
    }),
  );
  const serverHostKey = algorithmsFor(expected);
  client.connect({
    sock,
    username: "username" in credential ? credential.username : "",
    authHandler: methodsOf(credential),
    hostVerifier: (key: Buffer) => {
      shown = describeHostKey(key);
      return isExpected(shown, expected);
    },
    readyTimeout: HANDSHAKE,
    keepaliveInterval: KEEPALIVE,
    keepaliveCountMax: 2,
    ...(serverHostKey ? { algorithms: { serverHostKey } } : {}),
  });
  try {
    return await promise;
  } catch (error) {
    client.end();
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
  }
};

/** The key, or the password in whichever way the server takes it; each is tried once, for servers count failures. */
const methodsOf = (credential: Credential): AuthHandlerMiddleware => {
  let isOver = false;
  return (left, _partial, next) => {
    if (credential.scheme !== "key" && credential.scheme !== "password") return next(false as never);
    const { username } = credential;
    if (left === null) return next({ type: "none", username });
    if (isOver) return next(false as never);
    isOver = true;
    const methods = left as readonly string[];
    if (credential.scheme === "key") {
      const { privateKey: key, passphrase } = credential;
      return methods.includes("publickey")
        ? next({ type: "publickey", username, key, ...(passphrase === undefined ? {} : { passphrase }) })
        : next(false as never);
    }
    const { password } = credential;
    if (methods.includes("password")) return next({ type: "password", username, password });
    if (!methods.includes("keyboard-interactive")) return next(false as never);
    next({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, answer) =>
        answer(prompts.map(({ echo }) => (echo ? "" : password))),
    });
  };
};

type Failure = Error & { level?: string; code?: string | number };

const explainOpening = (error: Failure, { scheme }: Credential, shown: string, expected: string): ApiError => {
  const told = (code: ConstructorParameters<typeof ApiError>[0], message: string) =>
    new ApiError(code, message, {}, { cause: error });
  const isOtherKey = shown !== "" ? !isExpected(shown, expected) : /host key format/.test(error.message);
  if (isOtherKey && expected !== "")
    return told(
      "bad_gateway",
      `The server's host key is not the one that is known${shown && ` (it shows ${shown})`}: somebody may be listening in. If the key was changed on purpose, connect the account again.`,
    );
  if (error.level === "client-authentication" || /too many authentication failures/i.test(error.message))
    return scheme === "key"
      ? told("service_unauthorized", "The server does not accept this private key for this user.")
      : told("service_unauthorized", "The server refuses this user name or password.");
  if (error.level === "client-timeout")
    return told("gateway_timeout", "The server does not answer as an SSH server would.");
  if (error.level === "handshake") return told("bad_gateway", "The server offers no encryption that is accepted here.");
  return error.level === "client-socket" ? new Broken(NO_SERVER, error) : told("bad_gateway", NO_SERVER);
};

const NO_SERVER = "No SSH server answers at this port.";
