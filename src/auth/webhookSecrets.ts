import { randomBytes } from "node:crypto";
import type { Webhook } from "../store/store.js";
import type { Vault } from "./vault.js";

/** `whsec_` and base64, as Standard Webhooks writes them. */
interface Secrets {
  current: string;
  /** Signs beside the current one until then, in milliseconds since 1970. */
  previous: { secret: string; until: number } | null;
}
type Owner = Pick<Webhook, "id" | "application">;

/** Milliseconds for which a receiver may go on with the secret before. */
const OVERLAP = 24 * 3_600_000;
const BYTES = 32;

/** What signs for webhooks: random secrets, kept sealed. Source: standardwebhooks.com, "Signature scheme". */
export class WebhookSecrets {
  constructor(private readonly vault: Vault) {}

  create(): string {
    return `whsec_${randomBytes(BYTES).toString("base64")}`;
  }

  seal(webhook: Owner, current: string, previous: Secrets["previous"] = null): string {
    return this.vault.seal(JSON.stringify({ current, previous } satisfies Secrets), placeOf(webhook));
  }

  /** A new secret, and both sealed. */
  rotate(webhook: Owner & Pick<Webhook, "sealed">, now: number): { secret: string; sealed: string } {
    const secret = this.create();
    const previous = { secret: this.#open(webhook).current, until: now + OVERLAP };
    return { secret, sealed: this.seal(webhook, secret, previous) };
  }

  /** Those that sign at this time, the current one first. */
  valid(webhook: Owner & Pick<Webhook, "sealed">, now: number): [current: string, ...previous: string[]] {
    const { current, previous } = this.#open(webhook);
    return previous && previous.until > now ? [current, previous.secret] : [current];
  }

  #open(webhook: Owner & Pick<Webhook, "sealed">): Secrets {
    return JSON.parse(this.vault.open(webhook.sealed, placeOf(webhook))) as Secrets;
  }
}

const placeOf = ({ application, id }: Owner) => ({ application, record: id, column: "webhook", version: 1 });
