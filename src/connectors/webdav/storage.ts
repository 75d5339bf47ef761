import type { StorageOperations } from "../connector.js";
import { download } from "./download.js";
import { PAGE, pageOfFolder, pageOfTrees } from "./lists.js";
import { getMany, KEYS } from "./many.js";
import { toItem, toQuota } from "./map.js";
import { NAME_BYTES, namesOf, notFound, pathOf } from "./paths.js";
import { find, propfind } from "./requests.js";
import { upload } from "./upload.js";
import { QUOTA } from "./wire.js";
import { copy, createFolder, remove, update } from "./writes.js";

export const storage: StorageOperations = {
  traits: { pageSize: PAGE, getMany: KEYS, nameBytes: NAME_BYTES, refusedInNames: ["/", "\0"] },

  /** What the path holds, whatever the key takes it for. */
  async get(context, { id }) {
    const found = await find(context, namesOf(id));
    if (!found) throw notFound();
    return toItem(context, found);
  },
  getMany,
  byPath: (context, path) => storage.get(context, { type: "object", id: path.startsWith("/") ? path : `/${path}` }),

  async list(context, folder, { recursive = false, ...paging }) {
    const names = namesOf(folder);
    return recursive ? pageOfTrees(context, [names], paging, () => true) : pageOfFolder(context, names, paging);
  },

  /** By a part of the name, in any case: WebDAV itself has no search (DASL, RFC 5323, is hardly to be found). */
  async search(context, { query, in: folders, ...paging }) {
    const wanted = fold(query);
    const within = folders ? folders.map(namesOf) : [[]];
    return pageOfTrees(context, within, paging, ({ names }) => fold(names.at(-1) ?? "").includes(wanted));
  },

  createFolder,
  update,
  copy,
  delete: remove,
  upload,
  download,

  async quota(context) {
    const answers = await propfind(context, pathOf(context, [], true), "0", QUOTA);
    if (!answers) throw notFound();
    return toQuota(answers[0]);
  },
};

const fold = (text: string): string => text.normalize("NFC").toLowerCase();
