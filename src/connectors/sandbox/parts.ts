import type { NewFile, PartOperations, Settings } from "../connector.js";
import { toFile } from "./map.js";
import { at, claim } from "./requests.js";
import type { WireItem } from "./wire.js";

/** Where a new file goes, as the service calls it. */
export const placeOf = ({ parent, name, mimeType, ifExists }: NewFile) => ({
  parent_id: parent,
  name,
  if_exists: ifExists,
  mime_type: mimeType,
});

export const parts: PartOperations = {
  async start(context, file) {
    const request = { method: "POST", path: "/uploads", body: { ...placeOf(file), size: file.size } };
    const { id } = await claim<{ id: string }>(context, request);
    return { upload: id };
  },

  async put(context, session, { number, length }, body) {
    const headers = { "content-type": "application/octet-stream" };
    const query = { size: length };
    const request = { method: "PUT", path: at("uploads", idOf(session), `/parts/${number}`), query, headers, body };
    return (await context.upstream.json<{ etag: string }>(request)).etag;
  },

  async complete(context, session, receipts) {
    const body = { parts: receipts.map(({ number, receipt }) => ({ number, etag: receipt })) };
    const request = { method: "POST", path: at("uploads", idOf(session), "/complete"), body };
    return toFile(context, await claim<WireItem>(context, request));
  },

  async abort(context, session) {
    await context.upstream.text({ method: "DELETE", path: at("uploads", idOf(session)) });
  },
};

const idOf = ({ upload }: Settings): string => String(upload);
