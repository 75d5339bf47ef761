import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Dispatcher } from "undici";
import { ApiError } from "../errors.js";
import { AccountState } from "./accountState.js";
import { literalOf } from "./addresses.js";
import { endWith, type StreamedAnswer, Streamer } from "./answer.js";
import { Call, type CallOptions } from "./call.js";
import { CEILING, decode } from "./decode.js";
import { tooLarge } from "./failure.js";
import { Flight, Waiting } from "./flight.js";
import { isOfConnection, readHeaders } from "./headers.js";
import type { Names } from "./names.js";
import type { Target } from "./upstream.js";

/** For what the standard `fetch` is given too; `init.redirect` and the like have no meaning here. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface Parts {
  dispatch: Dispatcher.Dispatch;
  now: () => number;
  names: Names;
  /** Of in-process services. */
  origins: ReadonlySet<string>;
}

const DEADLINE = 30_000; // ms until the head of the answer

/**
 * `fetch` as OAuth and imports need it, for URLs that others chose: https on the standard port for the public internet; another
 * port, and http, only where every address of the host lies in a network that the operator allowed. A request is sent once,
 * unsigned; its body is read into memory, the answer's streams (a compressed one is read as a whole, 16 MiB at most). A redirect
 * is an answer and never followed. Throws `ApiError`; aborting `init.signal` also ends the body.
 */
export const guardedFetch = ({ dispatch, now, names, origins }: Parts): Fetch => {
  const account = new AccountState(STRANGER.budget, now);
  const isAllowed = async (url: URL): Promise<boolean> => {
    if (origins.has(url.origin) || (url.protocol === "https:" && url.port === "")) return true;
    if (url.protocol !== "https:" && url.protocol !== "http:") return false;
    const literal = literalOf(url.hostname);
    const found = literal === null ? await names.find(url.hostname) : [{ address: literal }];
    return found.every(({ address }) => names.addresses.isAllowed(address));
  };
  return async (input, init) => {
    const request = asRequest(input, init);
    const url = new URL(request.url);
    if (!(await isAllowed(url))) throw new ApiError("forbidden", "The address may not be reached from here.");
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const call = new Call({
      target: { ...STRANGER, origin: url.origin },
      account,
      reach: ({ origin }) => origin === url.origin,
      repeatable: false,
      streams: true,
      accept: [],
      upload: null,
      now,
    });
    const options: CallOptions = {
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: headersOf(request),
      body: request.body && Buffer.from(await request.arrayBuffer()),
      call,
    };
    const waiting = new Waiting<StreamedAnswer>(DEADLINE, [signal], now);
    const flight = new Flight<StreamedAnswer>(call, () => undefined);
    flight.add(waiting);
    if (!waiting.over) dispatch(options, new Streamer(call, () => true, flight.resolve, flight.reject));
    const answer = await waiting.promise;
    endWith(answer.body, [signal]);
    return respond(url, answer);
  };
};

/** Such requests belong to no account: they are neither signed, nor paced, nor retried. */
const STRANGER: Omit<Target, "origin"> = {
  service: "fetch",
  account: "",
  budget: { concurrency: 1 },
  credentials: { current: async () => ({ credential: { scheme: "none" }, version: 0 }) },
};

const asRequest = (input: string | URL | Request, init: RequestInit | undefined): Request => {
  try {
    return new Request(input, init);
  } catch (cause) {
    throw new ApiError("bad_request", "The address or the request is malformed.", {}, { cause });
  }
};

const headersOf = (request: Request): Record<string, string> => {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  for (const [name, value] of request.headers) if (!isOfConnection(name)) headers[name] = value;
  return headers;
};

const BODILESS = new Set([204, 205, 304]);

const respond = async (url: URL, { status, headers: sent, body }: StreamedAnswer): Promise<Response> => {
  const headers = readHeaders(sent);
  const encoding = headers["content-encoding"] ?? "identity";
  let content: BodyInit | null = null;
  if (BODILESS.has(status)) body.destroy();
  else if (encoding === "identity") content = streamed(body);
  else {
    content = new Uint8Array(await decode(encoding, await readWhole(body), status));
    delete headers["content-encoding"];
    delete headers["content-length"];
  }
  const response = new Response(content, { status, headers });
  return Object.defineProperty(response, "url", { value: url.href });
};

/** Not by `Readable.toWeb`: what had arrived when such a stream is cancelled is an error that nobody can catch. */
const streamed = (body: Readable): ReadableStream<Buffer> => {
  body.on("error", () => undefined); // Told to who reads.
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void body.destroy(),
    },
    { highWaterMark: 0 },
  );
};

const readWhole = (body: Readable): Promise<Buffer> => {
  let size = 0;
  body.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > CEILING) body.destroy(tooLarge());
  });
  return buffer(body);
};
