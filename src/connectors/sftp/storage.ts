import type { StorageOperations } from "../connector.js";
import { pathOf } from "../families/paths/items.js";
import { PAGE, PathLists } from "../families/paths/lists.js";
import { NAME_BYTES, namesOf } from "../families/paths/names.js";
import { download } from "./download.js";
import { unless } from "./errors.js";
import { toItem, toQuota } from "./map.js";
import { REFUSED } from "./paths.js";
import { children, get, getMany, KEYS } from "./reading.js";
import { inSession } from "./transport.js";
import { upload } from "./upload.js";
import { STATUS } from "./wire.js";
import { copy, createFolder, remove, update } from "./writes.js";

const lists = new PathLists({ children, toItem });

export const storage: StorageOperations = {
  traits: { pageSize: PAGE, getMany: KEYS, nameBytes: NAME_BYTES, refusedInNames: REFUSED },

  /** What the path holds, whatever the key takes it for. */
  get: async (context, { id }) => get(context, id),
  getMany,
  byPath: async (context, path) => get(context, path.startsWith("/") ? path : `/${path}`),

  async list(context, folder, { recursive = false, ...paging }) {
    const names = namesOf(folder);
    return recursive ? lists.trees(context, [names], paging) : lists.folder(context, names, paging);
  },
  /** By a part of the name: a walk, for the protocol has no search. */
  search: (context, search) => lists.search(context, search),

  createFolder: async (context, folder) => createFolder(context, folder),
  update: async (context, key, change) => update(context, key, change),
  copy: async (context, key, to) => copy(context, key, to),
  delete: async (context, key, how) => remove(context, key, how),
  upload,
  download,

  /** Of the file system that holds the account's folder. */
  quota: (context) =>
    inSession(context, async (session) => {
      const isTold = session.has("statvfs@openssh.com");
      // pkg/sftp tells of the extension whether what is behind it has it or not.
      const told = isTold && (await unless([STATUS.unsupported], session.statvfs(pathOf(context, []))));
      return told ? toQuota(told) : { kind: null, total: null, used: null };
    }),
};
