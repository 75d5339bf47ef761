import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import type { CallOptions } from "../call.js";
import { partsOf, type Signer } from "./signer.js";

/** Stands in a request that says no other. Signatures are made in the same way since 2015. */
const VERSION = "2021-12-02";

/**
 * Azure Storage's Shared Key, as Blob, Queue and File services read it.
 * Source: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export const sharedKey: Signer<"shared_key"> = (options, { account, key }) => {
  const headers: Record<string, string> = {
    "x-ms-version": VERSION,
    ...options.headers,
    "x-ms-date": new Date().toUTCString(),
  };
  const signed = { ...options, headers };
  const signature = createHmac("sha256", Buffer.from(key, "base64"))
    .update(stringToSign(signed, account))
    .digest("base64");
  headers.authorization = `SharedKey ${account}:${signature}`;
  return signed;
};

const LINES = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

export const stringToSign = (
  options: Pick<CallOptions, "method" | "path" | "headers" | "body">,
  account: string,
): string => {
  const { method, headers, body } = options;
  const length = { "content-length": lengthOf(headers, body) };
  const lines = LINES.map((name) => (name in length ? length["content-length"] : (headers[name] ?? "")));
  const ours = Object.keys(headers)
    .filter((name) => name.startsWith("x-ms-"))
    .sort()
    .map((name) => `${name}:${(headers[name] as string).trim()}`);
  return [method, ...lines, ...ours, resourceOf(options.path, account)].join("\n");
};

/** What undici will say of the body; nothing for an empty one. */
const lengthOf = (headers: Readonly<Record<string, string>>, body: unknown): string => {
  const length =
    body instanceof Readable
      ? (headers["content-length"] ?? "")
      : body
        ? String(Buffer.byteLength(body as string | Buffer))
        : "";
  return length === "0" ? "" : length;
};

/** The account's name, the path as it is sent, and the query's values by their names. */
const resourceOf = (address: string, account: string): string => {
  const { path, query } = partsOf(address);
  const values = Map.groupBy(query, ([name]) => name.toLowerCase());
  const lines = [...values.keys()].sort().map((name) => {
    const all = (values.get(name) as [string, string][]).map(([, value]) => value).sort();
    return `${name}:${all.join(",")}`;
  });
  return [`/${account}${path}`, ...lines].join("\n");
};

/** A shared access signature: it stands in the query, and in that of what is to be copied. */
export const sharedAccess: Signer<"shared_access"> = (options, { token }) => {
  const headers: Record<string, string> = { "x-ms-version": VERSION, ...options.headers };
  const source = headers["x-ms-copy-source"];
  if (source?.startsWith(`${options.origin}/`)) headers["x-ms-copy-source"] = withToken(source, token);
  return { ...options, path: withToken(options.path, token), headers };
};

const withToken = (address: string, token: string): string => `${address}${address.includes("?") ? "&" : "?"}${token}`;
