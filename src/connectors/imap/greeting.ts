import type { Socket } from "node:net";
import { ApiError, Broken } from "../../errors.js";
import type { Opening } from "../../upstream/transports/transport.js";
import type { Place } from "./settings.js";

/** Milliseconds until a server has said what is expected of it next, and bytes of one line. */
const PATIENCE = 8_000;
const LINE = 16 << 10;

/** How a protocol begins. Both are of lines, and both go over to TLS on demand before anybody logs in. */
export interface Manners {
  /** `IMAP` */
  name: string;
  /** Reads the server's first words, which are given back as they came. */
  greet(lines: Lines): Promise<string>;
  /** Asks for TLS. False when the server has none. */
  askForTls(lines: Lines): Promise<boolean>;
  /** What a client waits for at the beginning; after TLS no server says it again. */
  welcome: string;
}

/**
 * A connection up to where a client of the protocol would begin, its greeting unread; TLS has been begun as the place says. Throws
 * `ApiError` for what is wrong with the place.
 */
export const begin = async (opening: Opening, place: Place, manners: Manners): Promise<Socket> => {
  const { host, port, security, certificate } = place;
  const trust = { fingerprint: certificate || undefined };
  const plain = await opening.dial(host, port);
  if (security === "none" && !opening.staysPrivate(plain))
    throw new ApiError("forbidden", "Without TLS the password would cross the internet in the clear.");
  const socket = security === "tls" ? await opening.secure(plain, host, trust) : plain;
  const lines = new Lines(socket, manners.name, security);
  const greeting = await manners.greet(lines);
  if (security !== "starttls") {
    socket.unshift(Buffer.from(greeting, "latin1"));
    return socket;
  }
  if (!(await manners.askForTls(lines))) throw new ApiError("bad_gateway", "The server offers no TLS at this port.");
  // What came before TLS may be anybody's word, and must not be taken for the server's (CVE-2011-0411).
  if (socket.readableLength > 0) throw new ApiError("bad_gateway", "The server spoke on before TLS had begun.");
  const secured = await opening.secure(socket, host, trust);
  secured.unshift(Buffer.from(manners.welcome, "latin1"));
  return secured;
};

/** Reads a socket line by line, and leaves in it what follows. */
export class Lines {
  constructor(
    private readonly socket: Socket,
    private readonly protocol: string,
    private readonly security: Place["security"],
  ) {}

  send(line: string): void {
    this.socket.write(`${line}\r\n`, "latin1");
  }

  /** With its line end. */
  async next(): Promise<string> {
    const { socket } = this;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let held = Buffer.alloc(0);
    const hear = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      const end = held.indexOf("\n") + 1;
      if (end === 0 && held.length < LINE) return;
      socket.pause();
      if (end === 0) reject(this.noServer());
      else if (end < held.length) socket.unshift(held.subarray(end));
      resolve(held.subarray(0, end).toString("latin1"));
    };
    const left = () => reject(new Broken(this.#noServer));
    const timer = setTimeout(() => reject(this.#silent()), PATIENCE);
    socket.on("data", hear).once("close", left).once("end", left).resume();
    if (socket.destroyed) left();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      socket.off("data", hear).off("close", left).off("end", left).pause();
    }
  }

  noServer(): ApiError {
    return new ApiError("bad_gateway", this.#noServer);
  }

  get #noServer(): string {
    return `What answers at this port is no ${this.protocol} server, or lets nobody in.`;
  }

  #silent(): ApiError {
    const hint = this.security === "tls" ? "" : ": one that expects TLS from the first byte needs the security `tls`";
    return new ApiError("gateway_timeout", `No ${this.protocol} server greets at this port${hint}.`);
  }
}
