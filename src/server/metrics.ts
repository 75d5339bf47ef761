import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AccountBook } from "../upstream/upstream.js";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface FeedCounts {
  running: number;
  failing: number;
}

export interface DeliveryCounts {
  delivered: number;
  failed: number;
  dead: number;
}
export interface OutboxCounts {
  waiting: number;
  dead: number;
}

export interface RetryCounts {
  retries: Readonly<Record<string, number>>;
  retryBudgetExhausted: number;
}

/** What the process counts, for Prometheus. Labels are few and ours: a caller cannot make new ones. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"route" | "method" | "status">;
  readonly #requestSeconds: Histogram<"route">;
  readonly #operations: Counter<"kind" | "outcome">;
  readonly #operationSeconds: Histogram<"kind">;
  readonly #upstream: Record<"calls" | "joined" | "waited" | "seconds", Counter<"service">>;
  /** WebSockets that are open. */
  readonly sockets: Gauge;
  /** Subscriptions that were begun. */
  readonly subscriptions: Counter;
  readonly #told = new WeakMap<AccountBook, Pick<AccountBook, "calls" | "joined" | "waitedMs" | "ms">>();

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: "unigraph_http_requests_total",
      help: "Answered HTTP requests.",
      labelNames: ["route", "method", "status"],
      registers,
    });
    this.#requestSeconds = new Histogram({
      name: "unigraph_http_request_seconds",
      help: "Time from a request's head to the end of its answer.",
      labelNames: ["route"],
      buckets: SECONDS,
      registers,
    });
    this.#operations = new Counter({
      name: "unigraph_graphql_operations_total",
      help: "GraphQL operations over HTTP; `failed` had at least one error.",
      labelNames: ["kind", "outcome"],
      registers,
    });
    this.#operationSeconds = new Histogram({
      name: "unigraph_graphql_operation_seconds",
      help: "Time that a GraphQL operation over HTTP took.",
      labelNames: ["kind"],
      buckets: SECONDS,
      registers,
    });
    const upstream = (name: string, help: string) =>
      new Counter({ name: `unigraph_upstream_${name}_total`, help, labelNames: ["service"], registers });
    this.#upstream = {
      calls: upstream("calls", "Requests that left for a service."),
      joined: upstream("joined", "Requests answered by an identical one under way."),
      waited: upstream("waited_seconds", "Time spent waiting for a service's pace."),
      seconds: upstream("seconds", "Time that requests to a service were under way."),
    };
    this.sockets = new Gauge({ name: "unigraph_graphql_sockets", help: "Open WebSockets.", registers });
    this.subscriptions = new Counter({
      name: "unigraph_graphql_subscriptions_total",
      help: "Subscriptions that were begun.",
      registers,
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  request({
    route,
    method,
    status,
    seconds,
  }: {
    route: string;
    method: string;
    status: number;
    seconds: number;
  }): void {
    this.#requests.inc({ route, method: METHODS.has(method) ? method : "other", status: String(status) });
    this.#requestSeconds.observe({ route }, seconds);
  }

  operation(done: { kind: string; failed: boolean; seconds: number; books: readonly AccountBook[] }): void {
    this.#operations.inc({ kind: done.kind, outcome: done.failed ? "failed" : "ok" });
    this.#operationSeconds.observe({ kind: done.kind }, done.seconds);
    this.event(done.books);
  }

  /** Accounts that are looked at for changes; read whenever somebody looks. */
  followFeeds(counts: () => FeedCounts): void {
    new Gauge({
      name: "unigraph_feeds",
      help: "Accounts that are looked at for changes; `failing`: those of them whose last look failed.",
      labelNames: ["state"],
      registers: [this.#registry],
      collect() {
        for (const [state, count] of Object.entries(counts())) this.set({ state }, count);
      },
    });
  }

  /** What applications' webhooks are told, as the worker counts it, and what waits in the outbox. */
  followWebhooks({ counts, outbox }: { counts: () => DeliveryCounts; outbox: () => Promise<OutboxCounts> }): void {
    const registers = [this.#registry];
    new Counter({
      name: "unigraph_webhook_deliveries_total",
      help: "Deliveries to webhooks: `delivered`, attempts that `failed`, and those given up (`dead`).",
      labelNames: ["outcome"],
      registers,
      collect() {
        this.reset();
        for (const [outcome, count] of Object.entries(counts())) this.inc({ outcome }, count);
      },
    });
    new Gauge({
      name: "unigraph_webhook_outbox",
      help: "Deliveries of all processes that wait for their next attempt, and dead letters.",
      labelNames: ["state"],
      registers,
      async collect() {
        for (const [state, count] of Object.entries(await outbox())) this.set({ state }, count);
      },
    });
  }

  /** Retries, as the outgoing client counts them: read whenever somebody looks. */
  followRetries(counts: () => RetryCounts): void {
    const registers = [this.#registry];
    new Counter({
      name: "unigraph_upstream_retries_total",
      help: "Requests to services that were sent again.",
      labelNames: ["reason"],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(counts().retries)) this.inc({ reason }, count);
      },
    });
    new Counter({
      name: "unigraph_upstream_retry_budget_exhausted_total",
      help: "Failures that were not tried again, for too many others had been.",
      registers,
      collect() {
        this.reset();
        this.inc(counts().retryBudgetExhausted);
      },
    });
  }

  /** What books show beyond what they showed last: a subscription's go on from event to event. */
  event(books: readonly AccountBook[]): void {
    for (const book of books) {
      const { service, calls, joined, waitedMs, ms } = book;
      const told = this.#told.get(book) ?? { calls: 0, joined: 0, waitedMs: 0, ms: 0 };
      this.#upstream.calls.inc({ service }, calls - told.calls);
      this.#upstream.joined.inc({ service }, joined - told.joined);
      this.#upstream.waited.inc({ service }, (waitedMs - told.waitedMs) / 1000);
      this.#upstream.seconds.inc({ service }, (ms - told.ms) / 1000);
      this.#told.set(book, { calls, joined, waitedMs, ms });
    }
  }
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
