import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { TestContext } from "node:test";

/** Between a client and a server of lines without TLS: what the client commands, and how many bytes come back. */
export class Tap {
  commands: string[] = [];
  received = 0;
  #port = 0;

  static async start(t: TestContext, target: number): Promise<Tap> {
    const tap = new Tap();
    const server = createServer((inner) => {
      const outer = connect(target, "127.0.0.1");
      inner.pipe(outer).pipe(inner);
      inner.on("data", (chunk: Buffer) => {
        // Folders are closed when nobody waits.
        for (const line of chunk.toString("latin1").split("\r\n"))
          if (/^[0-9A-F]+ (?!CLOSE)[A-Z]/.test(line)) tap.commands.push(line.replace(/^\S+ /, ""));
      });
      outer.on("data", (chunk: Buffer) => {
        tap.received += chunk.length;
      });
      inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
      outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    tap.#port = (server.address() as AddressInfo).port;
    t.after(() => server.close());
    return tap;
  }

  get port(): number {
    return this.#port;
  }

  /** What the work commands. */
  async during(work: () => Promise<unknown>): Promise<{ commands: string[]; received: number }> {
    this.commands = [];
    this.received = 0;
    await work();
    return { commands: this.commands, received: this.received };
  }
}
