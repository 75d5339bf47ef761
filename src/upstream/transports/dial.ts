import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, getCACertificates, type TLSSocket } from "node:tls";
import { ApiError, Broken } from "../../errors.js";
import { literalOf } from "../addresses.js";
import { isSame, untrusted, verdictOf } from "../certificate.js";
import { gone } from "../failure.js";
import { CONNECT } from "../layers/retry.js";
import type { Names } from "../names.js";
import { UNREACHABLE } from "../unreachable.js";
import type { Trust } from "./transport.js";

/** Milliseconds for the name and the connection together, and again for TLS. */
const LIMIT = 5_000;

/**
 * Sockets to hosts that users type, under the same rules as HTTP: every address of a name is looked at, what was looked at is
 * dialled, and private networks are reached only where the operator allows them.
 */
export class Dialler {
  readonly #ca: string[] | undefined;
  constructor(
    private readonly names: Names,
    /** Certificates in PEM, trusted beside the usual ones. */
    ca: readonly string[],
  ) {
    this.#ca = ca.length > 0 ? [...getCACertificates("default"), ...ca] : undefined;
  }

  async dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
    const hostname = canonical(host);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new ApiError("invalid_parameters", "A port is a number from 1 to 65535.");
    const literal = literalOf(hostname);
    if (literal !== null) this.names.addresses.check(literal);
    const { lookup } = this.names;
    const socket = connect({ host: literal ?? hostname, port, lookup, noDelay: true, keepAlive: true });
    await established(socket, "connect", signal);
    return socket;
  }

  /** Whether a socket leads to an address that is not the public internet's. */
  staysPrivate({ remoteAddress }: Socket): boolean {
    return remoteAddress !== undefined && !this.names.addresses.isPublic(remoteAddress);
  }

  async secure(socket: Socket, host: string, signal: AbortSignal, { fingerprint, session }: Trust = {}) {
    const hostname = literalOf(canonical(host)) ?? canonical(host);
    const secured: TLSSocket = connectTls({
      socket,
      host: hostname,
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(this.#ca ? { ca: this.#ca } : {}),
      ...(session ? { session } : {}),
      // Looked at below: what is wrong with a certificate is told with its fingerprint.
      rejectUnauthorized: false,
    });
    await established(secured, "secureConnect", signal);
    const shown = secured.getPeerCertificate().fingerprint256;
    // A session that is resumed shows no certificate: only who showed it before has its secrets.
    const isKnown = (session !== undefined && secured.isSessionReused()) || isSame(shown, fingerprint);
    const isTrusted = fingerprint ? isKnown : secured.authorized;
    if (isTrusted) return secured;
    await destroyed(secured);
    if (fingerprint) throw untrusted("is not the one that this account trusts");
    throw untrusted(verdictOf(String(secured.authorizationError)), shown);
  }
}

/** A socket's first event, or its destruction: by an error, by the signal, or because nothing came. */
const established = async (socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => reject(Object.assign(new Error("No connection in time"), { code: "ETIMEDOUT" })),
    LIMIT,
  );
  const leave = () => reject(gone(signal.reason));
  const closed = () => reject(Object.assign(new Error("The connection was closed"), { code: "ECONNRESET" }));
  socket.once(event, resolve).once("error", reject).once("close", closed);
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  try {
    await promise;
  } catch (error) {
    await destroyed(socket);
    throw event === "connect" ? unreachable(error as Error) : unsecured(error as Error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    socket.off(event, resolve).off("close", closed).off("error", reject);
  }
};

/** Until it is closed: the socket below TLS must not be touched before. */
const destroyed = async (socket: Socket): Promise<void> => {
  const closed = socket.closed ? undefined : new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined).destroy();
  await closed;
};

/** As a URL spells it, which also knows `2130706433` and `0x7f.1` for the addresses that they are. */
const canonical = (host: string): string => {
  const url =
    isIP(host) === 6 ? URL.parse(`http://[${host}]`) : /^[^\s/\\@?#:[\]]+$/.test(host) && URL.parse(`http://${host}`);
  if (!url || url.hostname === "") throw new ApiError("invalid_parameters", "This is not the name of a host.");
  return url.hostname;
};

const SILENT = ["gateway_timeout", "The host does not answer at this port."] as const;
const BROKEN = ["bad_gateway", "The connection to the host broke."] as const;

const unreachable = (error: Error): ApiError => {
  if (error instanceof ApiError) return error;
  const reason = codeOf(error);
  const [code, message] = UNREACHABLE.get(reason) ?? (reason === "ETIMEDOUT" ? SILENT : BROKEN);
  return CONNECT.has(reason) ? new Broken(message, error, code) : new ApiError(code, message, {}, { cause: error });
};

const unsecured = (error: Error): ApiError => {
  if (error instanceof ApiError) return error;
  if (codeOf(error) === "ETIMEDOUT")
    return new ApiError("gateway_timeout", "The server does not answer the beginning of TLS.", {}, { cause: error });
  const message = "The server does not speak TLS here.";
  return CONNECT.has(codeOf(error))
    ? new Broken(message, error)
    : new ApiError("bad_gateway", message, {}, { cause: error });
};

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? "";
