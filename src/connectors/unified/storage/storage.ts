import { ApiError } from "../../../errors.js";
import type { StorageKey, StorageOperations, StorageTraits } from "../../connector.js";
import { receive } from "../download.js";
import { ask, askPage, at, PAGE } from "../requests.js";
import { finished, IN_BACKGROUND } from "../tasks.js";
import { claim } from "./claim.js";
import { atItem, getItem, orGone } from "./items.js";
import { toFile, toFolder, toItem, toPermission } from "./map.js";
import { parts } from "./parts.js";
import { upload } from "./upload.js";
import * as wire from "./wire.js";

const traits: StorageTraits = { pageSize: PAGE, refusedInNames: ["\0"] };

/** Source: the unified API, "Storage API". */
export const storage: StorageOperations = {
  traits,
  traitsOf: ({ partBytes }) => (typeof partBytes === "number" ? { ...traits, partBytes } : traits),

  get: getItem,

  async list(context, folder, { recursive, ...paging }) {
    const request = { path: at(context, "storage", "folders", folder, "contents"), query: { recursive } };
    return orGone(context, folder, askPage(context, wire.item, toItem, request, paging));
  },

  search(context, { query, in: folders, ...paging }) {
    const request = { path: at(context, "storage", "search"), query: { q: query, parents: folders?.join(",") } };
    return askPage(context, wire.item, toItem, request, paging);
  },

  recent(context, { since, ...paging }) {
    const request = { path: at(context, "storage", "recent"), query: { after: since } };
    return askPage(context, wire.file, toFile, request, paging);
  },

  async createFolder(context, { parent, name }) {
    const request = {
      method: "POST",
      path: at(context, "storage", "folders"),
      query: { conflict_if_exists: true },
      body: { name, parent_id: parent },
    };
    return toFolder(context, await claim(context, { parent, name }, wire.folder, request));
  },

  update: (context, key, { name, parent }) =>
    atItem(context, key, async (path) => {
      const request = { method: "PATCH", path, body: { name, parent_id: parent } };
      return toItem(context, await claim(context, { parent, name }, wire.item, request));
    }),

  copy: (context, key, { parent, name }) =>
    atItem(
      context,
      key,
      async (path, place) => {
        const headers = place === "folders" ? IN_BACKGROUND : {};
        const request = { method: "POST", path, headers, body: { parent_id: parent, name } };
        return toItem(context, await claim(context, { parent, name }, wire.item, request));
      },
      "copy",
    ),

  delete: (context, key, { recursive, permanent }) =>
    atItem(context, key, async (path, place) => {
      const query = { permanent, ...(place === "folders" ? { recursive } : {}) };
      const headers = recursive ? IN_BACKGROUND : {};
      await finished(context, await context.upstream.json<unknown>({ method: "DELETE", path, query, headers }));
    }),

  upload,
  parts,

  async download(context, id, range) {
    return orGone(context, id, receive(context, { path: at(context, "storage", "files", id, "contents") }, range));
  },

  async thumbnail(context, id, { size, format }) {
    const query = { size: Math.min(Math.max(size, 16), 2048), image_format: format };
    return orGone(context, id, receive(context, { path: at(context, "storage", "files", id, "thumbnail"), query }));
  },

  permissions: (context, key) =>
    atItem(
      context,
      key,
      async (path) => (await ask(context, wire.permissions, { path })).permissions.map(toPermission(context, key.id)),
      "permissions",
    ),

  setPermissions: (context, key, permissions, replace) =>
    atItem(
      context,
      key,
      async (path) => {
        const request = { method: replace ? "PUT" : "PATCH", path, body: permissions };
        return (await ask(context, wire.permissions, request)).permissions.map(toPermission(context, key.id));
      },
      "permissions",
    ),

  async properties(context, key) {
    const request = { path: propertiesOf(context, key) };
    return (await orGone(context, key.id, ask(context, wire.properties, request))).properties;
  },

  async setProperties(context, key, properties) {
    const request = { method: "PATCH", path: propertiesOf(context, key), body: properties };
    return (await orGone(context, key.id, ask(context, wire.properties, request))).properties;
  },

  async quota(context) {
    const { quota_type, total, used } = await ask(context, wire.quota, { path: at(context, "storage", "quota") });
    return { kind: quota_type, total, used };
  },
};

/** Only files have properties in the reference. */
const propertiesOf = (context: Parameters<typeof at>[0], { type, id }: StorageKey): string => {
  if (type === "folder") throw new ApiError("not_implemented", "The REST API v1 has properties of files alone.");
  return at(context, "storage", "files", id, "properties");
};
