import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { ApiError, toApiError } from "../errors.js";
import type { AccountState, Accounts } from "./accountState.js";
import { Collector, endWith, type StreamedAnswer, Streamer, type Wanted, type WholeAnswer } from "./answer.js";
import { Call, type CallOptions } from "./call.js";
import { ENCODINGS } from "./decode.js";
import { unreadable } from "./failure.js";
import { Flight, Waiting } from "./flight.js";
import { callerHeaders, checkHeader, checkMethod, type Headers, readHeaders } from "./headers.js";
import { locate, type Place, type Reach, reachOf, withQuery } from "./place.js";
import type { Reads } from "./reads.js";
import { type RequestBody, toBody } from "./requestBody.js";
import { presign } from "./signers/presign.js";
import type {
  PresignedUrl,
  PresignRequest,
  Target,
  Upstream,
  UpstreamRequest,
  UpstreamResponse,
  VersionedCredential,
} from "./upstream.js";

/** What all accounts share. */
export interface Machinery {
  dispatch: Dispatcher.Dispatch;
  now: () => number;
  accounts: Accounts;
  reads: Reads;
}

/** One request, ready to leave. */
export interface Prepared {
  place: Place;
  method: string;
  headers: Headers;
  body: RequestBody;
  repeatable: boolean;
  /** Changes nothing, so identical ones can be one. */
  isRead: boolean;
  accept: readonly number[] | undefined;
  /** For the whole call. */
  deadlineMs: number;
  /** Milliseconds that the service may be silent. */
  silenceMs: number;
  /** Any of them ends it. */
  signals: readonly (AbortSignal | undefined)[];
}

interface Reader<T> {
  isWanted: Wanted;
  /** Throws when it makes no sense. */
  convert(answer: WholeAnswer): T;
}

const DEADLINE = 30_000; // ms
const LONGEST = 10 * 60_000; // ms: of a call that is known to be long
const SILENCE = 15_000; // ms: half of the usual deadline, so that a second attempt has its chance
const JOINED_BODY = 16 * 1024; // characters of a read's body

const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND", "REPORT"]);
const READS = new Set(["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH"]);

/** The outgoing client of one account, as a connector has it. */
export class AccountUpstream implements Upstream {
  readonly origin: string;
  readonly reach: Reach;
  readonly #headers: Headers;

  constructor(
    readonly target: Target,
    readonly machinery: Machinery,
  ) {
    this.origin = new URL(target.origin).origin;
    this.reach = reachOf(this.origin, target.hosts);
    this.#headers = callerHeaders(target.headers ?? {});
  }

