import { ApiError } from "../../errors.js";
import type { Api } from "../../ids.js";
import type { ConnectContext, Connection, CredentialField, Fields, Settings } from "../connector.js";
import { ORIGIN, type WireAccount } from "./wire.js";

/** What an account may order. Its value is read by `read`, which throws nothing but what the hint says. */
interface Order {
  field: CredentialField;
  /** As the service calls it; null: it never hears of it. */
  wire: string | null;
  read(text: string): string | number | undefined;
}

const CATEGORIES = [
  "storage",
  "crm",
  "calendar",
  "email",
  "messaging",
  "team",
  "itsm",
  "audit",
] as const satisfies Api[];

const number =
  (least: number, most: number, whole = true) =>
  (text: string): number | undefined => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most && (!whole || Number.isInteger(value)) ? value : undefined;
  };
const order = (name: string, wire: string | null, title: string, hint: string, read: Order["read"]): Order => ({
  field: { name, title, secret: false, required: false, hint },
  wire,
  read,
});

const ORDERS: readonly Order[] = [
  order("seed", "seed", "Seed", "any text up to 100 characters; the same seed gives the same contents", (text) =>
    text.length <= 100 ? text : undefined,
  ),
  order("size", "size", "Size", "small (a demo) or large (10,000 files)", (text) =>
    text === "small" || text === "large" ? text : undefined,
  ),
  order("latencyMs", "latency_ms", "Latency", "milliseconds before each answer, 0 to 60000", number(0, 60_000)),
  order("failRate", "fail_rate", "Failures", "share of requests answered with 503, 0 to 1", number(0, 1, false)),
  order(
    "rateLimit",
    "rate_limit",
    "Rate limit",
    "requests per second, 1 to 100000; the rest is answered with 429",
    number(1, 100_000),
  ),
  order(
    "tokenLifetime",
    "token_lifetime",
    "Token lifetime",
    "seconds until an access token expires, 1 to 86400",
    number(1, 86_400),
  ),
  order("apis", null, "Categories", `some of ${CATEGORIES.join(", ")}, with commas; all when empty`, (text) => {
    const asked = text.split(",").map((name) => name.trim());
    return asked.every((name) => CATEGORIES.some((known) => known === name)) ? asked.join() : undefined;
  }),
];

/** What an account was connected for: what happens there is told of these alone. */
export const offers = ({ apis }: Settings): readonly Api[] =>
  typeof apis === "string" ? [...(apis.split(",") as Api[]), "events"] : [...CATEGORIES, "events"];

export const fields: readonly CredentialField[] = ORDERS.map(({ field }) => field);

/** Makes an account of the service, with the faults that were ordered. An empty field orders nothing. */
export const connect = async ({ upstream }: ConnectContext, typed: Fields): Promise<Connection> => {
  const settings: Record<string, string | number> = {};
  const body: Record<string, string | number> = {};
  for (const { field, wire, read } of ORDERS) {
    const text = typed[field.name];
    if (text === undefined || text === "") continue;
    const value = read(text);
    if (value === undefined) throw new ApiError("invalid_parameters", `${field.name} must be ${field.hint}.`);
    settings[field.name] = value;
    if (wire !== null) body[wire] = value;
  }
  const request = { method: "POST", path: "/accounts", body };
  const answer = await upstream(ORIGIN, { scheme: "none" }).json<WireAccount>(request);
  return {
    name: answer.account.owner.email,
    admin: true,
    settings: { account: answer.account.id, ...settings },
    credential: {
      scheme: "bearer",
      token: answer.access_token,
      expires: Date.now() + answer.expires_in * 1000,
      refreshToken: answer.refresh_token,
    },
  };
};
