import type { UpstreamRequest, UpstreamResponse } from "../../upstream/upstream.js";
import type { ByteRange, Context, Download, StorageOperations } from "../connector.js";
import { toFile, toFolder, toItem, toPage, toPermission } from "./map.js";
import { parts, placeOf } from "./parts.js";
import { at, claim, orError } from "./requests.js";
import type { WireItem, WireListing, WirePermission, WireQuota, WireResults } from "./wire.js";

const PAGE = 1000; // entries

export const storage: StorageOperations = {
  traits: { pageSize: PAGE, getMany: 200, listMany: 50, partBytes: 2 ** 20, nameBytes: 1024, refusedInNames: ["\0"] },

  async get(context, key) {
    return toItem(context, await context.upstream.json<WireItem>({ path: at("files", key.id) }));
  },

  async getMany(context, keys) {
    const ids = keys.map((key) => key.id);
    const request = { method: "POST", path: "/files/batch", body: { ids }, repeatable: true };
    const { results } = await context.upstream.json<WireResults<WireItem>>(request);
    return keys.map((_, index) => orError(results[index], (wire) => toItem(context, wire)));
  },

  async byPath(context, path) {
    return toItem(context, await context.upstream.json<WireItem>({ path: "/paths", query: { path } }));
  },

  async list(context, folder, { cursor, limit, recursive }) {
    const query = { ...paging(cursor, limit), recursive };
    return toPage(
      context,
      await context.upstream.json<WireListing>({ path: at("folders", folder, "/entries"), query }),
    );
  },

  async listMany(context, folders, limit) {
    const request = {
      method: "POST",
      path: "/folders/batch",
      body: { ids: folders, limit: Math.min(limit, PAGE) },
      repeatable: true,
    };
    const { results } = await context.upstream.json<WireResults<WireListing>>(request);
    return folders.map((_, index) => orError(results[index], (wire) => toPage(context, wire)));
  },

  async search(context, { query: q, in: folders, cursor, limit }) {
    const query = { q, in: folders?.join(","), ...paging(cursor, limit) };
    return toPage(context, await context.upstream.json<WireListing>({ path: "/search", query }));
  },

  async recent(context, { since, cursor, limit }) {
    const query = { since, ...paging(cursor, limit) };
    const page = await context.upstream.json<WireListing>({ path: "/recent", query });
    return { items: page.entries.map((entry) => toFile(context, entry)), next: page.cursor, total: page.total ?? 0 };
  },

  async createFolder(context, { parent, name }) {
    const body = { parent_id: parent, name };
    return toFolder(context, await claim<WireItem>(context, { method: "POST", path: "/folders", body }));
  },

  async update(context, { id }, { name, parent }) {
    const request = { method: "PATCH", path: at("files", id), body: { name, parent_id: parent } };
    return toItem(context, await claim<WireItem>(context, request));
  },

  async copy(context, { id }, { parent, name }) {
    const request = { method: "POST", path: at("files", id, "/copy"), body: { parent_id: parent, name } };
    return toItem(context, await claim<WireItem>(context, request));
  },

  async delete(context, { id }, { recursive, permanent }) {
    await context.upstream.text({ method: "DELETE", path: at("files", id), query: { recursive, permanent } });
  },

  async upload(context, file, body) {
    const query = { ...placeOf(file), size: file.size };
    const headers = { "content-type": "application/octet-stream" };
    const request = { method: "POST", path: "/files", query, headers, body };
    return toFile(context, await claim<WireItem>(context, request));
  },

  parts,

  async download(context, id, range) {
    const request = { path: at("files", id, "/content") };
    const sent = range && { range: `bytes=${range.start}-${range.end ?? ""}` };
    return receive(context, sent ? { ...request, headers: sent } : request);
  },

  thumbnail(context, id, { size, format }) {
    return receive(context, { path: at("files", id, "/thumbnail"), query: { size: Math.min(size, 1024), format } });
  },

  async permissions(context, { id }) {
    const path = at("files", id, "/permissions");
    const { permissions } = await context.upstream.json<{ permissions: WirePermission[] }>({ path });
    return permissions.map((permission) => toPermission(context, id, permission));
  },

  async setPermissions(context, { id }, permissions, replace) {
    const request = { method: replace ? "PUT" : "PATCH", path: at("files", id, "/permissions"), body: { permissions } };
    const answer = await context.upstream.json<{ permissions: WirePermission[] }>(request);
    return answer.permissions.map((permission) => toPermission(context, id, permission));
  },

  async properties(context, { id }) {
    const path = at("files", id, "/properties");
    return (await context.upstream.json<{ properties: { key: string; value: string }[] }>({ path })).properties;
  },

  async setProperties(context, { id }, properties) {
    const request = { method: "PATCH", path: at("files", id, "/properties"), body: { properties } };
    return (await context.upstream.json<{ properties: { key: string; value: string }[] }>(request)).properties;
  },

  async quota(context) {
    const { kind, total_bytes, used_bytes } = await context.upstream.json<WireQuota>({ path: "/quota" });
    return { kind, total: total_bytes, used: used_bytes };
  },
};

const paging = (cursor: string | null, limit: number) => ({
  cursor: cursor ?? undefined,
  limit: Math.min(limit, PAGE),
});

export const receive = async (context: Context, request: UpstreamRequest): Promise<Download> => {
  const { headers, body } = await context.upstream.stream(request);
  const length = numberOr(headers["content-length"]);
  const range = rangeOf(headers);
  return {
    body,
    length,
    size: range ? range.size : length,
    ...(range ? { range: range.sent } : {}),
    mimeType: headers["content-type"] ?? null,
    etag: headers.etag ?? null,
    modified: headers["x-modified-at"] ?? null,
  };
};

const numberOr = (header: string | undefined): number | null => (header === undefined ? null : Number(header));

const rangeOf = (headers: UpstreamResponse["headers"]): { sent: ByteRange; size: number } | null => {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
  return size === undefined ? null : { sent: { start: Number(start), end: Number(end) }, size: Number(size) };
};
