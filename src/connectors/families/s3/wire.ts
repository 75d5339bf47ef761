import { ApiError } from "../../../errors.js";
import { toSize, toTime } from "../objects/map.js";
import type { Bucket, ObjectPage, StoredObject, Told } from "../objects/store.js";
import { childrenOf, readXml, textOf } from "../objects/xml.js";
import { child, type Element, escapeXml, toJson } from "../xml.js";
import { explain } from "./explain.js";
import type { Protocol } from "./protocol.js";

/** Source: docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const readObjects = (text: string): ObjectPage => {
  const result = readXml(text, "ListBucketResult");
  // Who does not know `encoding-type` sends keys as they are.
  const decode = textOf(result, "EncodingType") === "url" ? decodeKey : (key: string) => key;
  const isTruncated = textOf(result, "IsTruncated") === "true";
  const next = textOf(result, "NextContinuationToken");
  if (isTruncated && next === null) throw new ApiError("bad_gateway", "The service does not say how its list goes on.");
  return {
    objects: childrenOf(result, "Contents").map((element) => toObject(element, decode)),
    prefixes: childrenOf(result, "CommonPrefixes").map((element) => decode(textOf(element, "Prefix") ?? "")),
    next: isTruncated ? next : null,
  };
};

const toObject = (element: Element, decode: (key: string) => string): StoredObject => ({
  key: decode(textOf(element, "Key") ?? ""),
  size: toSize(textOf(element, "Size")) ?? 0,
  modified: toTime(textOf(element, "LastModified")),
  created: null,
  mimeType: null,
  etag: textOf(element, "ETag"),
  told: () => toJson(element) as Told,
});

/** As in forms, where a plus is a space: AWS writes it so; others write %20 and %2B, which reads the same. */
const decodeKey = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    throw new ApiError("bad_gateway", "The service's list names an object in a way that cannot be read.");
  }
};

/**
 * Source: docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html; other names of the same at Alibaba:
 * alibabacloud.com/help/en/oss/developer-reference/listbuckets
 */
export const readBuckets = (text: string): { buckets: (Bucket & { region: string | null })[]; next: string | null } => {
  const result = readXml(text, "ListAllMyBucketsResult");
  const list = child(result, "Buckets");
  return {
    buckets: (list ? childrenOf(list, "Bucket") : []).map((element) => ({
      name: textOf(element, "Name") ?? "",
      created: toTime(textOf(element, "CreationDate")),
      region: textOf(element, "BucketRegion") ?? textOf(element, "Region"),
      told: () => toJson(element) as Told,
    })),
    next: textOf(result, "ContinuationToken") ?? textOf(result, "NextMarker"),
  };
};

export const readUploadId = (text: string): string => {
  const id = textOf(readXml(text, "InitiateMultipartUploadResult"), "UploadId");
  if (id === null) throw new ApiError("bad_gateway", "The service does not name the upload that it began.");
  return id;
};

/**
 * Copies and completions answer 200 before they are done and say only in their body how it went.
 * Source: docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const checkDone = (text: string): string => {
  // Spaces keep the connection alive until it is known.
  const trimmed = text.replace(/^\s*(<\?xml[^>]*>)?\s*/, "").slice(0, 2000);
  if (!/^<(\w+:)?Error[\s>]/.test(trimmed)) return text;
  const explained = explain(200, trimmed, {}) ?? "bad_gateway";
  throw typeof explained === "string"
    ? new ApiError(explained, "The service failed at the very end.")
    : new ApiError(explained.code, explained.message);
};

/** The ETag of a part that was copied. */
export const readCopiedPart = (text: string): string => {
  const etag = textOf(readXml(checkDone(text), "CopyPartResult"), "ETag");
  if (etag === null) throw new ApiError("bad_gateway", "The service does not name the part that it copied.");
  return etag;
};

export const completion = (etags: readonly string[], protocol: Protocol): string =>
  `<CompleteMultipartUpload${namespaceOf(protocol)}>${etags
    .map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`)
    .join("")}</CompleteMultipartUpload>`;

export const deletion = (keys: readonly string[], protocol: Protocol): string =>
  `<Delete${namespaceOf(protocol)}><Quiet>${protocol.quiet}</Quiet>${keys
    .map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`)
    .join("")}</Delete>`;

const namespaceOf = ({ namespace }: Protocol): string => (namespace === null ? "" : ` xmlns="${namespace}"`);

/** The first failure is thrown; so is it when fewer are named as deleted than must be. */
export const checkDeleted = (text: string, least: number): void => {
  const result = readXml(text, "DeleteResult");
  const [failed] = childrenOf(result, "Error");
  if (!failed && childrenOf(result, "Deleted").length >= least) return;
  const explained = explain(200, `<Code>${textOf(failed, "Code") ?? ""}</Code>`, {}) ?? "bad_gateway";
  throw typeof explained === "string"
    ? new ApiError(explained, "The service did not delete all of it.")
    : new ApiError(explained.code, explained.message);
};
