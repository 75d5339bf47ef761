import type { Credential } from "../../../auth/credential.js";
import { ApiError } from "../../../errors.js";
import type { ConnectContext, Connection, Context, CredentialField, Fields, Settings } from "../../connector.js";
import { whyUnreached } from "../reaching.js";
import type { Dialect } from "./store.js";

/** The fields that every service asks for. */
export const KEYS: readonly CredentialField[] = [
  { name: "accessKeyId", title: "Access key id", secret: false, required: true },
  { name: "secretAccessKey", title: "Secret access key", secret: true, required: true },
];
export const BUCKET: CredentialField = {
  name: "bucket",
  title: "Bucket",
  secret: false,
  required: false,
  hint: "The account's only one; without it, all buckets are folders",
};

/** AWS' way to sign. */
export const toKeys = ({ accessKeyId = "", secretAccessKey = "", sessionToken }: Fields, region: string): Keys => {
  const keys = { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() };
  const session = sessionToken ? { sessionToken: sessionToken.trim() } : {};
  return { scheme: "aws4", ...keys, ...session, region, service: "s3", literalPaths: true };
};

type Keys = Extract<Credential, { accessKeyId: string }>;

/** Asks for a list with what was typed, which proves address, keys, clock, region and bucket at once. */
export const prove = async (
  { upstream, connections, signal }: ConnectContext,
  dialect: Dialect,
  credential: Keys,
  settings: Settings & { bucket: string | null },
  origin: string,
): Promise<Connection> => {
  const { bucket } = settings;
  const context: Context = {
    settings,
    upstream: upstream(origin, credential),
    connections: connections(settings, credential),
    signal,
    raw: false,
    ref: noIds,
  };
  const query = bucket === null ? {} : { "list-type": 2, "max-keys": 1 };
  try {
    const url = await dialect.urlOf(context, bucket);
    const { status, text } = await context.upstream.text({ path: `${url}/`, query, signal });
    if (status >= 300) throw typed("The service redirects to another address: give that one.");
    if (!/<(\w+:)?List(Bucket|AllMyBuckets)Result[\s>/]/.test(text.slice(0, 1000)))
      throw typed(`There is no ${dialect.protocol.name} service at this address.`);
  } catch (error) {
    throw toldOf(error, new URL(origin), bucket, dialect.protocol.name);
  }
  const host = new URL(origin).host;
  return { name: `${bucket ?? credential.accessKeyId} @ ${host}`, settings, credential };
};

const noIds = () => {
  throw new Error("an account that is being connected gives out no ids");
};

const toldOf = (error: unknown, url: URL, bucket: string | null, protocol: string): unknown => {
  const reason = whyUnreached(error, url);
  if (!(reason instanceof ApiError) || reason !== error) return reason;
  const { code, message } = reason;
  const words = String((reason.cause as Error | undefined)?.message ?? "");
  if (bucket === null && /AccessDenied/.test(words))
    return new ApiError(
      "service_forbidden",
      "These keys may not list buckets: name the bucket.",
      {},
      { cause: reason },
    );
  if (/HTTPS/.test(words) && url.protocol === "http:")
    return typed(`${url.host} wants TLS: its address begins with https://.`, reason);
  if (code === "not_found")
    return typed(/NoSuchBucket/.test(words) ? message : `There is no ${protocol} service at this address.`, reason);
  return reason;
};

export const typed = (message: string, cause?: unknown): ApiError =>
  new ApiError("invalid_parameters", message, {}, cause === undefined ? undefined : { cause });

/** A bucket as it was typed, or null. Names of other services may be longer than Amazon's. */
export const toBucketName = (text = ""): string | null => {
  const name = text
    .trim()
    .replace(/^(s3|oss):\/\//, "")
    .replace(/\/+$/, "");
  if (name === "") return null;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(name)) throw typed("This can be no bucket's name.");
  return name;
};

export const toRegion = (text = ""): string => {
  const region = text.trim().toLowerCase();
  if (!/^[a-z0-9-]{0,32}$/.test(region)) throw typed("This can be no region's name.");
  return region;
};

/** The URL of a service as it was typed. */
export const toEndpoint = (text = ""): URL => {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw typed("The endpoint must be a URL that begins with https:// or http://.");
  if (url.username || url.password || url.search || url.hash || url.pathname !== "/")
    throw typed("The endpoint is a scheme and a host alone: no user name, no path, no `?`.");
  return url;
};
