import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Credential } from "../../auth/credential.js";

/**
 * How a protocol is spoken that is not HTTP, where a connection is dear and remembers who is logged in. A connector makes one
 * object of this and names it whenever it asks for a connection; which one it gets, and how many there are, is not its business.
 */
export interface Transport<Connection> {
  /** Uses of one connection at the same time: 1 where one thing is done after the other. */
  readonly shares: number;
  /** Up to a connection that is logged in. What was dialled is closed when it throws. */
  open(opening: Opening): Promise<Connection>;
  /** As far as can be told without asking. */
  isAlive(connection: Connection): boolean;
  /** Asks the server, when a connection has lain idle. Whatever it throws, another connection takes its place. */
  check(connection: Connection): Promise<void>;
  /** Says goodbye, without waiting. The sockets are destroyed right after. */
  close(connection: Connection): void;
}

/** What a transport opens a connection with, and dials further sockets of it by. */
export interface Opening {
  /** The account's, as `connect` made them. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  readonly credential: Credential;
  /** Fires when nobody waits for the connection any more, and when it is closed. */
  readonly signal: AbortSignal;
  /** Every address of the name is checked, and a checked one is dialled. Throws `ApiError`. */
  dial(host: string, port: number): Promise<Socket>;
  /** TLS over a dialled socket, for the certificate of `host`. Throws `ApiError`. */
  secure(socket: Socket, host: string, trust?: Trust): Promise<TLSSocket>;
  /** Whether a dialled socket leads into a network of the operator's, where a password may go in the clear. */
  staysPrivate(socket: Socket): boolean;
}

export interface Trust {
  /** SHA-256 of the one certificate that is trusted, whoever signed it: 64 hexadecimal digits, with or without colons. */
  fingerprint?: string | undefined;
  /** Resumes the session of another connection to the host, which had been found to be trusted. */
  session?: Buffer | undefined;
}

export interface LoanOptions {
  /** The connection is kept as long as somebody reads a stream: such uses have turns of their own. */
  streams?: boolean;
  /** Takes back what a broken call has begun: lent though the caller has gone. The deadline applies. */
  outlivesCaller?: boolean;
}

/**
 * The connections of one account. Both methods throw `ApiError`: `too_many_service_requests` when no turn came before the
 * deadline, `gateway_timeout` when the server was silent until then, what the transport's `open` throws, what the work throws.
 * Work that throws `Broken` is begun anew on another connection, three times in all and within the account's budget of retries,
 * unless it has said that it is `changing` something.
 */
export interface Connections {
  /** Lends for as long as the work takes, which is given up when the caller leaves or nothing has moved until the deadline. */
  use<Connection, Result>(
    transport: Transport<Connection>,
    work: Work<Connection, Result>,
    options?: LoanOptions,
  ): Promise<Result>;
  /** Lends beyond the work, until the connection is given back or thrown away, one of which the borrower owes. */
  lend<Connection, Result>(
    transport: Transport<Connection>,
    work: Work<Connection, Result>,
    options?: LoanOptions,
  ): Promise<Result>;
}

export type Work<Connection, Result> = (connection: Connection, loan: Loan<Connection>) => Promise<Result>;

export interface Loan<Connection> {
  readonly connection: Connection;
  /**
   * Fires when the caller leaves and at the deadline, its reason the `ApiError` to tell. A connection that is not shared is
   * closed then; on a shared one the borrower stops within seconds, or it is closed as well.
   */
  readonly signal: AbortSignal;
  /** What the work gives, or the signal's reason as soon as that fires. */
  for<Result>(work: Promise<Result>): Promise<Result>;
  /** Before the first thing that must not be done twice: the work is not begun anew any more. Throws when nobody waits for it. */
  changing(): void;
  /** Something came or went: the deadline begins anew. */
  moved(): void;
  /** Nothing is expected of the server until something has `moved` again. */
  rest(): void;
  /** It is as good as it was; what is broken is not lent again all the same. */
  giveBack(): void;
  /** It stands in the midst of something: nobody gets it any more. */
  throwAway(): void;
}
