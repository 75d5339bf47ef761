import { z } from "zod";
import type { File } from "../../../../../schema/storage/file.js";
import type { Page, StorageItem } from "../../../../connectors/connector.js";
import { ApiError } from "../../../../errors.js";
import type { ConnectedAccount } from "../../../../unified/account.js";
import { ok } from "../../answers.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { countedList, cursorList, pagingOf } from "../../lists.js";
import { countedPaging, cursorPaging, text } from "../../parameters.js";
import { together } from "../../together.js";
import { parentOf } from "./items.js";

/** Files of one `recent` list that are looked through. */
const MOST_RECENT = 1000;

/** Source: the unified API, "Search, recent, quota". */
export const search: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/search",
    title: "Searches files and folders, of one account or several.",
    right: "read",
    several: true,
    query: z.object({
      ...cursorPaging(),
      q: text.min(1, "must not be empty"),
      lang: text.default("keyword").describe("Only `keyword` is read."),
      parents: text.optional().describe("Ids of folders, with commas between them."),
      type: z.enum(["file", "folder"], "must be file or folder").optional(),
    }),
    answers: { 200: { list: ["storage.file", "storage.folder"], style: "cursor" } },
    async handle(call) {
      const { q: query, lang, parents, type } = call.query;
      if (query.trim() === "") throw new ApiError("invalid_parameters", "`q` must not be empty.");
      if (lang.toLowerCase() !== "keyword")
        throw new ApiError("not_implemented", `The query language ${JSON.stringify(lang)} is not spoken here.`);
      const page = await together<StorageItem>(call.accounts, pagingOf(call.query), (account, paging) => {
        const within = parents?.split(",").map((id) => parentOf(account, id).native);
        const asked = { query, ...(within ? { in: within } : {}), ...paging };
        return account.apis(call.raw).storage.search(asked);
      });
      const items = type ? page.items.filter((item) => item.type === type) : page.items;
      return ok(
        cursorList(
          "storage",
          call.query,
          page,
          items.map((item) => call.render(item)),
        ),
      );
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/recent",
    title: "Files, newest first, of one account or several.",
    right: "read",
    several: true,
    query: z.object({ ...countedPaging(), after: text.optional().describe("ISO 8601; strictly later ones.") }),
    answers: { 200: { list: ["storage.file"], style: "counted" } },
    async handle(call) {
      const { page, page_size, after } = call.query;
      if (!(await call.session.application()).recentEnabled)
        throw new ApiError("forbidden", "The application lists no recent files: switch on `recent_enabled`.");
      const since = after === undefined ? undefined : Date.parse(after);
      // An unreadable time gives an empty list.
      if (Number.isNaN(since)) return ok(countedList("storage", { page: 1, page_size }, 0, []));
      const lists = await Promise.all(
        call.accounts.map((account) =>
          newest(account, call.raw, since === undefined ? undefined : new Date(since).toISOString()),
        ),
      );
      const files = lists.flat().sort((one, other) => timeOf(other) - timeOf(one));
      const shown = files.slice((page - 1) * page_size, page * page_size);
      return ok(
        countedList(
          "storage",
          call.query,
          files.length,
          shown.map((file) => call.render(file)),
        ),
      );
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/quota",
    title: "The space of an account.",
    right: "read",
    answers: {
      200: z.object({
        quota_type: text.nullable(),
        total: z.number().nullable(),
        used: z.number().nullable(),
        type: z.literal("quota"),
        api: z.literal("storage"),
      }),
    },
    async handle(call) {
      const { kind, total, used } = await call.account.storage.quota();
      return ok({ quota_type: kind, total, used, type: "quota", api: "storage" });
    },
  }),
];

const newest = async (account: ConnectedAccount, raw: boolean, since: string | undefined): Promise<File[]> => {
  const files: File[] = [];
  for (let cursor: string | null = null; files.length < MOST_RECENT; ) {
    const page: Page<File> = await account
      .apis(raw)
      .storage.recent({ since, cursor, limit: MOST_RECENT - files.length });
    files.push(...page.items);
    if (page.next === null) break;
    cursor = page.next;
  }
  return files;
};

const timeOf = ({ modified }: File): number => (modified === null ? 0 : Date.parse(modified));
