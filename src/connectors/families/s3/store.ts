import { createHash } from "node:crypto";
import { ApiError } from "../../../errors.js";
import type { UpstreamRequest, UpstreamResponse } from "../../../upstream/upstream.js";
import type { Context } from "../../connector.js";
import { eachOf } from "../objects/each.js";
import { encodeKey } from "../objects/keys.js";
import { holds } from "../objects/lost.js";
import { completing } from "../objects/patience.js";
import type { ObjectStore, ObjectStoreLimits, Place, PutOptions } from "../objects/store.js";
import { isSayable } from "../objects/xml.js";
import { copier } from "./copy.js";
import type { Protocol } from "./protocol.js";
import * as wire from "./wire.js";

/** What differs between Amazon and those who speak its protocol. */
export interface Dialect {
  readonly protocol: Protocol;
  /** The URL of a bucket without a slash at its end, or of the service. */
  urlOf(context: Context, bucket: string | null): Promise<string>;
  /** Buckets were listed, with the regions that they lie in as far as the service says. */
  learn?(buckets: readonly { name: string; region: string | null }[]): void;
  /** What is said of the region that a new bucket is to lie in; empty where nothing is. */
  location?(context: Context): string;
}

/** What is refused beyond, or asked for at once at most. */
export interface Limits extends Readonly<ObjectStoreLimits> {
  /** Bytes that one request copies at most, and of each part where it takes several. */
  readonly copyBytes: number;
}

const MEBIBYTE = 2 ** 20;

/**
 * One request may copy 5 GiB, but must have done it before our patience with it ends.
 * Source: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const LIMITS: Limits = {
  page: 1000,
  key: 1024,
  parts: 10_000,
  partBytes: 8 * MEBIBYTE,
  remove: 1000,
  copyBytes: 512 * MEBIBYTE,
};

const BUCKET_NAMES = {
  pattern: /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/,
  rule: "A bucket's name has from 3 to 63 small letters, digits, hyphens and single dots, begins and ends with a letter or digit, and is no IP address.",
};

/** Refusals of a condition: something is there, or is being put there. */
const TAKEN = [409, 412];
const NOT_KNOWN = 501;
/** Nothing is there, or this account may write only. */
const NOT_SEEN = [403, 404];

