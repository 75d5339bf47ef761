import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Behaviour } from "./service.js";

type Headers = Record<string, string | string[]>;

/** Reads the request, then answers. */
export const answers =
  (status: number, body: string | Buffer = "", headers: Headers = {}): Behaviour =>
  async ({ request, response }) => {
    await buffer(request);
    const length = Buffer.byteLength(body);
    const framed = status === 204 || status === 304 ? {} : { "content-length": length };
    response.writeHead(status, { "content-type": "application/json", ...framed, ...headers }).end(body);
  };
export const json = (value: unknown, headers: Headers = {}): Behaviour => answers(200, JSON.stringify(value), headers);
export const status = (code: number, headers: Headers = {}): Behaviour => answers(code, "{}", headers);

export const after =
  (milliseconds: number, then: Behaviour): Behaviour =>
  async (exchange) => {
    await delay(milliseconds);
    await then(exchange);
  };

/** Takes the request and says nothing. */
export const silence: Behaviour = () => undefined;

/** A byte of the body every so often, for ever. */
export const drip =
  (milliseconds: number): Behaviour =>
  async ({ response, socket }) => {
    response.writeHead(200, { "content-type": "application/json" });
    while (!socket.destroyed) {
      response.write(" ");
      await delay(milliseconds);
    }
  };

/** Headers that never end. */
export const dripHeaders =
  (milliseconds: number): Behaviour =>
  async ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    for (let number = 0; !socket.destroyed; number++) {
      socket.write(`x-${number}: 1\r\n`);
      await delay(milliseconds);
    }
  };

/** Bytes as they are, then the end of the connection: cleanly, or by a reset. */
export const raw =
  (bytes: string | Buffer, end: "close" | "reset" = "close"): Behaviour =>
  async ({ request, socket }) => {
    if (request.method !== "GET") await buffer(request);
    await new Promise<void>((written) => socket.write(bytes, () => written()));
    // Time for the bytes to arrive: a reset would overtake them.
    if (end === "reset") await delay(20);
    if (end === "reset") socket.resetAndDestroy();
    else socket.end();
  };

/** A body that is cut after so many bytes of the length that was said. */
export const cut = (body: string, after: number, end: "close" | "reset", headers = "", status = "200 OK"): Behaviour =>
  raw(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body.slice(0, after)}`,
    end,
  );

/** A reset instead of an answer. */
export const reset: Behaviour = ({ socket }) => {
  socket.resetAndDestroy();
};
