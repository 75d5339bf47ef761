import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  type CredentialOf,
  canonicalPath,
  type Presigner,
  partsOf,
  type Signer,
  type UnsentRequest,
  withSearch,
} from "./signer.js";

/**
 * AWS Signature Version 4 by AWS's own signer. A body in memory is part of the signature; of a stream AWS is told that it is
 * not (`UNSIGNED-PAYLOAD`), so TLS alone vouches for it. The address is sent in the spelling that is signed, because servers
 * differ in whether they spell it anew before they compare.
 */
export const aws4: Signer<"aws4"> = async (options, credential) => {
  const { request, query } = toAws(options);
  request.body = options.body ?? undefined;
  const unsignableHeaders = unsigned(options.headers);
  const { headers } = await signerOf(credential, request.hostname).sign(request, { unsignableHeaders });
  const { host: _, ...sent } = headers;
  return { ...options, path: withSearch(request.path, query), headers: sent };
};

const PAYLOAD = "x-amz-content-sha256";

/**
 * The same in a URL: every header is signed, and stays a header; the body is not, for nobody knows it yet.
 * Source: docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export const presignAws4: Presigner<"aws4"> = async (unsent, credential, { signed, expires }) => {
  const { request } = toAws(unsent);
  request.headers[PAYLOAD] = "UNSIGNED-PAYLOAD";
  const { query } = await signerOf(credential, request.hostname).presign(request, {
    signingDate: signed,
    expiresIn: (expires.getTime() - signed.getTime()) / 1000,
    unsignableHeaders: new Set([PAYLOAD]),
    unhoistableHeaders: new Set(Object.keys(request.headers)),
  });
  return unsent.origin + withSearch(request.path, Object.entries(query as Record<string, string>));
};

const signerOf = (
  { accessKeyId, secretAccessKey, sessionToken, region, service, literalPaths }: CredentialOf<"aws4">,
  hostname: string,
): SignatureV4 =>
  new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: regionOf(hostname) ?? region,
    service,
    sha256: Sha256,
    uriEscapePath: !literalPaths,
  });

/** As AWS's signer reads a request, its path in the spelling that is signed; and the query in its order. */
const toAws = ({ origin, path: address, method, headers }: UnsentRequest) => {
  const { path, query } = partsOf(address);
  const { host, hostname, port, protocol } = new URL(origin);
  const request = new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    path: canonicalPath(path),
    query: toBag(query),
    headers: { ...headers, host },
  });
  return { request, query };
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
