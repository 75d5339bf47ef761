import type { Readable } from "node:stream";
import type { Credential } from "../auth/credential.js";
import type { ErrorCode } from "../errors.js";

/** One request to a service, as a connector writes it: credentials, pace, retries and deadlines are not its business. */
export interface UpstreamRequest {
  method?: string;
  /** Relative to the account's origin, already percent-encoded; or an absolute URL within the connector's hosts. */
  path: string;
  /** The path is sent as it is spelt: in an object store `/a/../b` is a name. Otherwise dots are resolved (RFC 3986, 5.2.4). */
  literal?: boolean;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** A plain object is sent as JSON. A stream can be sent once: such a request is never retried once begun. */
  body?: string | Buffer | Readable | object | undefined;
  /** Sending twice does no harm. Known for GET, HEAD, OPTIONS, PUT, DELETE, PROPFIND and REPORT; say it of a reading POST. */
  repeatable?: boolean;
  /**
   * Statuses ≥ 400 that the connector reads itself instead of having them thrown; none is asked for again. A DELETE that was
   * repeated and meets 404 or 410 is answered with it in any case, by `json` with null: what is gone was perhaps deleted by the
   * attempt before.
   */
  accept?: readonly number[];
  /**
   * Milliseconds for a call that is known to take longer than others, 10 minutes at most: a copy within the service. It is waited for
   * in silence as long, for to repeat it would be to begin it anew. The account's deadline where that is longer.
   */
  deadlineMs?: number;
  /** Aborts this call only; the caller's own signal always applies. */
  signal?: AbortSignal;
  /** Takes back what a broken call has begun: sent though the caller has gone, whose going broke it. The deadline applies. */
  outlivesCaller?: boolean;
}

/** A request that somebody else will send: exactly so, with all of these headers and a body of their own. */
export interface PresignRequest {
  method: "PUT";
  /** As `UpstreamRequest.path` that is `literal`. */
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** Whoever has the URL may send the request, in the account's name: it is a secret until it expires. */
export interface PresignedUrl {
  url: string;
  /** ISO 8601. */
  expires: string;
}

export interface UpstreamResponse {
  status: number;
  /** Lower-case names; a header sent several times is joined by ", ", `set-cookie` is dropped. */
  headers: Readonly<Record<string, string>>;
  /**
   * An attempt before this one had left and its outcome is not known: it broke off, or was answered with a status over 499. A
   * refusal may then tell of the success of that attempt, `412` to a condition above all.
   */
  repeated: boolean;
}

/**
 * The outgoing client of one account, handed to a connector in its context. Every method throws `ApiError`:
 * a status ≥ 400 as the connector's `explain` reads it, a broken connection as the fault table says. A redirect is never
 * followed: `json` throws `bad_gateway`, the others give it.
 */
export interface Upstream {
  /** A parsed JSON answer, at most 16 MiB decompressed; null for an empty one. Identical reads in flight are joined. */
  json<T>(request: UpstreamRequest): Promise<T>;
  /** A text answer (XML …), at most 16 MiB decompressed. Identical reads in flight are joined. */
  text(request: UpstreamRequest): Promise<UpstreamResponse & { text: string }>;
  /** The answer as it streams. The caller must read or destroy `body`. Never joined, never decompressed. */
  stream(request: UpstreamRequest): Promise<UpstreamResponse & { body: Readable }>;
  /**
   * Signs a request for others to send; nothing is sent. What callers add to the account's requests is not part of it. Throws
   * `not_implemented` where the credential would have to be told with it.
   */
  presign(request: PresignRequest, seconds: number): Promise<PresignedUrl>;
}

/** What a service allows one account; kept per account and corrected by what its answers tell. */
export interface Budget {
  /** Requests under way at once. */
  concurrency: number;
  /** Requests in a span of seconds. Absent for self-hosted protocols. */
  rate?: { requests: number; seconds: number };
}

/**
 * Reads a refusal: the service's status and body (parsed when JSON, else text). With a message, for the caller to read, where
 * the code alone would not tell what to do. Undefined: the status speaks for itself.
 */
export type Explain = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
) => ErrorCode | Explanation | undefined;
export interface Explanation {
  code: ErrorCode;
  message: string;
}

/** What a query cost upstream, by account; told in `extensions.upstream` on demand. */
export interface AccountBook {
  account: string;
  service: string;
  /** Requests that really left. */
  calls: number;
  /** Requests answered by an identical one already under way. */
  joined: number;
  /** Time spent in the pacing queue. */
  waitedMs: number;
  /** Time that requests were under way. */
  ms: number;
}

/** The account (or the account to be) in whose name requests leave, as `UpstreamClient.for` takes it. */
export interface Target {
  service: string;
  /** What pace is kept, and identical reads are joined, for: one connected account. */
  account: string;
  /** Base of relative paths. */
  origin: string;
  /** Hosts a request may go to; the origin's own is always among them. A leading dot means any host below. */
  hosts?: readonly string[];
  budget: Budget;
  explain?: Explain;
  credentials: CredentialSource;
  /**
   * SHA-256 of the one certificate that is trusted at the origin, whoever signed it: 64 hexadecimal digits, with or without colons.
   * Null where the account could name one and does not: then what is wrong with a certificate is told with its fingerprint.
   */
  certificate?: string | null;
  /** Acting as this user: part of what may be joined. */
  user?: string | undefined;
  /** The caller's own additions to each request's query and headers. */
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Milliseconds for a whole call with its waits and retries; 30 s. */
  deadlineMs?: number;
  /** Waits behind what people wait for. */
  background?: boolean;
  /** Where the cost of each request is written. */
  book?: AccountBook;
}

/** Where the authorize layer finds what to sign with, and the refresh layer a newer one. */
export interface CredentialSource {
  current(): Promise<VersionedCredential>;
  /** After this version was refused with 401: a newer one, or `service_unauthorized`. Absent: it cannot be renewed. */
  renew?(version: number): Promise<VersionedCredential>;
}
export interface VersionedCredential {
  credential: Credential;
  version: number;
}
