import { ROOT, type StorageOperations } from "../../connector.js";
import { download } from "./download.js";
import { byPath, get } from "./find.js";
import { pageOfFolder, pageOfTrees, startOf } from "./lists.js";
import { partOperations } from "./parts.js";
import { targetOf } from "./places.js";
import type { ObjectStore } from "./store.js";
import { upload } from "./upload.js";
import { uploadUrl } from "./uploadUrl.js";
import { copy, createFolder, remove, update } from "./writes.js";

/**
 * Files and folders over a store of objects. There is no `getMany`: neither service reads many at once, and a list of siblings
 * costs more than asking for each (README.md).
 */
export const storageOf = (store: ObjectStore): StorageOperations => ({
  traits: {
    pageSize: store.limits.page,
    partBytes: store.limits.partBytes,
    refusedInNames: store.refusedInNames,
  },

  get: async (context, { id }) => get(store, context, targetOf(context, id)),
  byPath: (context, path) => byPath(store, context, path),

  async list(context, folder, { recursive = false, ...paging }) {
    const start = startOf(store, context, folder);
    return recursive
      ? pageOfTrees(store, context, [start], paging, () => true)
      : pageOfFolder(store, context, start, paging);
  },

  /** By a part of the name, in any case; ten lists of a page's length are looked through for one page of answers. */
  async search(context, { query, in: folders, ...paging }) {
    const wanted = fold(query);
    const starts = (folders ?? [ROOT]).map((folder) => startOf(store, context, folder));
    return pageOfTrees(store, context, starts, { ...paging, whole: true }, ({ name }) => fold(name).includes(wanted));
  },

  createFolder: (context, folder) => createFolder(store, context, folder),
  update: (context, key, change) => update(store, context, key, change),
  copy: (context, key, to) => copy(store, context, key, to),
  delete: (context, key, how) => remove(store, context, key, how),
  upload: (context, file, body) => upload(store, context, file, body),
  uploadUrl: (context, file) => uploadUrl(store, context, file),
  parts: partOperations(store),
  download: (context, id, range) => download(store, context, id, range),
});

const fold = (text: string): string => text.normalize("NFC").toLowerCase();
