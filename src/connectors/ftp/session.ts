import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Client, FTPResponse } from "basic-ftp";
import { ApiError, Broken } from "../../errors.js";
import type { Opening } from "../../upstream/transports/transport.js";
import { replyOf, UNKNOWN, unless } from "./errors.js";
import { type Line, readFacts, readLine, readPort, toSize, toTime, toWire } from "./wire.js";

/** Bytes of one listing. */
const LISTING = 16 * 2 ** 20;

/** What the server has said of itself. */
export interface Abilities {
  /** Names of FEAT (RFC 2389), in upper case. */
  features: ReadonlySet<string>;
  /** Its listings are those of DOS, which cannot say that a name begins with a space. */
  isDos: boolean;
}

/** A transfer under way. */
export interface Transfer {
  /** The connection for the bytes, once the server is ready for them. */
  ready: Promise<Socket>;
  /** The server's last word: that it is done. Rejected when it refuses or breaks off. */
  done: Promise<void>;
}

/** One control connection that is logged in: one command after the other, one transfer at a time. */
export class Session {
  #isExtended = true;
  #listing = "LIST -a";
  #tls: Buffer | undefined;

  constructor(
    readonly client: Client,
    private readonly opening: Opening,
    readonly abilities: Abilities,
  ) {
    this.#remember(client.ftp.socket);
  }

  get isOpen(): boolean {
    return !this.client.closed;
  }
  can(feature: string): boolean {
    return this.abilities.features.has(feature);
  }
  /** Listings say of each thing what it is (RFC 3659, 7). */
  get hasFacts(): boolean {
    return this.can("MLST");
  }

  /** A command and its reply. Throws basic-ftp's error for a reply that refuses. */
  send(command: string, path?: string): Promise<FTPResponse> {
    return this.client.send(path === undefined ? command : `${command} ${toWire(path)}`);
  }

  /** RNTO takes the place of what is there on most servers, and is refused by others. */
  async rename(from: string, to: string): Promise<void> {
    await this.send("RNFR", from);
    await this.send("RNTO", to);
  }

  /** What lies at a path, in two or three commands at most; null when nothing does. */
  async look(path: string): Promise<Pick<Line, "type" | "size" | "modified" | "words"> | null> {
    if (this.hasFacts) {
      const reply = await unless([550, 501, 553], this.send("MLST", path));
      const line = reply?.message.split("\n")[1]?.trimStart();
      // The folder itself may be told as `cdir`.
      return line === undefined ? null : readFacts(line.replace(/\btype=[cp]dir;/i, "type=dir;"));
    }
    const size = await unless([...UNKNOWN, 550, 553], this.send("SIZE", path));
    if (!size) return (await this.#isFolder(path)) ? { type: "folder", size: null, modified: null, words: {} } : null;
    const time = this.can("MDTM") ? await unless([...UNKNOWN, 550], this.send("MDTM", path)) : null;
    const [bytes, modified] = [size, time].map((reply) => reply?.message.slice(4).trim());
    const words = { size: bytes ?? "", modify: modified ?? "" };
    return { type: "file", size: toSize(bytes), modified: toTime(modified), words };
  }

  async #isFolder(path: string): Promise<boolean> {
    return (await unless([550, 553, 501], this.send("CWD", path))) !== null;
  }

