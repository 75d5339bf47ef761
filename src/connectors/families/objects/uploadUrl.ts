import type { Context, DirectFile, UploadUrl } from "../../connector.js";
import { conflictWith, findTaken, parentOf, placeIn } from "./find.js";
import type { ObjectStore } from "./store.js";
import { isInTheWay } from "./upload.js";

const LIFE = 15 * 60; // seconds

/** A PUT of one object, signed for whoever holds the bytes. */
export const uploadUrl = async (store: ObjectStore, context: Context, file: DirectFile): Promise<UploadUrl> => {
  const place = placeIn(store, await parentOf(store, context, file.parent), file.name);
  const taken = await findTaken(store, context, place);
  if (isInTheWay(taken, file)) throw conflictWith(context, place, file.name, taken);
  const method = "PUT";
  const headers = store.putHeaders({ mimeType: file.mimeType, isNew: file.ifExists === "fail" });
  const path = await store.address(context, place);
  return { method, headers, ...(await context.upstream.presign({ method, path, headers }, LIFE)) };
};
