import type { Socket } from "node:net";
import { ApiError } from "../../errors.js";
import type { VersionedCredential } from "../upstream.js";
import type { Dialler } from "./dial.js";
import type { Patience } from "./patience.js";
import type { Opening, Transport } from "./transport.js";

/** Milliseconds that a connection lies idle before it is closed, and after which it is asked before it is lent again. */
const IDLE = 30_000;
const FRESH = 5_000;
/** Milliseconds for a connection to be opened and logged in, and for an answer when it is asked. */
const OPENING = 20_000;
const CHECKING = 5_000;
/** Milliseconds for which a server's word is believed that it takes no more connections. */
const FULL = 60_000;

export interface PoolParts<Connection> {
  transport: Transport<Connection>;
  /** Connections at once, those being opened among them. */
  maximum: number;
  dialler: Dialler;
  now: () => number;
  /** Told when there is no connection any more and nobody wants one. */
  onEmpty: () => void;
}

/** Who the connection is for: others never get it. */
export interface Holder {
  settings: Opening["settings"];
  credential: VersionedCredential;
  user: string | undefined;
}

/**
 * One account's connections of one kind. Never more than its maximum; who finds none free waits, first come, first served; what
 * is broken is thrown away, what lies idle is asked before it is used and closed after a while.
 */
export class Pool<Connection> {
  readonly #members = new Set<Member<Connection>>();
  readonly #waiting = new Set<() => void>();
  /** Who has or wants a connection. */
  #users = 0;
  #limit: number;
  #limited = 0;
  #closed = false;

  constructor(readonly parts: PoolParts<Connection>) {
    this.#limit = parts.maximum;
  }

  get size(): number {
    return this.#members.size;
  }

  get #opened(): number {
    let count = 0;
    for (const { isOpened } of this.#members) if (isOpened) count++;
    return count;
  }

  /** From here until `leave` the pool is kept, even without a connection. */
  join(): void {
    this.#users++;
  }
  leave(): void {
    this.#users--;
    this.#settle();
  }

