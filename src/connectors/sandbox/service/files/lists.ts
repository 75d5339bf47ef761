import type { SQLInputValue } from "node:sqlite";
import { z } from "zod";
import { type Call, decodeCursor, encodeCursor, flag, parse, type Reply, readJson, type Service } from "../http.js";
import { invalid, Refusal } from "../refusal.js";
import { below, COLUMNS, type Entry, fold, type Item, ROOT, Tree } from "./tree.js";

const LARGEST_PAGE = 1000; // entries
const LARGEST_BATCH = 200; // ids of one `POST /files/batch`
const LARGEST_FOLDER_BATCH = 50;
const LARGEST_BATCHED_PAGE = 200; // entries of each folder of one `POST /folders/batch`

/** One page as the service tells it. `cursor` is null at the end. */
interface Listing {
  entries: Entry[];
  cursor: string | null;
  /** Null where counting would mean reading everything. */
  total: number | null;
}

const paging = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(100),
});

const entriesQuery = paging.extend({ recursive: flag });
const searchQuery = paging.extend({ q: z.string().trim().min(1).max(500), in: z.string().optional() });
const recentQuery = paging.extend({ since: z.string().optional() });
const sharedQuery = paging.extend({ email: z.string().min(3).max(320) });
const pathQuery = z.object({ path: z.string().startsWith("/").max(4096) });
const filesBody = z.strictObject({ ids: z.array(z.string()).min(1).max(LARGEST_BATCH) });
const foldersBody = z.strictObject({
  ids: z.array(z.string()).min(1).max(LARGEST_FOLDER_BATCH),
  limit: z.int().min(1).max(LARGEST_PAGE).default(100),
});

/** A list: what belongs to it, and the columns that order it, by which a page ends and the next begins. */
interface List {
  with?: string;
  where: string;
  /** Bound in order to ?2 and on; ?1 is the account. */
  values: SQLInputValue[];
  order: readonly ("parent" | "name" | "folded" | "modified" | "id")[];
  descending?: boolean;
  /** Told with each page: how many there are. */
  counted: boolean;
}

const readPage = (tree: Tree, list: List, { cursor, limit }: z.output<typeof paging>): Listing => {
  const { where, values, order, descending = false } = list;
  const head = list.with ? `WITH RECURSIVE ${list.with} ` : "";
  const from = `FROM items WHERE account = ?1 AND trashed IS NULL AND parent IS NOT NULL AND ${where}`;
  const position = cursor === undefined ? [] : decodeCursor(cursor, order.length);
  const bound = [tree.account.number, ...values, limit + 1, ...position];
  const marks = position.map((_, index) => `?${values.length + 3 + index}`);
  const direction = descending ? " DESC" : "";
  const after = position.length > 0 ? `AND (${order}) ${descending ? "<" : ">"} (${marks})` : "";
  const sorted = `ORDER BY ${order.map((column) => column + direction)} LIMIT ?${values.length + 2}`;
  const columns = order.includes("folded") ? `${COLUMNS}, folded` : COLUMNS;
  const items = tree.database.all<Item & { folded: string }>(
    `${head}SELECT ${columns} ${from} ${after} ${sorted}`,
    ...bound,
  );
  const more = items.length > limit;
  if (more) items.pop();
  const last = items.at(-1);
  const next = more && last ? encodeCursor(order.map((column) => last[column] as string)) : null;
  const total = list.counted ? count(tree, `${head}SELECT count(*) AS total ${from}`, values) : null;
  return { entries: items.map((item) => tree.entry(item)), cursor: next, total };
};

const count = ({ database, account }: Tree, sql: string, values: SQLInputValue[]): number =>
  database.get<{ total: number }>(sql, account.number, ...values)?.total ?? 0;

const inFolder = (tree: Tree, id: string): List => {
  if (tree.get(id).kind !== "folder") throw new Refusal(400, "wrong_kind", "Only folders have entries.");
  return { where: "parent = ?2", values: [id], order: ["name"], counted: true };
};

/** The `+` keeps the index in the order of (parent, name), so a page costs no sorting. */
const belowFolder = (tree: Tree, id: string): List => ({
  ...inFolder(tree, id),
  with: below("VALUES (?2)"),
  where: "+parent IN (SELECT id FROM below)",
  order: ["parent", "name"],
  counted: false,
});

