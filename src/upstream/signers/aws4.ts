import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { decode, partsOf, type Signer } from "./signer.js";

/**
 * AWS Signature Version 4 by AWS's own signer. A body in memory is part of the signature; of a stream AWS is told that it is
 * not (`UNSIGNED-PAYLOAD`), so TLS alone vouches for it. The address is sent in the spelling that is signed, because servers
 * differ in whether they spell it anew before they compare.
 */
export const aws4: Signer<"aws4"> = async (
  options,
  { accessKeyId, secretAccessKey, sessionToken, region, service, literalPaths },
) => {
  const { path, query } = partsOf(options.path);
  const { host, hostname, port, protocol } = new URL(options.origin);
  const canonicalPath = path
    .split("/")
    .map((name) => encode(decode(name)))
    .join("/");
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: regionOf(hostname) ?? region,
    service,
    sha256: Sha256,
    uriEscapePath: !literalPaths,
  });
  const request = new HttpRequest({
    method: options.method,
    protocol,
    hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    path: canonicalPath,
    query: toBag(query),
    headers: { ...options.headers, host },
    body: options.body ?? undefined,
  });
  const { headers } = await signer.sign(request, { unsignableHeaders: unsigned(options.headers) });
  const { host: _, ...sent } = headers;
  const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return { ...options, path: search === "" ? canonicalPath : `${canonicalPath}?${search}`, headers: sent };
};

/** The region that an endpoint of AWS names; it may differ from the account's own: each bucket has its region. */
export const regionOf = (hostname: string): string | undefined =>
  /[.-]((?:[a-z]{2}|us-gov|us-iso[a-z]?)-[a-z]+-\d+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];

/** What a proxy may change on the way is left out of the signature; what the service acts upon is in it. */
const SIGNED = /^(host|range|content-type|content-md5|x-amz-.*)$/;
const unsigned = (headers: Readonly<Record<string, string>>): Set<string> =>
  new Set(Object.keys(headers).filter((name) => !SIGNED.test(name)));

const toBag = (query: readonly [string, string][]): Record<string, string | string[]> => {
  const bag: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of query) bag[name] = name in bag ? [bag[name] as string, value].flat() : value;
  return bag;
};

/** All but letters, digits and `-._~` (RFC 3986, 2.3). */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

type Source = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or HMAC with a secret, as AWS's signer asks for it: OpenSSL's, some thirty times as fast as one in JavaScript. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }
  update(source: Source): void {
    this.#hash.update(toBytes(source));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
}

const toBytes = (source: Source): Buffer =>
  typeof source === "string"
    ? Buffer.from(source)
    : source instanceof ArrayBuffer
      ? Buffer.from(source)
      : Buffer.from(source.buffer, source.byteOffset, source.byteLength);
