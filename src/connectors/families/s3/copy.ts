import type { UpstreamRequest, UpstreamResponse } from "../../../upstream/upstream.js";
import type { Context } from "../../connector.js";
import { encodeKey } from "../objects/keys.js";
import { completing, copying } from "../objects/patience.js";
import type { ObjectStore, Place } from "../objects/store.js";
import type { Protocol } from "./protocol.js";
import { checkDone, completion, readCopiedPart, readUploadId } from "./wire.js";

type Ask = (
  context: Context,
  place: Place,
  request: Omit<UpstreamRequest, "path">,
) => Promise<UpstreamResponse & { text: string }>;

/** Headers of an object that a copy in parts must be given anew, beside its metadata. */
const KEPT = /^(content-type|content-encoding|content-language|content-disposition|cache-control|expires)$/;

/** Within the service: in one request, or part by part what is too long for that. */
export const copier = (ask: Ask, most: number, protocol: Protocol): ObjectStore["copy"] => {
  const { prefix } = protocol;
  const isKept = (name: string) => KEPT.test(name) || name.startsWith(`${prefix}meta-`);
  const inParts = async (context: Context, source: Place, size: number, to: Place): Promise<void> => {
    const { headers: facts } = await ask(context, source, { method: "HEAD" });
    const headers = Object.fromEntries(Object.entries(facts).filter(([name]) => isKept(name)));
    const { text } = await ask(context, to, { method: "POST", query: { uploads: "" }, headers });
    const uploadId = readUploadId(text);
    try {
      const etags: string[] = [];
      for (let start = 0; start < size; start += most) {
        const end = Math.min(start + most, size);
        const part = await ask(context, to, {
          method: "PUT",
          query: { partNumber: etags.length + 1, uploadId },
          headers: {
            [`${prefix}copy-source`]: sourceOf(source),
            [`${prefix}copy-source-range`]: `bytes=${start}-${end - 1}`,
            // What was looked at is what is copied, or nothing.
            ...(facts.etag ? { [`${prefix}copy-source-if-match`]: facts.etag } : {}),
          },
          ...copying(end - start),
        });
        etags.push(readCopiedPart(part.text));
      }
      const headers = { "content-type": "application/xml" };
      const request = { method: "POST", query: { uploadId }, headers, body: completion(etags, protocol) };
      const done = await ask(context, to, { ...request, ...completing(etags.length) });
      checkDone(done.text);
    } catch (error) {
      const request = { method: "DELETE", query: { uploadId }, accept: [404], outlivesCaller: true };
      await ask(context, to, request).catch(() => undefined);
      throw error;
    }
  };

  return async (context, bucket, from, to) => {
    const source = { bucket, key: from.key };
    if (from.size > most) return inParts(context, source, from.size, to);
    const { text } = await ask(context, to, {
      method: "PUT",
      headers: { [`${prefix}copy-source`]: sourceOf(source) },
      ...copying(from.size),
    });
    checkDone(text);
  };
};

const sourceOf = ({ bucket, key }: Place): string => `/${bucket}/${encodeKey(key)}`;