export const listRoutes = ({ database }: Service) => {
  const treeOf = ({ account }: Call) => new Tree(database, account);

  const entries = (call: Call): Reply => {
    const { recursive, ...page } = parse(entriesQuery, call.query);
    const tree = treeOf(call);
    const id = call.parameters.id ?? ROOT;
    return { json: readPage(tree, recursive ? belowFolder(tree, id) : inFolder(tree, id), page) };
  };

  /** Each folder's first page, or why there is none, in the order of the ids. */
  const firstPages = async (call: Call): Promise<Reply> => {
    const body = await readJson(foldersBody, call.request);
    const limit = Math.min(body.limit, LARGEST_BATCHED_PAGE);
    const tree = treeOf(call);
    return { json: { results: body.ids.map((id) => orError(() => readPage(tree, inFolder(tree, id), { limit }))) } };
  };

  /** Each item, or why there is none, in the order of the ids. */
  const several = async (call: Call): Promise<Reply> => {
    const body = await readJson(filesBody, call.request);
    const tree = treeOf(call);
    return { json: { results: body.ids.map((id) => orError(() => tree.entry(tree.get(id)))) } };
  };

  /** Every word of `q` is part of the name; within the folders `in`, separated by commas, and below. */
  const search = (call: Call): Reply => {
    const { q, in: within, ...page } = parse(searchQuery, call.query);
    const words = fold(q).split(/\s+/).slice(0, 10);
    const contains = words.map((_, index) => ` AND instr(folded, ?${index + 3}) > 0`);
    const folders = within === undefined ? [ROOT] : within.split(",");
    const tree = treeOf(call);
    for (const id of folders) tree.get(id);
    const list: List = {
      with: below("SELECT value FROM json_each(?2)"),
      where: `+parent IN (SELECT id FROM below)${contains.join("")}`,
      values: [JSON.stringify(folders), ...words],
      order: ["folded", "id"],
      counted: false,
    };
    return { json: readPage(tree, list, page) };
  };

  const recent = (call: Call): Reply => {
    const { since, ...page } = parse(recentQuery, call.query);
    const after = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
    if (Number.isNaN(after)) throw invalid("since: not a moment in ISO 8601.");
    const values = [Number.isFinite(after) ? new Date(after).toISOString() : ""];
    const list: List = {
      where: "kind = 'file' AND modified > ?2",
      values,
      order: ["modified", "id"],
      descending: true,
      counted: true,
    };
    return { json: readPage(treeOf(call), list, page) };
  };

  /** Files that may be read by an address: shared themselves, or within a folder that is. */
  const shared = (call: Call): Reply => {
    const { email, ...page } = parse(sharedQuery, call.query);
    const granted = `SELECT item FROM permissions WHERE account = ?1 AND lower(email) = ?2`;
    const list: List = {
      with: below(granted),
      where: `kind = 'file' AND (id IN (${granted}) OR parent IN (SELECT id FROM below))`,
      values: [email.toLowerCase()],
      order: ["modified", "id"],
      descending: true,
      counted: false,
    };
    return { json: readPage(treeOf(call), list, page) };
  };

  const byPath = (call: Call): Reply => {
    const { path } = parse(pathQuery, call.query);
    const tree = treeOf(call);
    const item = followPath(tree, path) ?? (path.endsWith("/") ? followPath(tree, path.slice(0, -1)) : undefined);
    if (!item) throw new Refusal(404, "not_found", "There is nothing at this path.");
    return { json: tree.entry(item) };
  };

  return { entries, firstPages, several, search, recent, shared, byPath };
};

/** Names may contain `/`, so every way of cutting the path into names is tried, short names first. */
const followPath = (tree: Tree, path: string): Item | undefined => {
  const tried = new Set<string>();
  const follow = (folder: string, start: number): Item | undefined => {
    if (start >= path.length) return tree.find(folder);
    const step = `${start} ${folder}`;
    if (tried.has(step)) return undefined;
    tried.add(step);
    for (let end = path.indexOf("/", start + 1); ; end = path.indexOf("/", end + 1)) {
      const child = tree.child(folder, end < 0 ? path.slice(start) : path.slice(start, end));
      if (end < 0) return child;
      const found = child?.kind === "folder" ? follow(child.id, end + 1) : undefined;
      if (found) return found;
    }
  };
  return follow(ROOT, 1);
};

const orError = <Result>(work: () => Result): Result | { error: { code: string; message: string } } => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { error: { code: error.code, message: error.message } };
    throw error;
  }
};
