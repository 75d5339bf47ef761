import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  body: string;
  headers: IncomingHttpHeaders;
  path: string;
}
export interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** A company's server that takes webhooks: it keeps what it was sent, and answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  url = "";
  answer: (received: Received) => Answer | Promise<Answer>;
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = { body: Buffer.concat(chunks).toString(), headers: request.headers, path: request.url ?? "" };
    this.received.push(received);
    const { status, body = "", headers = {} } = await this.answer(received);
    response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);
  });

  private constructor(readonly application: string) {
    this.answer = () => this.well;
  }

  /** On loopback. */
  static async start(application: string): Promise<Receiver> {
    const receiver = new Receiver(application);
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/hook`;
    return receiver;
  }

  get well(): Answer {
    return { status: 200, body: this.application };
  }
  /** Numbers of the accounts that it was told of, in the order of the requests. */
  get told(): number[] {
    return this.received.flatMap(({ body }) => Number(new URLSearchParams(body).get("account")) || []);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
