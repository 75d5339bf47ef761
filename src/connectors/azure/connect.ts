import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import type { ConnectContext, Connection, Fields } from "../connector.js";
import { whyUnreached } from "../families/reaching.js";

/** Asks for a list with what was typed, which proves address, key, clock and container at once. */
export const connect = async ({ upstream, signal }: ConnectContext, fields: Fields): Promise<Connection> => {
  const account = (fields.account ?? "").trim().toLowerCase();
  if (!/^[a-z0-9]{3,24}$/.test(account))
    throw typed("A storage account's name has from 3 to 24 small letters and digits.");
  const bucket = toContainer(fields.container);
  const endpoint = toEndpoint(fields.endpoint, account);
  const credential = toCredential(account, fields);
  // What is signed for one container cannot list them all.
  if (bucket === null && credential.scheme === "shared_access" && /(^|&)sr=/.test(credential.token))
    throw typed("This shared access signature is for one container: name the container.");
  const query = { comp: "list", maxresults: 1, ...(bucket === null ? {} : { restype: "container" }) };
  const path = `${endpoint.href}/${bucket ?? ""}`;
  try {
    const { status, text } = await upstream(endpoint.origin, credential).text({ path, query, signal });
    if (status >= 300) throw typed("The service redirects to another address: give that one.");
    if (!/<EnumerationResults[\s>]/.test(text.slice(0, 1000))) throw typed("There is no blob service at this address.");
  } catch (error) {
    throw toldOf(error, endpoint.url, bucket);
  }
  return {
    name: bucket === null ? account : `${bucket} @ ${account}`,
    settings: { endpoint: endpoint.href, bucket },
    credential,
  };
};

const toldOf = (error: unknown, url: URL, bucket: string | null): unknown => {
  const reason = whyUnreached(error, url);
  if (!(reason instanceof ApiError) || reason !== error) return reason;
  const words = String((reason.cause as Error | undefined)?.message ?? "");
  if (reason.code === "not_found")
    return typed(bucket === null ? "There is no blob service at this address." : reason.message, reason);
  if (/HTTPS/.test(words) && url.protocol === "http:")
    return typed(`${url.host} wants TLS: its address begins with https://.`, reason);
  return reason;
};

const toEndpoint = (text = "", account: string): { href: string; origin: string; url: URL } => {
  const typedUrl = text.trim() || `https://${account}.blob.core.windows.net`;
  const url = URL.canParse(typedUrl) ? new URL(typedUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw typed("The endpoint must be a URL that begins with https:// or http://.");
  if (url.username || url.password || url.search || url.hash)
    throw typed("The endpoint must not hold a user name, a password, `?` or `#`.");
  return { href: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, origin: url.origin, url };
};

const toCredential = (account: string, { key = "", sas = "" }: Fields): Credential => {
  if ((key.trim() === "") === (sas.trim() === ""))
    throw typed("Give the account's key or a shared access signature: one of them.");
  if (key.trim() !== "") {
    if (!/^[A-Za-z0-9+/]{4,}={0,2}$/.test(key.trim())) throw typed("The account's key is in base64.");
    return { scheme: "shared_key", account, key: key.trim() };
  }
  // People copy the whole URL as well.
  const token = sas.trim().slice(sas.trim().indexOf("?") + 1);
  if (!/^[\x21-\x7e]+$/.test(token) || !/(^|&)sig=[^&]/.test(token))
    throw typed("A shared access signature is a list of parameters with `sig=` among them.");
  return { scheme: "shared_access", token };
};

const toContainer = (text = ""): string | null => {
  const name = text.trim().replace(/\/+$/, "");
  if (name === "") return null;
  if (!/^(?:[a-z0-9][a-z0-9-]{1,61}[a-z0-9]|\$root|\$web|\$logs)$/.test(name))
    throw typed("This can be no container's name.");
  return name;
};

const typed = (message: string, cause?: unknown): ApiError =>
  new ApiError("invalid_parameters", message, {}, cause === undefined ? undefined : { cause });
