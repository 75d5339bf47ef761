import type { Contents } from "./contents.js";
import { downloadRoutes } from "./files/downloads.js";
import { itemRoutes } from "./files/items.js";
import { listRoutes } from "./files/lists.js";
import { sharingRoutes } from "./files/sharing.js";
import { uploadRoutes } from "./files/uploads.js";
import { type Route, route, type Service } from "./http.js";

/** The category of files and folders. */
export const fileRoutes = (service: Service, contents: Contents): Route[] => {
  const items = itemRoutes(service, contents);
  const lists = listRoutes(service);
  const uploads = uploadRoutes(service, contents);
  const downloads = downloadRoutes(service, contents);
  const sharing = sharingRoutes(service);

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
    route("GET /shared", lists.shared),
    route("GET /quota", items.quota),
    route("POST /uploads", uploads.start),
    route("PUT /uploads/:id/parts/:number", uploads.put),
    route("POST /uploads/:id/complete", uploads.complete),
    route("DELETE /uploads/:id", uploads.abort),
  ];
};
