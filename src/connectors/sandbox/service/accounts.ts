import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Contents } from "./contents.js";
import type { Account } from "./database.js";
import { type Call, openRoute, type Reply, type Route, readJson, readText, route, type Service } from "./http.js";
import { peopleOf } from "./people.js";
import { Refusal } from "./refusal.js";
import { seedAccount } from "./seed.js";

const MAXIMUM_ACCOUNTS = 1000;
/** The one client that the service knows: public, without a secret. */
const CLIENT = "unigraph";

const accountSchema = z.strictObject({
  seed: z.string().min(1).max(100).default("sandbox"),
  size: z.enum(["small", "large"]).default("small"),
  latency_ms: z.int().min(0).max(60_000).default(0),
  fail_rate: z.number().min(0).max(1).default(0),
  /** Requests per second. */
  rate_limit: z.int().min(1).max(100_000).nullable().default(null),
  /** Seconds. */
  token_lifetime: z.int().min(1).max(86_400).default(3600),
});

/** Accounts and their tokens. */
export const accountRoutes = ({ database, tokens }: Service, contents: Contents): Route[] => {
  const create = async ({ request }: Call<null>): Promise<Reply> => {
    const ordered = await readJson(accountSchema, request);
    const account = database.transaction(() => {
      const { accounts } = database.get<{ accounts: number }>("SELECT count(*) AS accounts FROM accounts") ?? {
        accounts: 0,
      };
      if (accounts >= MAXIMUM_ACCOUNTS)
        throw new Refusal(507, "too_many_accounts", "The sandbox holds no more accounts.");
      const sql = `INSERT INTO accounts (id, seed, size, latency_ms, fail_rate, rate_limit, token_lifetime, secret)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`;
      const { seed, size, latency_ms, fail_rate, rate_limit, token_lifetime } = ordered;
      const id = `acc_${randomBytes(9).toString("hex")}`;
      const secret = randomBytes(32);
      const created = database.get<Account>(
        sql,
        id,
        seed,
        size,
        latency_ms,
        fail_rate,
        rate_limit,
        token_lifetime,
        secret,
      ) as Account;
      seedAccount(database, contents, created, size);
      return created;
    });
    return { status: 201, json: { account: describe(account), ...tokens.issue(account, 1) } };
  };

  /** RFC 6749, 6: a public client's refresh. */
  const refresh = async ({ request }: Call<null>): Promise<Reply> => {
    const form = new URLSearchParams(await readText(request));
    if (form.get("client_id") !== CLIENT) return refused(401, "invalid_client");
    if (form.get("grant_type") !== "refresh_token") return refused(400, "unsupported_grant_type");
    const grant = tokens.refresh(form.get("refresh_token") ?? "");
    return grant ? { json: grant } : refused(400, "invalid_grant");
  };

  return [
    openRoute("POST /accounts", create),
    openRoute("POST /oauth/token", refresh),
    route("GET /account", ({ account, actor }) => ({
      json: { ...describe(account), acting_as: peopleOf(account)[actor], people: peopleOf(account) },
    })),
  ];
};

const describe = (account: Account) => ({ id: account.id, seed: account.seed, owner: peopleOf(account)[0] });

const refused = (status: number, error: string): Reply => ({ status, json: { error } });
