import { once } from "node:events";
import { z } from "zod";
import type { Contents } from "./contents.js";
import type { Account } from "./database.js";
import { changesSince, latest } from "./files/changes.js";
import { downloadRoutes } from "./files/downloads.js";
import { itemRoutes } from "./files/items.js";
import { LARGEST_PAGE, listRoutes } from "./files/lists.js";
import { sharingRoutes } from "./files/sharing.js";
import { uploadRoutes } from "./files/uploads.js";
import { type Call, decodeCursor, encodeCursor, parse, type Reply, type Route, route, type Service } from "./http.js";
import { Refusal } from "./refusal.js";

const changesQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(500),
});
const nextQuery = z.object({ cursor: z.string(), seconds: z.coerce.number().int().min(1).max(60).default(20) });

/** The category of files and folders. */
export const fileRoutes = (service: Service, contents: Contents): Route[] => {
  const { database } = service;
  const items = itemRoutes(service, contents);
  const lists = listRoutes(service);
  const uploads = uploadRoutes(service, contents);
  const downloads = downloadRoutes(service, contents);
  const sharing = sharingRoutes(service);

  /** Without a cursor: nothing but the cursor of now. */
  const changes = ({ account, query }: Call): Reply => {
    const { cursor, ...page } = parse(changesQuery, query);
    if (cursor === undefined) {
      const now = encodeCursor([latest(database, account.number)]);
      return { json: { changes: [], cursor: now, has_more: false } };
    }
    const [since] = decodeCursor(cursor, 1);
    if (typeof since !== "number") throw new Refusal(400, "invalid_cursor", "The cursor is not one of this feed.");
    const { changes, read, more } = changesSince(database, account, since, page.limit);
    return { json: { changes, cursor: encodeCursor([read]), has_more: more } };
  };

  /** Answers once something has changed after the cursor, or when the seconds are over. */
  const next = async ({ account, query, request }: Call): Promise<Reply> => {
    const { cursor, ...wait } = parse(nextQuery, query);
    const [since] = decodeCursor(cursor, 1);
    if (latest(database, account.number) === since) await news(service, account, wait.seconds, request.signal);
    const last = latest(database, account.number);
    return { json: { changed: last !== since, cursor: encodeCursor([last]) } };
  };

  return [
    route("GET /files/:id", items.get),
    route("POST /files/batch", lists.several),
    route("POST /files", uploads.upload),
    route("PATCH /files/:id", items.update),
    route("DELETE /files/:id", items.remove),
    route("POST /files/:id/copy", items.copy),
    route("GET /files/:id/content", downloads.download),
    route("GET /files/:id/thumbnail", downloads.thumbnail),
    route("GET /files/:id/permissions", sharing.permissions),
    route("PATCH /files/:id/permissions", sharing.addPermissions),
    route("PUT /files/:id/permissions", sharing.replacePermissions),
    route("GET /files/:id/properties", sharing.properties),
    route("PATCH /files/:id/properties", sharing.changeProperties),
    route("POST /folders", items.createFolder),
    route("POST /folders/batch", lists.firstPages),
    route("GET /folders/:id/entries", lists.entries),
    route("GET /paths", lists.byPath),
    route("GET /search", lists.search),
    route("GET /recent", lists.recent),
    route("GET /changes", changes),
    route("GET /changes/next", next),
    route("GET /quota", items.quota),
    route("POST /uploads", uploads.start),
    route("PUT /uploads/:id/parts/:number", uploads.put),
    route("POST /uploads/:id/complete", uploads.complete),
    route("DELETE /uploads/:id", uploads.abort),
  ];
};

const news = async ({ changed }: Service, { number }: Account, seconds: number, caller: AbortSignal): Promise<void> => {
  const over = AbortSignal.timeout(seconds * 1000);
  await once(changed, String(number), { signal: AbortSignal.any([over, caller]) }).catch((error) => {
    if (!over.aborted) throw error;
  });
};
