import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import { APIS, type Api } from "../../ids.js";
import type { Budget, Upstream } from "../../upstream/upstream.js";
import {
  CERTIFICATE,
  type ConnectContext,
  type Connection,
  type CredentialField,
  type Fields,
  ROOT,
  type Settings,
} from "../connector.js";
import { session } from "./storage/wire.js";
import { account } from "./wire.js";

export const fields: readonly CredentialField[] = [
  {
    name: "url",
    title: "Address",
    secret: false,
    required: true,
    hint: "Of the server, without /v1: https://api.example.com",
  },
  {
    name: "account",
    title: "Account",
    secret: false,
    required: false,
    hint: "Its number there; absent: the account that the token belongs to",
  },
  { name: "token", title: "Token", secret: true, required: false, hint: "The account's bearer token there" },
  { name: "apiKey", title: "API key", secret: true, required: false, hint: "In place of a token; needs the number" },
  {
    name: "rate",
    title: "Rate",
    secret: false,
    required: false,
    hint: "requests per second that the server allows an account, 1 to 10000; 10 when empty",
  },
  CERTIFICATE,
];

/** Requests per second of one account. Source: the unified API, "Rate limit". */
const RATE = 10;

export const budget: Budget = { concurrency: 8, rate: { requests: RATE, seconds: 1 } };
export const budgetOf = ({ rate }: Settings): Budget =>
  typeof rate === "number" ? { ...budget, rate: { requests: rate, seconds: 1 } } : budget;

/** What the account at the other end had when it was connected. What happens there can be asked of every account. */
export const offers = ({ apis }: Settings): readonly Api[] => [...(String(apis).split(",") as Api[]), "events"];

export const connect = async ({ upstream, signal }: ConnectContext, typed: Fields): Promise<Connection> => {
  const url = toUrl(typed.url);
  const credential = toCredential(typed);
  const rate = toRate(typed.rate);
  const path = `${url.pathname}v1/accounts/${toAccount(typed)}`;
  const answer = await upstream(url.origin, credential).json<unknown>({ path, accept: [404], signal });
  const { success, data } = account.safeParse(answer);
  if (!success) {
    const refused = (answer as { error_code?: unknown } | null)?.error_code === "not_found";
    const what = refused ? "There is no such account on this server." : "This is no server of the REST API v1.";
    throw new ApiError("invalid_parameters", what);
  }
  const admin = data.admin ?? false;
  const there = APIS.filter((api) => data.apis.includes(api) || (api === "team" && admin));
  const at = `${url.pathname}v1/accounts/${data.id}`;
  const partBytes = there.includes("storage") ? await partBytesOf(upstream(url.origin, credential), at) : null;
  const settings = {
    url: url.href,
    account: Number(data.id),
    name: data.account,
    apis: there.join(),
    ...(rate === null ? {} : { rate }),
    ...(partBytes === null ? {} : { partBytes }),
  };
  return { name: data.account, admin, settings, credential };
};

/** Only a session says how long the parts of this account's service are; it is given up at once. Null where it has none. */
const partBytesOf = async (upstream: Upstream, account: string): Promise<number | null> => {
  const path = `${account}/storage/multipart`;
  const body = { parent_id: ROOT, name: "unigraph", size: 1 };
  try {
    const started = session.parse(await upstream.json<unknown>({ method: "POST", path, body }));
    await upstream.text({ method: "DELETE", path: `${path}/${started.id}` });
    return started.part_size;
  } catch {
    return null; // then files go up whole
  }
};

/** Begins with http or https, ends with a slash, holds neither password, query nor fragment. */
const toUrl = (text = ""): URL => {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ApiError("invalid_parameters", "The address must be a URL that begins with https:// or http://.");
  if (url.username || url.password || url.search || url.hash)
    throw new ApiError("invalid_parameters", "The address must not hold a user name, a password, `?` or `#`.");
  url.pathname = `${url.pathname.replace(/(\/v1)?\/*$/, "")}/`;
  return url;
};

const toCredential = ({ token, apiKey }: Fields): Credential => {
  if ((token === undefined || token === "") === (apiKey === undefined || apiKey === ""))
    throw new ApiError("invalid_parameters", "Give a token or an API key, and not both.");
  return token ? { scheme: "bearer", token } : { scheme: "authorization", value: `APIKey ${apiKey}` };
};

const toAccount = ({ account: typed = "", apiKey }: Fields): string => {
  if (/^[1-9]\d{0,14}$/.test(typed)) return typed;
  if (typed !== "" && typed !== "me")
    throw new ApiError("invalid_parameters", "The account must be its number there, or `me`.");
  if (apiKey) throw new ApiError("invalid_parameters", "An API key needs the account's number.");
  return "me";
};

const toRate = (typed = ""): number | null => {
  if (typed === "") return null;
  const rate = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  if (rate < 1 || rate > 10_000) throw new ApiError("invalid_parameters", "The rate must be from 1 to 10000.");
  return rate;
};