  /** A connection of which one share is the caller's until `release`. */
  async take(holder: Holder, patience: Patience): Promise<Member<Connection>> {
    const key = JSON.stringify([holder.credential.version, holder.user ?? "", holder.settings]);
    for (let isFirst = true; ; isFirst = false) {
      patience.signal.throwIfAborted();
      if (this.#closed) throw new ApiError("service_not_available", "The connections are being closed.");
      const member = isFirst && this.#waiting.size > 0 ? undefined : (this.#free(key) ?? this.#open(key, holder));
      if (!member) {
        await patience.for(this.#turn(patience.signal));
        continue;
      }
      try {
        await patience.for(member.ready());
        this.#limit = Math.max(this.#limit, this.#opened);
        return member;
      } catch (error) {
        const wasIdle = member.wasIdle;
        member.release();
        if (patience.signal.aborted) throw patience.signal.reason;
        if (wasIdle) continue; // the server had closed it meanwhile
        if (!(error instanceof ApiError && error.code === "too_many_service_requests") || this.size === 0) throw error;
        this.#limit = Math.max(1, this.#opened);
        this.#limited = this.parts.now();
      }
    }
  }

  /** Ends everything that is under way. */
  close(): void {
    this.#closed = true;
    for (const member of this.#members) member.destroy();
    for (const wake of this.#waiting) wake();
  }

  /** The fullest that has a share left, so that the others may be closed. */
  #free(key: string): Member<Connection> | undefined {
    let best: Member<Connection> | undefined;
    for (const member of this.#members) {
      if (!member.isUsable) {
        if (member.uses === 0) member.destroy();
      } else if (member.key !== key) {
        if (member.uses === 0) member.destroy(); // of a credential that has been replaced
      } else if (member.uses < this.parts.transport.shares && member.uses >= (best?.uses ?? 0)) best = member;
    }
    best?.enter();
    return best;
  }

  #open(key: string, holder: Holder): Member<Connection> | undefined {
    if (this.parts.now() - this.#limited > FULL) this.#limit = this.parts.maximum;
    if (this.size >= this.#limit) return undefined;
    const member = new Member(key, holder, this.parts, {
      over: () => this.#members.delete(member),
      free: () => this.#wake(),
    });
    this.#members.add(member);
    member.enter();
    return member;
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((go) => {
      const leave = () => this.#waiting.delete(wake);
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", leave);
        go();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #wake(): void {
    const [first] = this.#waiting;
    if (first) first();
    this.#settle();
  }

  #settle(): void {
    if (this.size === 0 && this.#users === 0) this.parts.onEmpty();
  }
}

/** One connection, from the moment it is decided on to the destruction of its last socket. */
export class Member<Connection> {
  uses = 0;
  /** It has lain idle and not answered since: that it does not need not be the server's fault. */
  wasIdle = false;
  #connection: Connection | undefined;
  #ready: Promise<Connection>;
  readonly #sockets = new Set<Socket>();
  readonly #over = new AbortController();
  #idleSince = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    readonly key: string,
    { settings, credential: { credential } }: Holder,
    private readonly parts: PoolParts<Connection>,
    private readonly on: { over: () => void; free: () => void },
  ) {
    const { dialler } = parts;
    const { signal } = this.#over;
    const keep = <Kind extends Socket>(socket: Kind): Kind => {
      // Its reader hears of errors by other ways; without a listener they would end the process.
      socket.on("error", () => undefined);
      for (const other of this.#sockets) if (other.destroyed) this.#sockets.delete(other);
      this.#sockets.add(socket);
      if (signal.aborted) socket.destroy();
      return socket;
    };
    const opening: Opening = {
      settings,
      credential,
      signal,
      dial: async (host, port) => keep(await dialler.dial(host, port, signal)),
      secure: async (socket, host, trust) => {
        // Destroying a socket below its TLS, in the same moment as that, ends the process (Node 24).
        this.#sockets.delete(socket);
        return keep(await dialler.secure(socket, host, signal, trust));
      },
      staysPrivate: (socket) => dialler.staysPrivate(socket),
    };
    this.#ready = this.#within(OPENING, parts.transport.open(opening)).then((connection) => {
      this.#connection = connection;
      if (signal.aborted) parts.transport.close(connection);
      return connection;
    });
    this.#ready.catch(() => this.destroy());
  }

  get isOpened(): boolean {
    return this.#connection !== undefined;
  }

  get isUsable(): boolean {
    if (this.#over.signal.aborted) return false;
    return this.#connection === undefined || this.parts.transport.isAlive(this.#connection);
  }

  /** Once opened. */
  get connection(): Connection {
    return this.#connection as Connection;
  }

  /** Bytes that have come so far. */
  get received(): number {
    let sum = 0;
    for (const socket of this.#sockets) sum += socket.bytesRead;
    return sum;
  }

  enter(): void {
    clearTimeout(this.#idle);
    this.uses++;
    if (this.uses > 1 || this.#connection === undefined || this.parts.now() - this.#idleSince <= FRESH) return;
    this.wasIdle = true;
    this.#ready = this.#within(CHECKING, this.#check(this.#connection));
  }

  ready(): Promise<Connection> {
    return this.#ready;
  }

  release(): void {
    this.uses--;
    if (this.uses === 0 && (this.#connection === undefined || !this.isUsable)) this.destroy();
    else if (this.uses === 0) {
      this.#idleSince = this.parts.now();
      this.#idle = setTimeout(() => this.destroy(), IDLE).unref();
    }
    this.on.free();
  }

  /** At once and for all who use it. */
  destroy(): void {
    if (this.#over.signal.aborted) return;
    clearTimeout(this.#idle);
    this.#over.abort(new ApiError("service_not_available", "The connection has been closed."));
    try {
      if (this.#connection !== undefined) this.parts.transport.close(this.#connection);
    } finally {
      for (const socket of this.#sockets) socket.destroy();
      this.on.over();
      this.on.free();
    }
  }

  async #check(connection: Connection): Promise<Connection> {
    await this.parts.transport.check(connection);
    this.wasIdle = false;
    return connection;
  }

  /** Destroys the connection where that takes longer. */
  async #within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const { signal } = this.#over;
    const end = () => late.reject(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const timer = setTimeout(
      () => late.reject(new ApiError("gateway_timeout", "The server did not answer in time.")),
      milliseconds,
    );
    try {
      return await Promise.race([work, late.promise]);
    } catch (error) {
      work.catch(() => undefined);
      this.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  }
}