  async json<T>(request: UpstreamRequest): Promise<T> {
    const prepared = this.prepare(request);
    prepared.headers.accept ??= "application/json";
    prepared.headers["accept-encoding"] ??= ENCODINGS;
    const plain = prepared.headers.accept.includes("text/plain");
    return this.#read("json", prepared, documents(request), (answer) =>
      isGone(request, answer.status, answer.repeated) ? (null as T) : parseJson<T>(answer, plain),
    );
  }

  async text(request: UpstreamRequest): Promise<UpstreamResponse & { text: string }> {
    const prepared = this.prepare(request);
    prepared.headers["accept-encoding"] ??= ENCODINGS;
    return this.#read("text", prepared, answers(request), ({ status, headers, body, repeated }) => ({
      status,
      headers,
      repeated,
      text: decodeText(body, headers["content-type"]),
    }));
  }

  async stream(request: UpstreamRequest): Promise<UpstreamResponse & { body: Readable }> {
    const { headers, ...answer } = await this.streamed(this.prepare(request), answers(request));
    return { ...answer, headers: readHeaders(headers) };
  }

  async presign({ method, path, headers }: PresignRequest, seconds: number): Promise<PresignedUrl> {
    const place = locate(path, this.origin, this.reach, true);
    for (const name in headers) checkHeader(name, headers[name]);
    const { credential } = await this.target.credentials.current();
    return presign({ ...place, method, headers }, credential, seconds);
  }

  async streamed(prepared: Prepared, isWanted: Wanted): Promise<StreamedAnswer> {
    const call = this.#call(prepared, true);
    const waiting = this.#wait<StreamedAnswer>(prepared);
    const flight = new Flight<StreamedAnswer>(call, () => this.#ended(prepared));
    flight.add(waiting);
    if (!waiting.over) this.#send(prepared, call, new Streamer(call, isWanted, flight.resolve, flight.reject));
    const answer = await waiting.promise;
    endWith(answer.body, prepared.signals);
    return answer;
  }

  prepare(request: UpstreamRequest, find = locate): Prepared {
    const { method = "GET", path, literal, query, repeatable, signal, accept, outlivesCaller } = request;
    const { query: additions, deadlineMs: usual = DEADLINE } = this.target;
    checkMethod(method);
    const place = find(path, this.origin, this.reach, literal);
    // A caller's additions never replace what the connector itself says: they could break its paging or its writes.
    if (additions || query) place.path = withQuery(place.path, { ...additions, ...query });
    const headers = { ...this.#headers };
    for (const name in request.headers) headers[name.toLowerCase()] = request.headers[name] as string;
    const body = toBody(request.body, headers);
    const isRepeatable = repeatable ?? (REPEATABLE.has(method) || headers["idempotency-key"] !== undefined);
    const isRead = READS.has(method) || (method === "POST" && repeatable === true);
    const signals = outlivesCaller ? [signal] : [this.target.signal, signal];
    const deadlineMs = Math.max(usual, Math.min(request.deadlineMs ?? 0, LONGEST));
    // What cannot be repeated, or only from its beginning, gains nothing from being given up early.
    const isPatient = !isRepeatable || request.deadlineMs !== undefined;
    const silenceMs = isPatient ? Math.max(deadlineMs, SILENCE) : SILENCE;
    return { place, method, headers, body, repeatable: isRepeatable, isRead, accept, deadlineMs, silenceMs, signals };
  }

  #wait<T>({ deadlineMs, signals }: Prepared): Waiting<T> {
    return new Waiting<T>(deadlineMs, signals, this.machinery.now);
  }

  #read<T>(kind: string, prepared: Prepared, isWanted: Wanted, convert: (answer: WholeAnswer) => T): Promise<T> {
    const reader = { isWanted, convert };
    const { body, isRead } = prepared;
    const waiting = this.#wait<T>(prepared);
    if (waiting.over) return waiting.promise;
    if (isRead && (body === null || (typeof body === "string" && body.length <= JOINED_BODY))) {
      // The credential's version is part of what makes two reads the same.
      this.target.credentials.current().then(
        (credential) => {
          if (!waiting.over) this.#join(kind, prepared, reader, waiting, credential);
        },
        (error: Error) => waiting.reject(toApiError(error)),
      );
    } else {
      const flight = new Flight<T>(this.#call(prepared, false), () => this.#ended(prepared));
      flight.add(waiting);
      this.#collect(prepared, reader, flight);
    }
    return waiting.promise;
  }

  /** Identical reads of one account, credential version and acting user share one call. */
  #join<T>(
    kind: string,
    prepared: Prepared,
    reader: Reader<T>,
    waiting: Waiting<T>,
    credential: VersionedCredential,
  ): void {
    const { target, machinery } = this;
    const { place, method, headers, body, accept } = prepared;
    const background = target.background === true;
    const what = [kind, method, place.origin, place.path, headers, body, accept];
    const key = JSON.stringify([credential.version, target.user, background, ...what]);
    const joined = machinery.reads.find<T>(target.account, key);
    if (joined) {
      if (target.book) target.book.joined++;
      joined.add(waiting);
      return;
    }
    const flight = machinery.reads.open<T>(target.account, key, this.#call(prepared, false));
    flight.add(waiting);
    flight.call.credential = credential;
    this.#collect(prepared, reader, flight);
  }

  #collect<T>(prepared: Prepared, { isWanted, convert }: Reader<T>, flight: Flight<T>): void {
    const done = (answer: WholeAnswer) => {
      let value: T;
      try {
        value = convert(answer);
      } catch (error) {
        return flight.reject(error as Error);
      }
      flight.resolve(value);
    };
    this.#send(prepared, flight.call, new Collector(flight.call, isWanted, done, flight.reject));
  }

  #ended({ isRead }: Prepared): void {
    if (!isRead) this.machinery.reads.forget(this.target.account);
  }

  #call({ repeatable, accept = [], body }: Prepared, streams: boolean): Call {
    const { target, reach } = this;
    const { now, accounts } = this.machinery;
    const account: AccountState = accounts.open(target.account, target.budget);
    const upload = body instanceof Readable ? body : null;
    return new Call({ target, account, reach, repeatable, streams, accept, upload, now });
  }

  #send({ place, method, headers, body, silenceMs }: Prepared, call: Call, handler: Dispatcher.DispatchHandler): void {
    const options: CallOptions = {
      origin: place.origin,
      path: place.path,
      method,
      headers,
      body,
      call,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
    };
    this.machinery.dispatch(options, handler);
  }
}

/** A redirect is an answer, and the connector's to follow or not. */
const answers =
  (request: UpstreamRequest): Wanted =>
  (status, repeated) =>
    status < 400 || isAccepted(request, status, repeated);

/** Who asks for a document only is not told of a redirect. */
const documents =
  (request: UpstreamRequest): Wanted =>
  (status, repeated) =>
    status < 300 || isAccepted(request, status, repeated);

const isAccepted = (request: UpstreamRequest, status: number, repeated: boolean): boolean =>
  request.accept?.includes(status) === true || isGone(request, status, repeated);

/** A DELETE whose answer was lost may have been done: that nothing is there any more is what it was to do. */
const isGone = ({ method, accept = [] }: UpstreamRequest, status: number, repeated: boolean): boolean =>
  repeated && method === "DELETE" && (status === 404 || status === 410) && !accept.includes(status);

const JSON_TYPE = /^(application|text)\/([\w.+-]+\+)?json\b/i;

/** Null for an empty answer. Text that merely looks like JSON counts only where the connector asked for `text/plain`. */
const parseJson = <T>({ status, headers, body }: WholeAnswer, plain: boolean): T => {
  if (body.length === 0) return null as T;
  const type = headers["content-type"];
  if (type !== undefined && !JSON_TYPE.test(type) && !(plain && type.startsWith("text/plain")))
    throw unreadable("The service's answer is not JSON.", status, body);
  try {
    return JSON.parse(body.toString("utf8")) as T;
  } catch {
    throw unreadable("The service's answer is not valid JSON.", status, body);
  }
};

const decodeText = (body: Buffer, type: string | undefined): string => {
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(type ?? "")?.[1]?.toLowerCase();
  if (charset === undefined || charset === "utf-8" || charset === "utf8" || charset === "us-ascii")
    return body.toString("utf8");
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    throw new ApiError("bad_gateway", "The service's answer is in an unknown character set.");
  }
};
