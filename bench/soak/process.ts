import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Networks that fail, each between us and one server, in a process of their own: so that nothing of theirs is counted as ours. Answers
 * `NetworkRequest`s.
 */
export type NetworkRequest =
  /** A way to this port of the loopback interface. `ftp`: ports that the server opens for transfers are reached by ways of their own. */
  | { ask: "way"; to: number; ftp: boolean }
  /** From now on there are faults. */
  | { ask: "fail" }
  | { ask: "faults" };
export type NetworkAnswer = number | Readonly<Record<Fault, number>>;

/** Shares of the chunks that a connection carries, of new connections (`refuse`), of seconds (`outage`: nobody listens). */
const SHARES = { reset: 0.004, cut: 0.004, delay: 0.02, drip: 0.005, mute: 0.0003, refuse: 0.02, outage: 0.02 };
type Fault = keyof typeof SHARES;

/** Milliseconds */
const LONGEST_DELAY = 1_500;
const DRIP = 10;
const OUTAGE = 400;
const MUTE = 60_000;
/** Bytes of each drop. */
const DROP = 256;

const counts: Record<Fault, number> = { reset: 0, cut: 0, delay: 0, drip: 0, mute: 0, refuse: 0, outage: 0 };
let isFaulty = false;

const strikes = (fault: Fault): boolean => {
  if (!isFaulty || Math.random() >= SHARES[fault]) return false;
  counts[fault]++;
  return true;
};

const open = async (to: number, ftp: boolean): Promise<{ server: Server; port: number }> => {
  const server = createServer((inner) => {
    if (strikes("refuse")) inner.on("error", () => undefined).resetAndDestroy();
    else join(inner, connect(to, "127.0.0.1"), ftp);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
};

const way = async (to: number, ftp: boolean): Promise<number> => {
  const { server, port } = await open(to, ftp);
  setInterval(() => {
    if (!server.listening || !strikes("outage")) return;
    server.close();
    setTimeout(() => server.listen(port, "127.0.0.1"), OUTAGE);
  }, 1_000);
  return port;
};

/** For one connection, soon. */
const transferWay = async (to: number): Promise<number> => {
  const { server, port } = await open(to, false);
  server.once("connection", () => server.close());
  setTimeout(() => server.close(), 30_000);
  return port;
};

const join = (inner: Socket, outer: Socket, ftp: boolean): void => {
  const end = () => {
    inner.resetAndDestroy();
    outer.resetAndDestroy();
  };
  for (const socket of [inner, outer]) socket.on("error", end);
  void carry(inner, outer, end, async (chunk) => chunk);
  void carry(outer, inner, end, ftp ? ofTransfers : async (chunk) => chunk);
};

const carry = async (
  from: Socket,
  to: Socket,
  end: () => void,
  change: (chunk: Buffer) => Promise<Buffer>,
): Promise<void> => {
  try {
    for await (const read of from as AsyncIterable<Buffer>) {
      const chunk = await change(read);
      if (strikes("reset")) return end();
      if (strikes("cut")) {
        to.end(chunk.subarray(0, Math.floor(Math.random() * chunk.length)), end);
        return;
      }
      if (strikes("mute")) {
        await delay(MUTE);
        return end();
      }
      if (strikes("delay")) await delay(Math.random() * LONGEST_DELAY);
      if (strikes("drip"))
        for (let at = 0; at < chunk.length; at += DROP) {
          await write(to, chunk.subarray(at, at + DROP));
          await delay(DRIP);
        }
      else await write(to, chunk);
    }
    to.end();
  } catch {
    end();
  }
};

const write = async (to: Socket, chunk: Buffer): Promise<void> => {
  if (to.destroyed) throw new Error("gone");
  if (!to.write(chunk)) await Promise.race([once(to, "drain"), once(to, "close")]);
};

/** The port of an EPSV answer (RFC 2428) becomes that of a way of its own. */
const ofTransfers = async (chunk: Buffer): Promise<Buffer> => {
  const text = chunk.toString("latin1");
  const [told, port] = /\(\|\|\|(\d+)\|\)/.exec(text) ?? [];
  if (told === undefined) return chunk;
  return Buffer.from(text.replace(told, `(|||${await transferWay(Number(port))}|)`), "latin1");
};

const answer = async (request: NetworkRequest): Promise<NetworkAnswer> => {
  if (request.ask === "way") return way(request.to, request.ftp);
  if (request.ask === "fail") isFaulty = true;
  return counts;
};

process.on("message", (request: NetworkRequest) => {
  void answer(request).then((told) => process.send?.(told));
});
process.on("disconnect", () => process.exit());
