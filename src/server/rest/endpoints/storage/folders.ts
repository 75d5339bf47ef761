import { z } from "zod";
import { ROOT, type StorageItem } from "../../../../connectors/connector.js";
import { created, ok } from "../../answers.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { cursorList, pagingOf } from "../../lists.js";
import { cursorPaging, flag, text } from "../../parameters.js";
import { itemOf, parentOf } from "./items.js";

/** Source: the unified API, "Folder endpoints". */
export const folders: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/accounts/:account/storage/folders",
    title: "Makes a folder, or gives the one of that name.",
    right: "write",
    query: z.object({ conflict_if_exists: flag.default(false).describe("A folder of that name is a 409.") }),
    body: z.object({ name: text.min(1, "must not be empty"), parent_id: text.default(ROOT) }),
    answers: { 201: "storage.folder", 200: "storage.folder" },
    async handle(call) {
      const { storage } = call.apis;
      const place = { parent: parentOf(call.account, call.body.parent_id).native, name: call.body.name };
      if (call.query.conflict_if_exists) return created(call.render(await storage.createFolder(place)));
      const { folder, isNew } = await storage.findOrCreateFolder(place);
      return (isNew ? created : ok)(call.render(folder));
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/folders/:id/contents",
    title: "Lists what a folder holds.",
    right: "read",
    query: z.object({ ...cursorPaging(1000), recursive: flag.default(false).describe("The whole subtree, flat.") }),
    answers: { 200: { list: ["storage.file", "storage.folder"], style: "cursor" } },
    async handle(call) {
      const { recursive } = call.query;
      const paging = pagingOf(call.query);
      const page = await call.apis.storage.list(itemOf(call, "folder").native, { ...paging, recursive });
      return ok(
        cursorList(
          "storage",
          call.query,
          page,
          page.items.map((item: StorageItem) => call.render(item)),
        ),
      );
    },
  }),
];
