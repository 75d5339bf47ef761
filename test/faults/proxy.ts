import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** Between a client and a real server: passes bytes on until told otherwise. */
export class FaultProxy {
  /** Bytes still come in and nothing goes out: a network that swallows. */
  isBlackhole = false;
  readonly pairs = new Set<readonly [Socket, Socket]>();
  count = 0;
  #port = 0;

  static async start(t: TestContext, target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy();
    const server = createServer((inner) => proxy.#join(inner, connect(target, "127.0.0.1"))).listen(0, "127.0.0.1");
    await once(server, "listening");
    proxy.#port = (server.address() as AddressInfo).port;
    t.after(async () => {
      proxy.reset();
      await new Promise((done) => server.close(done));
    });
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Cuts every connection, as a machine that crashes does. */
  reset(): void {
    for (const [inner, outer] of this.pairs) {
      inner.resetAndDestroy();
      outer.destroy();
    }
  }

  #join(inner: Socket, outer: Socket): void {
    const pair = [inner, outer] as const;
    this.pairs.add(pair);
    this.count++;
    for (const [from, to] of [pair, [outer, inner] as const]) {
      from.on("data", (chunk: Buffer) => {
        if (!this.isBlackhole && !to.destroyed && !to.write(chunk)) from.pause();
      });
      to.on("drain", () => from.resume());
      from
        .on("error", () => undefined)
        .once("close", () => {
          to.destroy();
          this.pairs.delete(pair);
        });
    }
  }
}
