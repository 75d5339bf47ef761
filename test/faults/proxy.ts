import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** One answer that is lost. */
interface Loss {
  beginning: RegExp;
  instead: (() => Promise<unknown>) | undefined;
  /** Requests that began so, the lost one among them. */
  count: number;
  answering: Socket | undefined;
}

/** Between a client and a real server: passes bytes on until told otherwise. */
export class FaultProxy {
  /** Bytes still come in and nothing goes out: a network that swallows. */
  isBlackhole = false;
  readonly pairs = new Set<readonly [Socket, Socket]>();
  count = 0;
  #port = 0;
  #loss: Loss | undefined;

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

  /**
   * The next HTTP request that begins so reaches the server, and its answer is lost with the connection. Or `instead` of reaching it,
   * something else happens meanwhile. Counts those requests from here on.
   */
  lose(beginning: RegExp, instead?: () => Promise<unknown>): Readonly<Pick<Loss, "count">> {
    this.#loss = { beginning, instead, count: 0, answering: undefined };
    return this.#loss;
  }

  /** Whether a chunk is lost on its way. */
  #loses(chunk: Buffer, from: Socket, inner: Socket, outer: Socket): boolean {
    const loss = this.#loss;
    if (!loss) return false;
    if (loss.answering === outer) {
      if (from === outer) inner.resetAndDestroy();
      return from === outer || loss.instead !== undefined;
    }
    if (from !== inner || !loss.beginning.test(chunk.toString("latin1", 0, 2000)) || ++loss.count > 1) return false;
    loss.answering = outer;
    void loss.instead?.().finally(() => inner.resetAndDestroy());
    return loss.instead !== undefined;
  }

  #join(inner: Socket, outer: Socket): void {
    const pair = [inner, outer] as const;
    this.pairs.add(pair);
    this.count++;
    for (const [from, to] of [pair, [outer, inner] as const]) {
      from.on("data", (chunk: Buffer) => {
        if (!this.isBlackhole && !this.#loses(chunk, from, inner, outer) && !to.destroyed && !to.write(chunk))
          from.pause();
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
