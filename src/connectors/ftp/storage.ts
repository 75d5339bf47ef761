import type { StorageOperations } from "../connector.js";
import { itemOf } from "../families/paths/items.js";
import { PAGE, PathLists } from "../families/paths/lists.js";
import { KEYS, manyByPath } from "../families/paths/many.js";
import { NAME_BYTES, namesOf } from "../families/paths/names.js";
import { download } from "./download.js";
import { REFUSED } from "./paths.js";
import { children, findAlone, get } from "./reading.js";
import { upload } from "./upload.js";
import { createFolder, remove, update } from "./writes.js";

const lists = new PathLists({ children, toItem: itemOf });

export const storage: StorageOperations = {
  traits: { pageSize: PAGE, getMany: KEYS, nameBytes: NAME_BYTES, refusedInNames: REFUSED },

  /** What the path holds, whatever the key takes it for. */
  get: (context, { id }) => get(context, id),
  getMany: manyByPath({ find: findAlone, children, toItem: itemOf }),
  byPath: (context, path) => get(context, path.startsWith("/") ? path : `/${path}`),

  async list(context, folder, { recursive = false, ...paging }) {
    const names = namesOf(folder);
    return recursive ? lists.trees(context, [names], paging) : lists.folder(context, names, paging);
  },
  /** By a part of the name: a walk, for the protocol has no search. */
  search: (context, search) => lists.search(context, search),

  createFolder: async (context, folder) => createFolder(context, folder),
  update: async (context, key, change) => update(context, key, change),
  delete: async (context, key, how) => remove(context, key, how),
  upload,
  download,
};
