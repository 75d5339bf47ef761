import { ApiError } from "../../errors.js";
import { toMimeType, toSize, toTime } from "../families/objects/map.js";
import type { Bucket, ObjectPage, StoredObject, Told } from "../families/objects/store.js";
import { childrenOf, readXml, textOf } from "../families/objects/xml.js";
import { child, type Element, toJson } from "../families/xml.js";

/** Source: learn.microsoft.com/rest/api/storageservices/list-blobs */
export const readBlobs = (text: string): ObjectPage => {
  const result = readXml(text, "EnumerationResults");
  const list = child(result, "Blobs");
  return {
    objects: (list ? childrenOf(list, "Blob") : []).map(toBlob),
    prefixes: (list ? childrenOf(list, "BlobPrefix") : []).map(nameOf),
    next: textOf(result, "NextMarker"),
  };
};

const toBlob = (element: Element): StoredObject => {
  const properties = child(element, "Properties");
  return {
    key: nameOf(element),
    size: toSize(textOf(properties, "Content-Length")) ?? 0,
    modified: toTime(textOf(properties, "Last-Modified")),
    created: toTime(textOf(properties, "Creation-Time")),
    mimeType: toMimeType(textOf(properties, "Content-Type")),
    etag: textOf(properties, "Etag"),
    told: () => toJson(element) as Told,
  };
};

/** What XML cannot say comes percent-encoded, and says so. */
const nameOf = (element: Element): string => {
  const name = child(element, "Name");
  if (name?.attributes?.Encoded !== "true") return name?.text ?? "";
  try {
    return decodeURIComponent(name.text);
  } catch {
    throw new ApiError("bad_gateway", "The service's list names a blob in a way that cannot be read.");
  }
};

/** Source: learn.microsoft.com/rest/api/storageservices/list-containers2 */
export const readContainers = (text: string): { containers: Bucket[]; next: string | null } => {
  const result = readXml(text, "EnumerationResults");
  const list = child(result, "Containers");
  return {
    containers: (list ? childrenOf(list, "Container") : []).map((element) => ({
      name: textOf(element, "Name") ?? "",
      created: null,
      told: () => toJson(element) as Told,
    })),
    next: textOf(result, "NextMarker"),
  };
};

/**
 * `Latest`, so that one which is sent again finds its blocks where the attempt before has put them.
 * Source: learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export const blockList = (ids: readonly string[]): string =>
  `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join("")}</BlockList>`;

/** Source: learn.microsoft.com/rest/api/storageservices/get-block-list */
export const readBlockIds = (text: string, kind: "Committed" | "Uncommitted"): Set<string> => {
  const list = child(readXml(text, "BlockList"), `${kind}Blocks`);
  return new Set((list ? childrenOf(list, "Block") : []).map((block) => textOf(block, "Name") ?? ""));
};