/** S3's REST API, as Amazon documents it and as many others speak it. */
export const s3Store = (dialect: Dialect, limits: Limits = LIMITS): ObjectStore => {
  const { protocol } = dialect;
  const address = async (context: Context, { bucket, key }: Place): Promise<string> =>
    `${await dialect.urlOf(context, bucket)}/${encodeKey(key)}`;
  const ask = async (context: Context, place: Place, request: Omit<UpstreamRequest, "path">) => {
    const answer = await context.upstream.text({ ...request, path: await address(context, place), literal: true });
    if (answer.status >= 300 && answer.status < 400) throw elsewhere();
    return answer;
  };

  /** Whoever is too slow for all of them is asked for half of them; what it has done by then is done. */
  const removeTogether = async (context: Context, bucket: string, keys: readonly string[]): Promise<void> => {
    const body = wire.deletion(keys, protocol);
    const headers = {
      "content-type": "application/xml",
      "content-md5": createHash("md5").update(body).digest("base64"),
    };
    const request = { method: "POST", query: { delete: "" }, headers, body, repeatable: true };
    try {
      const { text } = await ask(context, { bucket, key: "" }, request);
      wire.checkDeleted(text, protocol.quiet ? 0 : keys.length);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "gateway_timeout" || keys.length < 2) throw error;
      const middle = keys.length >> 1;
      await removeTogether(context, bucket, keys.slice(0, middle));
      await removeTogether(context, bucket, keys.slice(middle));
    }
  };

  /**
   * A condition that a service does not know (501) is left out: then only our own look at the name protects it, which is taken once
   * more, for the lists of such services may be behind.
   */
  const unlessTaken = async (
    context: Context,
    place: Place,
    isNew: boolean,
    send: (headers: Readonly<Record<string, string>>, accept: number[]) => Promise<UpstreamResponse>,
  ): Promise<UpstreamResponse> => {
    if (!isNew) return send({}, []);
    const answer = await send(protocol.onlyNew, [...TAKEN, NOT_KNOWN]);
    if (answer.status !== NOT_KNOWN) return answer;
    const there = await ask(context, place, { method: "HEAD", accept: NOT_SEEN });
    return NOT_SEEN.includes(there.status) ? send({}, []) : { ...there, status: 412 };
  };

  return {
    limits,
    lengthOf: (key) => Buffer.byteLength(key),
    bucketNames: BUCKET_NAMES,
    refusedInNames: ["/", "\0"],
    isKey: () => true,
    address,

    async buckets(context) {
      const url = await dialect.urlOf(context, null);
      // The parameter makes Amazon tell the regions.
      const { text } = await context.upstream.text({ path: `${url}/`, query: { "max-buckets": 10_000 } });
      const { buckets } = wire.readBuckets(text);
      dialect.learn?.(buckets);
      return buckets.sort((one, other) => (one.name < other.name ? -1 : 1));
    },

    async createBucket(context, name) {
      const body = dialect.location?.(context) ?? "";
      const place = { bucket: name, key: "" };
      const { status, repeated } = await ask(context, place, { method: "PUT", body, accept: [409] });
      return { isMade: status < 300, repeated };
    },

    async removeBucket(context, name) {
      await ask(context, { bucket: name, key: "" }, { method: "DELETE" });
    },

    async list(context, { bucket, prefix, flat, token, limit }) {
      const query = {
        "list-type": 2,
        "max-keys": limit,
        // Keys may hold characters that XML cannot say.
        "encoding-type": "url",
        ...(prefix === "" ? {} : { prefix }),
        ...(flat ? {} : { delimiter: "/" }),
        ...(token === null ? {} : { "continuation-token": token }),
      };
      const { text } = await ask(context, { bucket, key: "" }, { query });
      return wire.readObjects(text);
    },

    putHeaders: ({ mimeType, isNew }) => ({
      ...(mimeType === undefined ? {} : { "content-type": mimeType }),
      ...(isNew ? protocol.onlyNew : {}),
    }),

    async put(context, place, bytes, { mimeType, isNew }: PutOptions) {
      const { status, repeated } = await unlessTaken(context, place, isNew, (condition, accept) => {
        const headers = { "content-type": mimeType, ...condition };
        return ask(context, place, { method: "PUT", headers, body: bytes, accept });
      });
      return status < 300 || (repeated && holds(context, await address(context, place), bytes));
    },

    copy: copier(ask, limits.copyBytes, protocol),

    async remove(context, bucket, keys) {
      const several = keys.filter(isSayable);
      const single = several.length > 1 ? keys.filter((key) => !isSayable(key)) : keys;
      await eachOf(single, async (key) => {
        await ask(context, { bucket, key }, { method: "DELETE", accept: [404] });
      });
      if (several.length > 1) await removeTogether(context, bucket, several);
    },

    async startParts(context, place, mimeType) {
      const headers = { "content-type": mimeType };
      const { text } = await ask(context, place, { method: "POST", query: { uploads: "" }, headers });
      return { upload: wire.readUploadId(text) };
    },

    async putPart(context, place, { upload }, number, bytes) {
      const query = { partNumber: number, uploadId: upload };
      const { headers } = await ask(context, place, { method: "PUT", query, body: bytes });
      if (!headers.etag) throw new ApiError("bad_gateway", "The service does not name the part that it got.");
      return headers.etag;
    },

    async completeParts(context, place, { upload }, parts, { isNew }) {
      const { status } = await unlessTaken(context, place, isNew, async (condition, accept) => {
        const headers = { "content-type": "application/xml", ...condition };
        const body = wire.completion(parts, protocol);
        const request = { method: "POST", query: { uploadId: upload }, headers, body, accept };
        const answer = await ask(context, place, { ...request, ...completing(parts.length) });
        if (answer.status < 300) wire.checkDone(answer.text);
        return answer;
      });
      return status < 300;
    },

    async abortParts(context, place, { upload }) {
      const query = { uploadId: upload };
      await ask(context, place, { method: "DELETE", query, accept: [404], outlivesCaller: true });
    },
  };
};

const elsewhere = () => new ApiError("service_forbidden", "The bucket lies in another region or at another address.");
