import { createHmac } from "node:crypto";
import { Webhook as Signer } from "standardwebhooks";
import { ApiError } from "../../errors.js";
import type { Webhook } from "../../store/store.js";
import type { UnifiedApi } from "../api.js";

export interface Message {
  /** The same in every attempt to tell the same. */
  id: string;
  /** Its number; null: this is a test of the receiver. */
  account: number | null;
}

export interface Receipt {
  accepted: boolean;
  /** HTTP status; null: there was no answer. */
  status: number | null;
  /** Why it was not accepted, after "the receiver": "answered 500". */
  reason: string;
}

/** Milliseconds for the whole answer. */
const TIMEOUT = 15_000;
/** Bytes of an answer that are read: an application's id and a line's end. */
const ANSWER = 256;

/**
 * One signed POST. Accepted is what is answered with 200 and the application's id; redirects are not followed, private addresses
 * not reached. What the receiver does is never thrown. Sources: the unified API, "Webhooks"; Standard Webhooks.
 */
export const send = async (
  unified: UnifiedApi,
  { application, url }: Pick<Webhook, "application" | "url">,
  secrets: readonly string[],
  { id, account }: Message,
  signal: AbortSignal,
): Promise<Receipt> => {
  const body = `account=${account ?? ""}`;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "user-agent": "unigraph",
    ...(await sign(unified, application, body)),
    ...signStandard(secrets, id, body),
  };
  let status: number | null = null;
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    const response = await unified.client.fetch(url, { method: "POST", headers, body, signal: patience });
    status = response.status;
    const answer = await readStart(response);
    if (status !== 200) return { accepted: false, status, reason: `answered ${status}` };
    const accepted = answer.trim() === application;
    return { accepted, status, reason: accepted ? "" : "did not answer with the application's id" };
  } catch (error) {
    const refused = error instanceof ApiError && error.code === "forbidden";
    return { accepted: false, status, reason: refused ? "may not be reached from here" : "did not answer" };
  }
};

/** With the oldest API key that is good; without one, not at all. */
const sign = async (
  { store, callers }: UnifiedApi,
  application: string,
  body: string,
): Promise<Record<string, string>> => {
  const keys = await store.keys.list(application);
  const oldest = keys.find(({ expires }) => expires === null || Date.parse(expires) > Date.now());
  if (!oldest) return {};
  return { "x-kloudless-signature": createHmac("sha256", callers.reveal(oldest)).update(body).digest("base64") };
};

const signStandard = (secrets: readonly string[], id: string, body: string): Record<string, string> => {
  const now = new Date();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Signer(secret).sign(id, now, body)).join(" "),
  };
};

const readStart = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > ANSWER) break;
  }
  return Buffer.concat(chunks).toString("utf8");
};
