import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import ssh2, { type ServerChannel } from "ssh2";
import { STATUS } from "../../../src/connectors/sftp/wire.js";
import { ANSWER, encode, type Field, Fields, REQUEST } from "./packets.js";

const OK = 0;

/** How a server differs from those that can be started here. */
export interface Manner {
  /** What it tells by `limits@openssh.com`: bytes of a packet, a READ, a WRITE, and open files; or that it does not know. */
  limits?: readonly [bigint, bigint, bigint, bigint] | "refused";
  /** Bytes that it answers a READ with at most. */
  shortReads?: number;
}

/** A stand-in for an SFTP server of some manner: one folder of files in memory, anybody is let in. */
export class StandIn {
  readonly files = new Map<string, Buffer>();
  longestRead = 0;
  longestWrite = 0;
  #port = 0;

  private constructor(private readonly manner: Manner) {}

  static async start(t: TestContext, manner: Manner): Promise<StandIn> {
    const standIn = new StandIn(manner);
    const hostKeys = [ssh2.utils.generateKeyPairSync("ed25519").private];
    const server = new ssh2.Server({ hostKeys }, (client) => {
      client
        .on("error", () => undefined)
        .on("authentication", (attempt) => attempt.accept())
        .on("session", (acceptSession) =>
          acceptSession().on("subsystem", (acceptChannel) => standIn.#serve(acceptChannel())),
        );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    standIn.#port = (server.address() as AddressInfo).port;
    t.after(() => server.close());
    return standIn;
  }

  get fields() {
    return { host: "127.0.0.1", port: String(this.#port), username: "anybody", password: "any", folder: "/" };
  }

  #serve(channel: ServerChannel): void {
    let bytes = Buffer.alloc(0);
    channel.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
        const end = 4 + bytes.readUInt32BE(0);
        const [type, id] = [bytes.readUInt8(4), bytes.readUInt32BE(5)];
        const [answer, ...fields] = this.#answer(type, new Fields(bytes.subarray(9, end)));
        channel.write(encode(answer, id, fields));
        bytes = bytes.subarray(end);
      }
    });
  }

  #answer(type: number, request: Fields): [type: number, ...Field[]] {
    const status = (code: number): [number, ...Field[]] => [ANSWER.status, code, "", ""];
    switch (type) {
      case REQUEST.init:
        return this.manner.limits ? [ANSWER.version, "limits@openssh.com", "1"] : [ANSWER.version];
      case REQUEST.extended:
        if (!Array.isArray(this.manner.limits)) return status(STATUS.unsupported);
        return [ANSWER.extended, ...(this.manner.limits as bigint[])];
      case REQUEST.realpath: {
        const path = request.text();
        return [ANSWER.name, 1, path === "." ? "/" : path, "", 0];
      }
      case REQUEST.stat:
      case REQUEST.lstat:
      case REQUEST.fstat: {
        const path = request.text();
        if (path === "/") return [ANSWER.attributes, 4, 0o040755];
        const file = this.files.get(path);
        return file ? [ANSWER.attributes, 5, BigInt(file.length), 0o100644] : status(STATUS.noSuchFile);
      }
      case REQUEST.open: {
        const path = request.text();
        if (request.uint32() !== 1) this.files.set(path, Buffer.alloc(0));
        return [ANSWER.handle, path];
      }
      case REQUEST.read: {
        const file = this.files.get(request.text()) ?? Buffer.alloc(0);
        const [position, length] = [request.uint64(), request.uint32()];
        this.longestRead = Math.max(this.longestRead, length);
        const read = file.subarray(position, position + Math.min(length, this.manner.shortReads ?? length));
        return read.length === 0 ? status(STATUS.endOfFile) : [ANSWER.data, read];
      }
      case REQUEST.write: {
        const path = request.text();
        const [position, written] = [request.uint64(), request.string()];
        this.longestWrite = Math.max(this.longestWrite, written.length);
        const file = this.files.get(path) ?? Buffer.alloc(0);
        // A server that writes to a stream: what does not follow is not taken.
        if (position !== file.length) return status(STATUS.failure);
        this.files.set(path, Buffer.concat([file, written]));
        return status(OK);
      }
      case REQUEST.rename: {
        const [from, to] = [request.text(), request.text()];
        this.files.set(to, this.files.get(from) ?? Buffer.alloc(0));
        this.files.delete(from);
        return status(OK);
      }
      case REQUEST.remove:
        return status(this.files.delete(request.text()) ? OK : STATUS.noSuchFile);
      case REQUEST.close:
        return status(OK);
      default:
        return status(STATUS.unsupported);
    }
  }
}
