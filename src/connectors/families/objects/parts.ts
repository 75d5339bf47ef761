import type { Readable } from "node:stream";
import { ApiError } from "../../../errors.js";
import type { Context, NewFile, PartOperations, Settings } from "../../connector.js";
import { parentOf } from "./find.js";
import { wholeOf } from "./pieces.js";
import { notFound, targetOf, toId } from "./places.js";
import type { ObjectStore, PartedUpload, Place } from "./store.js";
import { chooseName, finish, optionsOf, sendWhole, toldOf } from "./upload.js";

/** Uploads in parts as the service has them: each can be sent anew, and a session outlives this process. */
export const partOperations = (store: ObjectStore): PartOperations => ({
  async start(context, file) {
    const count = countOf(store, file.size);
    if (count !== null && count > store.limits.parts)
      throw new ApiError("entity_too_large", `An upload has at most ${store.limits.parts} parts.`);
    const { place, release } = await chooseName(store, context, await parentOf(store, context, file.parent), file);
    try {
      const begun = await store.startParts(context, place, optionsOf(file).mimeType);
      const { parent, name, ifExists, size = null, mimeType = null } = file;
      const id = toId(context, { kind: "file", ...place });
      return { id, parent, name, ifExists, size, mimeType, begun: JSON.stringify(begun) };
    } finally {
      release();
    }
  },

  async put(context, session, { number, length }, body: Readable) {
    body.on("error", ignore); // whoever reads it is told
    const { place, begun } = opened(context, session);
    if (!Number.isSafeInteger(number) || number < 1 || number > store.limits.parts)
      throw new ApiError("bad_request", `Parts count from 1 to ${store.limits.parts}.`);
    if (length > store.limits.partBytes)
      throw new ApiError("entity_too_large", `A part has at most ${store.limits.partBytes} bytes.`);
    const bytes = await wholeOf(body, length, context.signal);
    return store.putPart(context, place, begun, number, bytes);
  },

  async complete(context, session, receipts) {
    const { place, begun, file } = opened(context, session);
    const sorted = [...receipts].sort((one, other) => one.number - other.number);
    const isGap = sorted.some(({ number }, index) => number !== index + 1);
    const count = countOf(store, file.size);
    if (isGap || (count === null ? sorted.length === 0 : sorted.length !== count))
      throw new ApiError("bad_request", "Not all parts of the upload have been sent.");
    if (count === 0) {
      await store.abortParts(context, place, begun);
      return toldOf(
        store,
        context,
        await sendWhole(store, context, await parentOf(store, context, file.parent), file, NONE),
      );
    }
    await finish(
      store,
      context,
      place,
      file,
      begun,
      sorted.map(({ receipt }) => receipt),
    );
    return toldOf(store, context, place);
  },

  async abort(context, session) {
    const { place, begun } = opened(context, session);
    await store.abortParts(context, place, begun);
  },
});

const NONE = Buffer.alloc(0);

/** Parts of a file of so many bytes; null where that is not known. */
const countOf = ({ limits }: ObjectStore, size: number | undefined): number | null =>
  size === undefined ? null : Math.ceil(size / limits.partBytes);

const opened = (context: Context, session: Settings): { place: Place; begun: PartedUpload; file: NewFile } => {
  const target = targetOf(context, String(session.id));
  if (target.kind !== "file") throw notFound();
  const { parent, name, ifExists, size, mimeType } = session;
  return {
    place: { bucket: target.bucket, key: target.key },
    begun: JSON.parse(String(session.begun)) as PartedUpload,
    file: {
      parent: String(parent),
      name: String(name),
      ifExists: ifExists as NewFile["ifExists"],
      ...(typeof size === "number" ? { size } : {}),
      ...(typeof mimeType === "string" ? { mimeType } : {}),
    },
  };
};

const ignore = () => undefined;
