import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../../errors.js";
import type { UpstreamRequest } from "../../upstream/upstream.js";
import type { Context } from "../connector.js";
import { eachOf } from "../families/objects/each.js";
import { encodeKey } from "../families/objects/keys.js";
import { holds, unclear } from "../families/objects/lost.js";
import { copying } from "../families/objects/patience.js";
import { type Bucket, FOLDER_TYPE, type ObjectStore, type Place } from "../families/objects/store.js";
import { blockList, readBlobs, readBlockIds, readContainers } from "./wire.js";

const MEBIBYTE = 2 ** 20;
/** Source: learn.microsoft.com/azure/storage/blobs/scalability-targets */
const LIMITS = { page: 5000, key: 1024, parts: 50_000, partBytes: 8 * MEBIBYTE, remove: 256 };

const CONTAINER_NAMES = {
  pattern: /^(?:(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]|\$root|\$web)$/,
  rule: "A container's name has from 3 to 63 small letters, digits and single hyphens, and begins and ends with a letter or digit.",
};

/**
 * A backslash becomes a slash there, and control characters are none that a URL may have.
 * Source: learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 */
const REFUSED = ["/", "\\", "\x7f", ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code))];

/** Something is there, or is being put there. */
const TAKEN = [409, 412];
/** Pages of containers that are read: 10,000 of them. */
const CONTAINER_PAGES = 2;

const address = async ({ settings }: Context, { bucket, key }: Place): Promise<string> =>
  `${settings.endpoint}/${bucket}${key === "" ? "" : `/${encodeKey(key)}`}`;

const ask = async (context: Context, place: Place, request: Omit<UpstreamRequest, "path">) =>
  context.upstream.text({ ...request, path: await address(context, place), literal: true });

const container = (bucket: string): Place => ({ bucket, key: "" });

/** Consoles know a folder's own blob by this word in its metadata, as HDInsight began it. */
const typed = (mimeType: string | undefined): Record<string, string> => ({
  ...(mimeType === undefined ? {} : { "x-ms-blob-content-type": mimeType }),
  ...(mimeType === FOLDER_TYPE ? { "x-ms-meta-hdi_isfolder": "true" } : {}),
});

const onlyIf = (isNew: boolean): Record<string, string> => (isNew ? { "if-none-match": "*" } : {});

const putHeaders: ObjectStore["putHeaders"] = ({ mimeType, isNew }) => ({
  "x-ms-blob-type": "BlockBlob",
  ...typed(mimeType),
  ...onlyIf(isNew),
});

