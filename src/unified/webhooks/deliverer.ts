import { randomUUID } from "node:crypto";
import type { Delivery, Webhook } from "../../store/store.js";
import type { UnifiedApi } from "../api.js";
import { afterFailure, PROBE_AFTER } from "./schedule.js";
import { type Receipt, send } from "./send.js";

/** Requests to one receiver at once, so that a slow one delays itself alone; and to all of them. */
const TO_ONE = 4;
const TO_ALL = 64;
/** Seconds for which a delivery is one process's: longer than a request may take. */
const LEASE = 60;

/** Since the start: what was told, attempts that failed, and deliveries given up. */
export interface DeliveryCounts {
  delivered: number;
  failed: number;
  dead: number;
}

/**
 * Sends what is due to webhooks, at least once: a delivery is leased before it is sent and gone only once it was accepted. Many
 * processes share one outbox.
 */
export class Deliverer {
  readonly counts: DeliveryCounts = { delivered: 0, failed: 0, dead: 0 };
  readonly #sending = new Map<number, number>();
  readonly #all = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #name = randomUUID();
  #claims = 0;
  #isAsked = false;
  #looking: Promise<void> | undefined;

  /** `failed` is told what keeps us from looking. `now`: milliseconds since 1970, by the store's clock. */
  constructor(
    private readonly unified: UnifiedApi,
    private readonly failed: (error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Begins to send what is due. Resolves when there is nothing more to begin with; answers may be awaited still. */
  look(): Promise<void> {
    this.#isAsked = true;
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined;
      if (this.#isAsked && !this.#isStopped) void this.look(); // asked after the last look
    });
    return this.#looking;
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#looking || this.#all.size > 0) await Promise.all([this.#looking, ...this.#all]);
  }

  /** Begins nothing more; what is under way has so many milliseconds, and is sent again by others if that is not enough. */
  async stop(milliseconds: number): Promise<void> {
    this.#isStopped = true;
    const impatience = setTimeout(() => this.#stop.abort(), milliseconds);
    await this.settled();
    clearTimeout(impatience);
  }
  #isStopped = false;

  async #lookAgain(): Promise<void> {
    while (this.#isAsked && !this.#isStopped) {
      this.#isAsked = false;
      await this.#fill().catch(this.failed);
    }
  }

  async #fill(): Promise<void> {
    const { deliveries } = this.unified.store;
    const full = [...this.#sending].filter(([, count]) => count >= TO_ONE).map(([webhook]) => webhook);
    for (const webhook of await deliveries.due({ except: full, limit: TO_ALL })) {
      const room = Math.min(TO_ONE - (this.#sending.get(webhook) ?? 0), TO_ALL - this.#all.size);
      if (room <= 0 || this.#isStopped) continue;
      this.#claims += 1;
      const owner = `${this.#name}:${this.#claims}`;
      const lease = { owner, seconds: LEASE, limit: room, probeAfter: PROBE_AFTER };
      for (const delivery of await deliveries.claim(webhook, lease)) this.#begin(delivery, owner);
    }
  }

  #begin(delivery: Delivery, owner: string): void {
    const { webhook } = delivery;
    this.#sending.set(webhook, (this.#sending.get(webhook) ?? 0) + 1);
    const sent = this.#deliver(delivery, owner)
      .catch(this.failed)
      .finally(() => {
        this.#all.delete(sent);
        const left = (this.#sending.get(webhook) ?? 1) - 1;
        if (left > 0) this.#sending.set(webhook, left);
        else this.#sending.delete(webhook);
        if (!this.#isStopped) void this.look();
      });
    this.#all.add(sent);
  }

  async #deliver(delivery: Delivery, owner: string): Promise<void> {
    const { store, webhookSecrets } = this.unified;
    const webhook = await store.webhooks.get(delivery.webhook);
    if (!webhook) return;
    const secrets = webhookSecrets.valid(webhook, Date.now());
    // News that come between two attempts make another message of it: a receiver that knows the first must not skip the second.
    const id = `msg_${delivery.webhook}_${delivery.account}_${delivery.newest}`;
    const message = { id, account: delivery.account };
    const receipt = await send(this.unified, webhook, secrets, message, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    if (receipt.accepted) await this.#accepted(webhook, delivery, owner);
    else await this.#refused(webhook, delivery, owner, receipt);
  }

  async #accepted({ failures }: Webhook, delivery: Delivery, owner: string): Promise<void> {
    if (await this.unified.store.deliveries.delivered(delivery, owner, failures >= PROBE_AFTER))
      this.counts.delivered += 1;
  }

  async #refused(webhook: Webhook, delivery: Delivery, owner: string, { status }: Receipt): Promise<void> {
    const { store, audit } = this.unified;
    const outcome = afterFailure(webhook, delivery, status, this.now());
    if (!(await store.deliveries.failed(delivery, owner, outcome))) return;
    this.counts.failed += 1;
    if (outcome.retryAfter === null) this.counts.dead += 1;
    if (outcome.disable !== null)
      await audit.record(
        { application: webhook.application, name: "internal" },
        "webhook.disabled",
        `webhook ${webhook.id}`,
        { reason: outcome.disable },
      );
  }
}
