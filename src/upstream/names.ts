import { Resolver, lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import type { Addresses } from "./addresses.js";

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
  /** Seconds that it may be kept. */
  ttl?: number;
}

/** All addresses of a host name, or an error with `code` as `node:dns` gives it. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

interface Entry {
  answer: Promise<readonly ResolvedAddress[]>;
  expires: number;
}

const MAXIMUM = 2000; // names
const SHORTEST = 1_000; // ms that any answer is kept, an error too
const LONGEST = 60_000; // ms
const USUAL = 10_000; // ms, where nobody told a time to live

/**
 * Host names for undici's `connect`: cached, asked once by all who wait, and every address checked on each use. A name with one
 * forbidden address is refused as a whole, and what was checked is what is dialled, so rebinding gains nothing.
 */
export class Names {
  readonly #entries = new Map<string, Entry>();

  constructor(
    readonly addresses: Addresses,
    readonly now: () => number,
    readonly resolve: Resolve = resolveName(),
  ) {}

  /** Every address of a name, each of them allowed; else throws. */
  async find(hostname: string): Promise<readonly ResolvedAddress[]> {
    const found = await this.#cached(hostname.toLowerCase());
    for (const { address } of found) this.addresses.check(address);
    return found;
  }

  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.find(hostname).then(
      (found) => {
        const family = options.family === 4 || options.family === 6 ? options.family : 0;
        const fitting = family === 0 ? found : found.filter((one) => one.family === family);
        const [first] = fitting;
        if (!first) callback(notFound(hostname), "");
        else if (options.all) callback(null, [...fitting]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ""),
    );
  };

  #cached(hostname: string): Promise<readonly ResolvedAddress[]> {
    const known = this.#entries.get(hostname);
    if (known && known.expires > this.now()) return known.answer;
    this.#entries.delete(hostname);
    // A Map iterates in the order of insertion: the oldest goes first.
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < MAXIMUM) break;
      this.#entries.delete(oldest);
    }
    const entry: Entry = { answer: this.resolve(hostname), expires: Number.POSITIVE_INFINITY };
    const keep = (milliseconds: number) => {
      entry.expires = this.now() + Math.min(Math.max(milliseconds, SHORTEST), LONGEST);
    };
    entry.answer.then(
      (found) => keep(Math.min(...found.map(({ ttl }) => (ttl === undefined ? USUAL : ttl * 1000)))),
      // A temporary failure is not remembered: the retry is meant to ask again.
      (error) => (isTemporary(error) ? this.#entries.delete(hostname) : keep(SHORTEST)),
    );
    this.#entries.set(hostname, entry);
    return entry.answer;
  }
}

const isTemporary = (error: NodeJS.ErrnoException): boolean => error.code === "EAI_AGAIN";

/**
 * Asks the name servers directly: `getaddrinfo` would hold one of libuv's four threads for each slow name, so a few dead names
 * would stop every other. It is asked, two at a time, for what no name server knows: the hosts file, search domains.
 */
const resolveName = (): Resolve => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const system = atMost(2);
  return async (hostname) => {
    if (hostname === "localhost" || hostname.endsWith(".localhost")) return LOOPBACK; // RFC 6761, 6.3
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname, { ttl: true }),
      resolver.resolve6(hostname, { ttl: true }),
    ]);
    const found = answers.flatMap((answer, index): ResolvedAddress[] =>
      answer.status === "fulfilled"
        ? answer.value.map(({ address, ttl }) => ({ address, ttl, family: index === 0 ? 4 : 6 }))
        : [],
    );
    if (found.length > 0) return found;
    if (answers.some((answer) => answer.status === "rejected" && UNANSWERED.has(answer.reason.code)))
      throw Object.assign(new Error("The name servers do not answer"), { code: "EAI_AGAIN" });
    const known = await system(() => systemLookup(hostname, { all: true }));
    return known.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  };
};
const LOOPBACK: readonly ResolvedAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];
const UNANSWERED: ReadonlySet<string> = new Set(["ETIMEOUT", "ESERVFAIL"]);

const atMost = (limit: number) => {
  let active = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (active >= limit) await new Promise<void>((go) => waiting.push(go));
    else active++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else active--;
    }
  };
};

const notFound = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`No address of that family for ${hostname}`), { code: "ENOTFOUND" });