/** Azure's Blob service: containers for buckets, block blobs for objects. */
export const blobStore: ObjectStore = {
  limits: LIMITS,
  lengthOf: (key) => key.length,
  bucketNames: CONTAINER_NAMES,
  refusedInNames: REFUSED,
  isKey: (key) => !REFUSED.some((sign) => sign !== "/" && key.includes(sign)),
  address,

  async buckets(context) {
    const all: Bucket[] = [];
    let marker: string | null = null;
    for (let page = 0; page < CONTAINER_PAGES; page++) {
      const query: Record<string, string | number> = { comp: "list", maxresults: LIMITS.page };
      if (marker !== null) query.marker = marker;
      const { text } = await context.upstream.text({ path: `${context.settings.endpoint}/`, query });
      const { containers, next } = readContainers(text);
      all.push(...containers);
      marker = next;
      if (marker === null) break;
    }
    return all.sort((one, other) => (one.name < other.name ? -1 : 1));
  },

  async createBucket(context, name) {
    const query = { restype: "container" };
    const { status, repeated } = await ask(context, container(name), { method: "PUT", query, accept: [409] });
    return { isMade: status < 300, repeated };
  },

  async removeBucket(context, name) {
    await ask(context, container(name), { method: "DELETE", query: { restype: "container" } });
  },

  async list(context, { bucket, prefix, flat, token, limit }) {
    const query = {
      restype: "container",
      comp: "list",
      maxresults: limit,
      ...(prefix === "" ? {} : { prefix }),
      ...(flat ? {} : { delimiter: "/" }),
      ...(token === null ? {} : { marker: token }),
    };
    return readBlobs((await ask(context, container(bucket), { query })).text);
  },

  putHeaders,

  async put(context, place, bytes, how) {
    const request = { method: "PUT", headers: putHeaders(how), body: bytes, accept: how.isNew ? TAKEN : [] };
    const { status, repeated } = await ask(context, place, request);
    return status < 300 || (repeated && holds(context, await address(context, place), bytes));
  },

  async copy(context, bucket, from, to) {
    const source = await address(context, { bucket, key: from.key });
    const request = { method: "PUT", headers: { "x-ms-copy-source": source }, ...copying(from.size) };
    const { headers } = await ask(context, to, request);
    await copied(context, to, headers["x-ms-copy-status"]);
  },

  /** One by one: Azure's batch would be signed apart, part by part. */
  async remove(context, bucket, keys) {
    const headers = { "x-ms-delete-snapshots": "include" };
    await eachOf(keys, async (key) => {
      await ask(context, { bucket, key }, { method: "DELETE", headers, accept: [404] });
    });
  },

  /** Blocks belong to no upload, only to a blob's name, so their ids name the upload. */
  startParts: async () => ({ upload: randomBytes(9).toString("hex") }),

  async putPart(context, place, { upload = "" }, number, bytes) {
    const id = blockId(upload, number);
    await ask(context, place, { method: "PUT", query: { comp: "block", blockid: id }, body: bytes });
    return id;
  },

  async completeParts(context, place, { upload = "" }, ids, { mimeType, isNew }) {
    const question = { query: { comp: "blocklist", blocklisttype: "uncommitted" }, accept: [404] };
    const { status, text } = await ask(context, place, question);
    if (status === 404 || readBlockIds(text, "Uncommitted").has(blockId(upload, ABORTED)))
      throw new ApiError("not_found", "This upload has been aborted.");
    const headers = { ...typed(mimeType), "content-type": "application/xml", ...onlyIf(isNew) };
    const request = { method: "PUT", query: { comp: "blocklist" }, headers, body: blockList(ids) };
    const done = await ask(context, place, { ...request, accept: isNew ? TAKEN : [] });
    return done.status < 300 || (done.repeated && isMadeOf(context, place, ids));
  },

  /** Uncommitted blocks cannot be taken back: they vanish after a week. One more says that they are not to be used. */
  async abortParts(context, place, { upload = "" }) {
    const query = { comp: "block", blockid: blockId(upload, ABORTED) };
    await ask(context, place, { method: "PUT", query, body: "-", accept: [404], outlivesCaller: true });
  },
};

/** Whether a blob was put together from these blocks, whose ids no other upload has. */
const isMadeOf = async (context: Context, place: Place, ids: readonly string[]): Promise<boolean> => {
  const query = { comp: "blocklist", blocklisttype: "committed" };
  const { status, text } = await ask(context, place, { query, accept: [404] });
  if (status === 404) throw unclear();
  const committed = readBlockIds(text, "Committed");
  return ids.every((id) => committed.has(id));
};

/** All ids of one blob must be of one length. */
const blockId = (upload: string, number: number): string =>
  Buffer.from(`${upload}${String(number).padStart(6, "0")}`).toString("base64");
/** Stands where no part's number does. */
const ABORTED = 999_999;

/** Milliseconds between two looks at a copy, and until it is given up. */
const GLANCE = 500;
const PATIENCE = 10 * 60_000;

/** A copy may go on behind its answer; within one storage account it hardly ever does. */
const copied = async (context: Context, place: Place, first: string | undefined): Promise<void> => {
  const end = Date.now() + PATIENCE;
  let status = first;
  while (status === "pending" && Date.now() < end) {
    await delay(GLANCE, undefined, { signal: context.signal });
    status = (await ask(context, place, { method: "HEAD" })).headers["x-ms-copy-status"];
  }
  if (status === "pending") throw new ApiError("gateway_timeout", "The service is still copying.");
  if (status !== undefined && status !== "success")
    throw new ApiError("request_failed", "The service gave up the copy.");
};
