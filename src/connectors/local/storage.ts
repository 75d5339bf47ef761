import { statfs } from "node:fs/promises";
import { ROOT, type StorageOperations } from "../connector.js";
import type { AtPlace } from "./at.js";
import { download } from "./download.js";
import { get, getMany } from "./get.js";
import { gatherItems, type Listings } from "./listing.js";
import { NAME_BYTES } from "./names.js";
import { Recents } from "./recent.js";
import { search } from "./search.js";
import { Sweeper } from "./sweep.js";
import { PART_BYTES, parts, upload } from "./upload.js";
import { copyTo, createFolder, remove, update } from "./write.js";

/** Entries of one page at most. */
const PAGE = 1000;

/** The operations on accounts' folders; `at` gives each its place. */
export const storage = (at: AtPlace, listings: Listings): StorageOperations => {
  const recents = new Recents();
  const sweeper = new Sweeper();

  return {
    traits: {
      pageSize: PAGE,
      getMany: 500,
      partBytes: PART_BYTES,
      nameBytes: NAME_BYTES,
      refusedInNames: ["/", "\0"],
    },
    get: at(get),
    getMany: at(getMany),
    byPath: at((context, place, path) => {
      const names = path.split("/").filter((name) => name !== "");
      return get(context, place, { type: "object", id: names.length === 0 ? ROOT : `/${names.join("/")}` });
    }),
    list: at((context, place, folder, { cursor, limit, recursive = false }) => {
      const reading = { place, starts: [folder], recursive, about: "list", cursor };
      return listings.page(reading, gatherItems(context, Math.min(limit, PAGE)));
    }),
    search: at((context, place, query) =>
      search(listings, context, place, { ...query, limit: Math.min(query.limit, PAGE) }),
    ),
    recent: at((context, place, query) =>
      recents.page(context, place, { ...query, limit: Math.min(query.limit, PAGE) }),
    ),
    createFolder: at(createFolder),
    update: at(update),
    copy: at(copyTo),
    delete: at(remove),
    upload: at((context, place, file, body) => {
      sweeper.offer(place, file.parent);
      return upload(context, place, file, body);
    }),
    parts: {
      start: at((context, place, file) => {
        sweeper.offer(place, file.parent);
        return parts.start(context, place, file);
      }),
      put: at(parts.put),
      complete: at(parts.complete),
      abort: at(parts.abort),
    },
    download: at(download),
    quota: at((_context, place) =>
      place.within(ROOT, async ({ here }) => {
        const { blocks, bfree, bsize } = await statfs(here);
        return { kind: null, total: blocks * bsize, used: (blocks - bfree) * bsize };
      }),
    ),
  };
};
