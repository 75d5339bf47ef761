import { createHash, createHmac } from "node:crypto";
import type { CallOptions } from "../call.js";
import {
  type CredentialOf,
  canonicalPath,
  encode,
  partsOf,
  type Span,
  type UnsentRequest,
  withSearch,
} from "./signer.js";

const ALGORITHM = "OSS4-HMAC-SHA256";
const PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * Alibaba Cloud OSS' Signature Version 4. The bytes of a body are no part of it (OSS takes `UNSIGNED-PAYLOAD` only), so TLS
 * alone vouches for them, or a `content-md5`. `additional`: what is signed beside the headers that always are.
 * Source: alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 */
export const oss4 = (
  options: CallOptions,
  credential: CredentialOf<"oss4">,
  additional: readonly string[] = ["host", "range"],
): CallOptions => {
  const { accessKeyId, securityToken } = credential;
  const stamp = stampOf(new Date());
  const headers: Record<string, string> = {
    ...options.headers,
    "x-oss-content-sha256": PAYLOAD,
    "x-oss-date": stamp,
    ...(securityToken === undefined ? {} : { "x-oss-security-token": securityToken }),
  };
  const request = toSignable({ ...options, headers }, credential, additional);
  const scope = scopeOf(request, stamp);
  const named = request.additional === "" ? "" : `AdditionalHeaders=${request.additional},`;
  const signature = signatureOf(request, credential, scope, stamp);
  headers.authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope},${named}Signature=${signature}`;
  return { ...options, path: withSearch(request.path, request.query), headers };
};

/**
 * The same in a URL, for all headers that were said; they stay headers.
 * Source: alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
 */
export const presignOss4 = (
  unsent: UnsentRequest,
  credential: CredentialOf<"oss4">,
  { signed, expires }: Span,
  additional: readonly string[] = ["host", ...Object.keys(unsent.headers)],
): string => {
  const { accessKeyId, securityToken } = credential;
  const stamp = stampOf(signed);
  const request = toSignable(unsent, credential, additional);
  const scope = scopeOf(request, stamp);
  const parameters = {
    "x-oss-signature-version": ALGORITHM,
    "x-oss-credential": `${accessKeyId}/${scope}`,
    "x-oss-date": stamp,
    "x-oss-expires": String((expires.getTime() - signed.getTime()) / 1000),
    ...(request.additional === "" ? {} : { "x-oss-additional-headers": request.additional }),
    ...(securityToken === undefined ? {} : { "x-oss-security-token": securityToken }),
  };
  const query = [...request.query, ...Object.entries(parameters)];
  const signature = signatureOf({ ...request, query }, credential, scope, stamp);
  return unsent.origin + withSearch(request.path, [...query, ["x-oss-signature", signature]]);
};

/** A request as it is signed. */
interface Signable {
  method: string;
  region: string;
  /** Null for the service itself. */
  bucket: string | null;
  path: string;
  query: readonly (readonly [name: string, value: string])[];
  /** With the host. */
  headers: Readonly<Record<string, string>>;
  /** Names of headers, in their order, with semicolons between them. */
  additional: string;
}

const toSignable = (
  { origin, path: address, method, headers }: UnsentRequest,
  credential: CredentialOf<"oss4">,
  additional: readonly string[],
): Signable => {
  const { path, query } = partsOf(address);
  const { host, hostname } = new URL(origin);
  const all: Record<string, string> = { ...headers, host };
  return {
    method,
    query,
    ...placeOf(hostname, credential),
    path: canonicalPath(path),
    headers: all,
    additional: additional
      .filter((name) => !ALWAYS.test(name) && name in all)
      .sort()
      .join(";"),
  };
};

const ALWAYS = /^(content-type|content-md5|x-oss-.*)$/;

/** A public, internal, accelerated or dual-stack endpoint; source: alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints */
const ENDPOINT = /(?:^|\.)(?:oss-([a-z0-9-]+?)(?:-internal)?|([a-z0-9-]+)\.oss)\.aliyuncs\.com$/;
/** Their endpoint is one for all regions. */
const EVERYWHERE = /^accelerate(-overseas)?$/;

/** What stands before the service's host is the bucket's name; an endpoint that names its region is signed for that region. */
const placeOf = (hostname: string, { region, host }: CredentialOf<"oss4">): Pick<Signable, "bucket" | "region"> => {
  const [suffix, ...named] = ENDPOINT.exec(hostname) ?? [host === undefined ? hostname : `.${host}`];
  const ownRegion = named.find((name) => name !== undefined && !EVERYWHERE.test(name));
  const bucket = hostname.endsWith(suffix) ? hostname.slice(0, -suffix.length) : "";
  return { bucket: bucket === "" ? null : bucket, region: ownRegion ?? region };
};

const stampOf = (date: Date): string => date.toISOString().replace(/[-:]|\.\d{3}/g, "");

const scopeOf = ({ region }: Signable, stamp: string): string => `${stamp.slice(0, 8)}/${region}/oss/aliyun_v4_request`;

const signatureOf = (
  request: Signable,
  { accessKeySecret }: CredentialOf<"oss4">,
  scope: string,
  stamp: string,
): string => {
  const hash = createHash("sha256").update(canonicalRequest(request)).digest("hex");
  const key = scope
    .split("/")
    .reduce<string | Buffer>((key, part) => hmac(key, part).digest(), `aliyun_v4${accessKeySecret}`);
  return hmac(key, [ALGORITHM, stamp, scope, hash].join("\n")).digest("hex");
};

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text);

const canonicalRequest = ({ method, bucket, path, query, headers, additional }: Signable): string => {
  const extra = new Set(additional.split(";"));
  const signed = Object.keys(headers)
    .filter((name) => ALWAYS.test(name) || extra.has(name))
    .sort();
  return [
    method,
    bucket === null ? path : `/${bucket}${path}`,
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${(headers[name] as string).trim()}`),
    "",
    additional,
    PAYLOAD,
  ].join("\n");
};

/** Sorted as they are encoded; without an equals sign where there is no value. */
const canonicalQuery = (query: Signable["query"]): string =>
  query
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