  /** All that a folder holds, links and nameless things among it; null for what is no folder. */
  async list(path: string): Promise<Line[] | null> {
    if (this.hasFacts) {
      const lines = await unless([550, 501, 553], this.#read("MLSD", path));
      return lines === null ? null : linesOf(lines, readFacts);
    }
    // Without a path, for servers take what looks like a pattern or an option for one.
    if (!(await this.#isFolder(path))) return null;
    const lines = await unless([...UNKNOWN, 450, 550], this.#read(this.#listing));
    const isUsed = lines !== null && lines.trim() !== "";
    if (this.#listing === "LIST" || isUsed) return linesOf(lines ?? "", readLine);
    const others = linesOf((await unless([450, 550], this.#read("LIST"))) ?? "", readLine);
    if (others.length > 0) this.#listing = "LIST"; // it took `-a` for a name
    return others;
  }

  /** A listing's bytes, one in each character. */
  async #read(command: string, path?: string): Promise<string> {
    const transfer = await this.transfer(path === undefined ? command : `${command} ${toWire(path)}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of (await transfer.ready) as AsyncIterable<Buffer>) {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= LISTING) continue;
      this.client.close();
      throw new ApiError("request_failed", "The folder's listing is longer than 16 MiB.");
    }
    await transfer.done;
    return Buffer.concat(chunks, size).toString("latin1");
  }

  /**
   * Begins a transfer. Its bytes go to and from the host of the control connection alone, whatever address the server names: else
   * a server could have us dial others.
   */
  async transfer(command: string, restart = 0): Promise<Transfer> {
    const { ftp } = this.client;
    const host = ftp.socket.remoteAddress;
    if (host === undefined) throw new Broken("The connection to the server broke.");
    const socket = await this.opening.dial(host, await this.#passivePort());
    const ready = Promise.withResolvers<Socket>();
    let isBegun = false;
    const begin = async () => {
      try {
        ready.resolve(await this.#secured(socket));
      } catch (error) {
        ready.reject(error);
        this.client.close(); // the server waits for bytes that will not come
      }
    };
    const done = ftp.handle(restart > 0 ? `REST ${restart}` : command, (reply, task) => {
      if (reply instanceof Error) task.reject(reply);
      else if (reply.code === 350) ftp.send(command);
      else if (reply.code >= 300) task.reject(new ApiError("bad_gateway", "The server's answer makes no sense."));
      else if (reply.code >= 200) task.resolve(undefined);
      else if (!isBegun) {
        isBegun = true;
        begin();
      }
    }) as Promise<void>;
    done.catch((error) => {
      ready.reject(error);
      if (!isBegun) socket.destroy();
      else
        ready.promise.then(
          (begun) => begun.destroy(),
          () => undefined,
        );
    });
    ready.promise.catch(() => undefined);
    return { ready: ready.promise, done };
  }

  async #secured(socket: Socket): Promise<Socket> {
    const { ftp } = this.client;
    if (!ftp.hasTLS) return socket;
    const { host, certificate } = this.opening.settings;
    const fingerprint = String(certificate ?? "") || undefined;
    // Servers ask for the session of the control connection: so nobody else can have connected in our place.
    const session = this.#tls ?? (ftp.socket as TLSSocket).getSession();
    const secured = await this.opening.secure(socket, String(host), { fingerprint, session });
    this.#remember(secured);
    return secured;
  }

  #remember(socket: Socket): void {
    if ("getSession" in socket)
      socket.on("session", (session: Buffer) => {
        this.#tls = session;
      });
  }

  async #passivePort(): Promise<number> {
    if (this.#isExtended)
      try {
        const port = readPort((await this.send("EPSV")).message);
        if (port !== null) return port;
      } catch (error) {
        if (replyOf(error) === undefined) throw error;
        this.#isExtended = false;
      }
    const port = readPort((await this.send("PASV")).message);
    if (port === null) throw new ApiError("bad_gateway", "The server's answer makes no sense.");
    return port;
  }
}

/** Lines that are understood. None of many is a dialect that we do not know: it must not pass for an empty folder. */
const linesOf = (text: string, read: (line: string) => Line | null): Line[] => {
  const lines = text.split(/\r?\n/);
  const known = lines.map(read).filter((line) => line !== null);
  const isListing = read === readFacts || lines.every((line) => line.trim() === "" || /^total \d/.test(line));
  if (known.length === 0 && !isListing && !lines.some(isSelf))
    throw new ApiError("bad_gateway", "The server lists folders in a way that is not known here.");
  return known.filter(({ wire }) => wire !== "." && wire !== "..");
};

/** `.` and `..`, which basic-ftp leaves out. */
const isSelf = (line: string): boolean => /\s\.\.?$/.test(line);
