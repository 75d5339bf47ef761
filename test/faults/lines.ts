import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Credential } from "../../src/auth/credential.js";
import { ApiError, Broken } from "../../src/errors.js";
import type { Opening, Transport } from "../../src/upstream/transports/transport.js";

/** What a server of lines does with one of them; an answer is a line as well, null none. */
type Answer = (line: string, socket: Socket) => string | null;

/** A server that greets, then answers line by line: the least that keeps a connection. It counts what arrives. */
export class LineServer {
  readonly sockets = new Set<Socket>();
  readonly lines: string[] = [];
  /** Connections so far, and the most there were at once. */
  count = 0;
  busiest = 0;
  greeting: string | null = "hello";
  answer: Answer = (line) => `ok ${line}`;

  readonly port: number;

  private constructor(private readonly server: Server) {
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(t: TestContext): Promise<LineServer> {
    const server = createServer((socket) => lines.meet(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const lines = new LineServer(server);
    t.after(() => lines.stop());
    return lines;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  meet(socket: Socket): void {
    this.sockets.add(socket);
    this.count++;
    this.busiest = Math.max(this.busiest, this.sockets.size);
    socket.on("error", () => undefined).once("close", () => this.sockets.delete(socket));
    if (this.greeting !== null) socket.write(`${this.greeting}\n`);
    onLines(socket, (line) => {
      this.lines.push(line);
      const answer = this.answer(line, socket);
      if (answer !== null) socket.write(`${answer}\n`);
    });
  }
}

const onLines = (socket: Socket, hear: (line: string) => void): void => {
  let rest = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() as string;
    for (const line of parts) hear(line);
  });
};

/** The client's side: answers come in the order of the questions. */
export class Lines {
  readonly #waiting: PromiseWithResolvers<string>[] = [];
  isOpen = true;
  constructor(
    readonly socket: Socket,
    readonly credential: Credential,
  ) {
    onLines(socket, (line) => this.#waiting.shift()?.resolve(line));
    socket.once("close", () => {
      this.isOpen = false;
      for (const { reject } of this.#waiting) reject(new Broken("closed"));
    });
  }
  hear(): Promise<string> {
    const line = Promise.withResolvers<string>();
    this.#waiting.push(line);
    return line.promise;
  }
  ask(line: string): Promise<string> {
    this.socket.write(`${line}\n`);
    return this.hear();
  }
}

/** A transport of one test: pools tell them apart. */
export const linesTransport = (shares = 1): Transport<Lines> => ({
  shares,
  async open({ settings, credential, dial }: Opening) {
    const lines = new Lines(await dial("127.0.0.1", Number(settings.port)), credential);
    const greeting = await lines.hear();
    if (greeting === "hello") return lines;
    throw greeting === "full"
      ? new ApiError("too_many_service_requests", "full")
      : new ApiError("service_unauthorized", greeting);
  },
  isAlive: ({ isOpen }) => isOpen,
  async check(lines) {
    await lines.ask("still there?");
  },
  close: (lines) => {
    lines.socket.write("bye\n");
  },
});
