import { Agent, fetch } from "undici";
import { pick } from "./acting.js";
import type { Outcomes } from "./outcomes.js";

const QUERIES: readonly string[] = [
  "{ accounts(first: 50) { nodes { id service { name } storage { root { id name } } } } }",
  "{ accounts(first: 50) { nodes { id storage { recent(first: 5) { nodes { id name size parent { name } } } } } } }",
  "{ files(first: 20) { nodes { id name } failures { code } } }",
  "{ inbox(first: 20) { nodes { id created } failures { code } } }",
  `{ agenda(start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z", first: 20) { nodes { id name } failures { code } } }`,
];
const PATHS: readonly string[] = [
  "",
  "/storage/folders/root/contents?page_size=20",
  "/storage/recent?page_size=10",
  "/storage/quota",
  "/cal/calendars",
  "/email/messages?page_size=10",
  "/events?page_size=10",
];

/** Callers over HTTP: both APIs of the server. */
export class HttpCallers {
  readonly #agent = new Agent({ connections: 8, headersTimeout: 120_000, bodyTimeout: 120_000 });

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly outcomes: Outcomes,
  ) {}

  async graphql(): Promise<void> {
    const { errors } = await this.#ask<{ errors?: { extensions: { errorCode: string } }[] }>("/graphql", {
      query: pick(QUERIES),
    });
    for (const { extensions } of errors ?? []) this.outcomes.code("graphql", extensions.errorCode);
  }

  async rest(account: number): Promise<void> {
    const answer = await this.#ask<{ error_code?: string }>(`/v1/accounts/${account}${pick(PATHS)}`);
    if (answer.error_code !== undefined) this.outcomes.code("rest", answer.error_code);
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #ask<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method: body ? "POST" : "GET",
      headers: { authorization: `APIKey ${this.apiKey}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
      dispatcher: this.#agent,
    });
    return (await response.json()) as Answer;
  }
}
