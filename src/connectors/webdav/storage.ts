import type { StorageOperations } from "../connector.js";
import { propfind } from "../families/dav/propfind.js";
import { PAGE, PathLists } from "../families/paths/lists.js";
import { KEYS, manyByPath } from "../families/paths/many.js";
import { NAME_BYTES, namesOf, notFound } from "../families/paths/names.js";
import { download } from "./download.js";
import { toItem, toQuota } from "./map.js";
import { pathOf } from "./paths.js";
import { children, find, tree } from "./requests.js";
import { upload } from "./upload.js";
import { QUOTA } from "./wire.js";
import { copy, createFolder, remove, update } from "./writes.js";

const lists = new PathLists({ children, tree, toItem });

export const storage: StorageOperations = {
  traits: { pageSize: PAGE, getMany: KEYS, nameBytes: NAME_BYTES, refusedInNames: ["/", "\0"] },

  /** What the path holds, whatever the key takes it for. */
  async get(context, { id }) {
    const found = await find(context, namesOf(id));
    if (!found) throw notFound();
    return toItem(context, found);
  },
  getMany: manyByPath({ find, children, toItem }),
  byPath: (context, path) => storage.get(context, { type: "object", id: path.startsWith("/") ? path : `/${path}` }),

  async list(context, folder, { recursive = false, ...paging }) {
    const names = namesOf(folder);
    return recursive ? lists.trees(context, [names], paging) : lists.folder(context, names, paging);
  },

  /** By a part of the name: WebDAV itself has no search (DASL, RFC 5323, is hardly to be found). */
  search: (context, search) => lists.search(context, search),

  createFolder,
  update,
  copy,
  delete: remove,
  upload,
  download,

  async quota(context) {
    const answers = await propfind(context.upstream, pathOf(context, [], true), "0", QUOTA);
    if (!answers) throw notFound();
    return toQuota(answers[0]);
  },
};
