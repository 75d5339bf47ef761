import { Readable } from "node:stream";
import { type SandboxService, sandboxService } from "../../../src/connectors/sandbox/service/index.js";
import type { MemoryResponse } from "../../../src/upstream/transports/memory.js";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  json: Record<string, unknown>;
  bytes: Buffer;
}

/** A service with one account, spoken to by its handler. */
export class Client {
  token = "";
  refreshToken = "";
  account = "";
  private constructor(readonly service: SandboxService) {}

  static open(order: object = {}, now: () => number = Date.now, file = ":memory:"): Promise<Client> {
    return new Client(sandboxService({ file, now })).connect(order);
  }
  /** The same account, spoken to over another service on the same file. */
  over(service: SandboxService): Client {
    return Object.assign(new Client(service), { token: this.token });
  }
  /** Another account of the same service. */
  async connect(order: object = {}): Promise<Client> {
    const client = new Client(this.service);
    const { json } = await client.send("POST", "/accounts", JSON.stringify(order));
    client.token = json.access_token as string;
    client.refreshToken = json.refresh_token as string;
    client.account = (json.account as { id: string }).id;
    return client;
  }

  async send(
    method: string,
    path: string,
    body: string | Buffer | Readable | object = "",
    headers = {},
  ): Promise<Answer> {
    const response = await this.answer(method, path, body, headers);
    const bytes = await read(response.body);
    const isJson = response.headers["content-type"]?.startsWith("application/json");
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(String(bytes)) : {}, bytes };
  }

  answer(
    method: string,
    path: string,
    body: string | Buffer | Readable | object,
    headers = {},
  ): Promise<MemoryResponse> {
    const { signal } = new AbortController();
    const authorization = `Bearer ${this.token}`;
    return this.service.handle({ method, path, headers: { authorization, ...headers }, body: toBody(body), signal });
  }

  refresh(refreshToken = this.refreshToken): Promise<Answer> {
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      client_id: "unigraph",
      refresh_token: refreshToken,
    });
    return this.send("POST", "/oauth/token", String(form));
  }
}

const toBody = (body: string | Buffer | Readable | object): Readable => {
  if (body instanceof Readable) return body;
  const bytes = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return Readable.from(bytes.length > 0 ? [Buffer.from(bytes as string)] : []);
};

const read = async (body: Buffer | string | Readable): Promise<Buffer> =>
  body instanceof Readable ? Buffer.concat(await body.toArray()) : Buffer.from(body);
