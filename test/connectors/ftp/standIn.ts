import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** What the stand-in does with a data connection that is there, before its last word. */
type Data = (socket: Socket, command: string) => string | null | Promise<string | null>;

/**
 * A stand-in for the servers that we have not got: it lists as DOS, names other hosts for its transfers, breaks them off in every
 * way. It knows one folder with the files of `files`.
 */
export class FtpStandIn {
  readonly files = new Map<string, string>([["file.txt", "0123456789"]]);
  readonly commands: string[] = [];
  readonly sockets = new Set<Socket>();
  /** Instead of the usual reply to a command. */
  readonly replies = new Map<string, string>();
  system = "215 Windows_NT";
  listing = "11-25-26  10:02PM       <DIR>          folder\r\n11-25-26  10:02PM                   10 file.txt\r\n";
  /** The address that PASV tells. */
  passiveHost = "127,0,0,1";
  data: Data = (socket, command) => {
    socket.end(command.startsWith("LIST") ? this.listing : (this.files.get(command.split("/").at(-1) ?? "") ?? ""));
    return "226 done";
  };
  #port = 0;

  static async start(t: TestContext): Promise<FtpStandIn> {
    const server = new FtpStandIn();
    const listener = createServer((socket) => server.#meet(socket)).listen(0, "127.0.0.1");
    await once(listener, "listening");
    server.#port = (listener.address() as AddressInfo).port;
    t.after(() => {
      for (const socket of server.sockets) socket.destroy();
      listener.close();
    });
    return server;
  }

  get fields(): Record<string, string> {
    return { host: "127.0.0.1", port: String(this.#port), security: "none", username: "alice", password: "secret" };
  }

  #meet(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => this.sockets.delete(socket));
    const say = (line: string) => void socket.write(`${line}\r\n`);
    let passive: Promise<Socket> | undefined;
    say(this.replies.get("greeting") ?? "220 stand-in");
    let rest = "";
    socket.setEncoding("latin1").on("data", async (chunk: string) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() as string;
      for (const line of lines) {
        this.commands.push(line);
        const [verb = "", ...words] = line.split(" ");
        const usual = this.replies.get(verb) ?? this.#answer(verb, words.join(" "));
        if (usual !== null) say(usual);
        else if (verb === "PASV") {
          const listener = createServer().listen(0, "127.0.0.1");
          await once(listener, "listening");
          passive = once(listener, "connection").then(([data]) => {
            listener.close();
            this.sockets.add(data);
            return data
              .on("error", () => undefined)
              .once("close", () => this.sockets.delete(data))
              .resume() as Socket;
          });
          const { port } = listener.address() as AddressInfo;
          say(`227 Entering Passive Mode (${this.passiveHost},${port >> 8},${port & 255}).`);
        } else {
          say("150 here it comes");
          const word = await this.data((await passive) as Socket, line);
          if (word !== null) say(word);
        }
      }
    });
  }

  #answer(verb: string, path: string): string | null {
    const file = this.files.get(path.slice(1));
    switch (verb) {
      case "USER":
        return "331 password?";
      case "PASS":
        return "230 in";
      case "FEAT":
        return "211-features\r\n SIZE\r\n211 end";
      case "SYST":
        return this.system;
      case "PWD":
        return '257 "/" is here';
      case "CWD":
        return path === "/" ? "250 there" : "550 no such folder";
      case "SIZE":
        return file === undefined ? "550 no such file" : `213 ${file.length}`;
      case "REST":
        return "350 from there";
      case "TYPE":
      case "NOOP":
        return "200 well";
      case "PASV":
      case "LIST":
      case "RETR":
      case "STOR":
        return null;
      default:
        return "502 not here";
    }
  }
}
