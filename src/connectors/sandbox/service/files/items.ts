import { z } from "zod";
import { record } from "../changes.js";
import { type Contents, QUOTA } from "../contents.js";
import { type Call, flag, parse, type Reply, readJson, type Service } from "../http.js";
import { invalidParent, Refusal } from "../refusal.js";
import { COLUMNS, fold, type Item, ROOT, Tree } from "./tree.js";

const LONGEST_NAME = 1024; // bytes

/** Anything but NUL; also `/`. */
export const nameSchema = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= LONGEST_NAME, `at most ${LONGEST_NAME} bytes`)
  .refine((name) => !name.includes("\0"), "must not contain NUL");

const folderBody = z.strictObject({ parent_id: z.string(), name: nameSchema });
const updateBody = z.strictObject({ name: nameSchema.optional(), parent_id: z.string().optional() });
const copyBody = z.strictObject({ parent_id: z.string(), name: nameSchema.optional() });
const deleteQuery = z.object({ recursive: flag, permanent: flag });

/** Metadata of one item, with the revision as its ETag. */
export const describe = (tree: Tree, item: Item, status = 200): Reply => ({
  status,
  headers: { etag: `"${item.id}.${item.revision}"` },
  json: tree.entry(item),
});

export const itemRoutes = (service: Service, contents: Contents) => {
  const { database, now } = service;
  const treeOf = ({ account }: Call) => new Tree(database, account);
  const moment = () => new Date(now()).toISOString();

  const get = (call: Call): Reply => {
    const tree = treeOf(call);
    return describe(tree, tree.get(call.parameters.id as string));
  };

  const createFolder = async (call: Call): Promise<Reply> => {
    const { parent_id, name } = await readJson(folderBody, call.request);
    const tree = treeOf(call);
    const created = moment();
    const folder = database.transaction(() => {
      tree.checkFree(tree.parent(parent_id).id, name);
      contents.makeRoom(call.account.number, { items: 1 });
      const item = tree.insert({
        ...EMPTY_FOLDER,
        ...byActor(call),
        id: tree.nextId(),
        parent: parent_id,
        name,
        created,
        modified: created,
      });
      record(service, call.account, "created", [item], created);
      return item;
    });
    return describe(tree, folder, 201);
  };

  /** Renames, moves or both. */
  const update = async (call: Call): Promise<Reply> => {
    const change = await readJson(updateBody, call.request);
    const id = call.parameters.id as string;
    database.transaction(() => {
      const tree = treeOf(call);
      const item = tree.get(id);
      checkNotRoot(item, "renamed or moved");
      const { name = item.name, parent_id = item.parent as string } = change;
      if (parent_id !== item.parent) checkOutside(tree, tree.parent(parent_id), item);
      tree.checkFree(parent_id, name, id);
      if (name === item.name && parent_id === item.parent) return;
      const sql = `UPDATE items SET name = ?, folded = ?, parent = ?, revision = revision + 1, modified_by = ?
        WHERE account = ? AND id = ?`;
      database.run(sql, name, fold(name), parent_id, call.actor, call.account.number, id);
      record(service, call.account, parent_id === item.parent ? "renamed" : "moved", [item], moment());
    });
    return get(call);
  };

  /** With all that a folder holds; the bytes are shared until one of the files gets others. */
  const copy = async (call: Call): Promise<Reply> => {
    const { parent_id, name } = await readJson(copyBody, call.request);
    const tree = treeOf(call);
    const created = moment();
    const made = database.transaction(() => {
      const item = tree.get(call.parameters.id as string);
      checkNotRoot(item, "copied");
      checkOutside(tree, tree.parent(parent_id), item);
      tree.checkFree(parent_id, name ?? item.name);
      const sources = subtree(tree, item);
      const bytes = sources.reduce((sum, { size }) => sum + (size ?? 0), 0);
      contents.makeRoom(call.account.number, { bytes, items: sources.length });
      const ids = new Map<string, string>();
      const copies = sources.map((source): Item => {
        const id = tree.nextId();
        ids.set(source.id, id);
        const place =
          source === item ? { parent: parent_id, name: name ?? item.name } : { parent: ids.get(source.parent ?? "") };
        return tree.insert({
          ...source,
          id,
          revision: 1,
          created,
          modified: created,
          ...byActor(call),
          ...(place as { parent: string }),
        });
      });
      record(service, call.account, "created", copies, created);
      return copies[0] as Item;
    });
    return describe(tree, made, 201);
  };

  const remove = (call: Call): Reply => {
    const { recursive, permanent } = parse(deleteQuery, call.query);
    database.transaction(() => {
      const tree = treeOf(call);
      const item = tree.get(call.parameters.id as string);
      checkNotRoot(item, "deleted");
      if (item.kind === "folder" && !recursive && !tree.isEmpty(item.id))
        throw new Refusal(403, "folder_not_empty", "The folder is not empty.");
      const gone = subtree(tree, item);
      const account = call.account.number;
      const at = moment();
      for (const { id, content } of gone) {
        if (permanent) {
          database.run("DELETE FROM items WHERE account = ? AND id = ?", account, id);
          if (content !== null) contents.release(content);
        } else database.run("UPDATE items SET trashed = ? WHERE account = ? AND id = ?", at, account, id);
      }
      record(service, call.account, "deleted", gone, at);
    });
    return { status: 204 };
  };

  const quota = (call: Call): Reply => {
    const { used } = contents.space(call.account.number);
    return { json: { kind: "personal", total_bytes: QUOTA, used_bytes: used } };
  };

  return { get, createFolder, update, copy, remove, quota };
};

export const byActor = ({ actor }: Pick<Call, "actor">) => ({ created_by: actor, modified_by: actor });
export const EMPTY_FOLDER = {
  kind: "folder",
  size: null,
  mime_type: null,
  etag: null,
  content: null,
  revision: 1,
  created_by: 0,
  modified_by: 0,
} as const;

const checkNotRoot = (item: Item, done: string): void => {
  if (item.id === ROOT) throw new Refusal(400, "root_is_fixed", `The root folder cannot be ${done}.`);
};

const checkOutside = (tree: Tree, parent: Item, item: Item): void => {
  if (item.kind === "folder" && tree.isWithin(parent.id, item.id))
    throw invalidParent("The parent lies within the folder itself.");
};

/** An item with all it holds, every folder before its entries. */
const subtree = ({ database, account }: Tree, item: Item): Item[] => {
  const items = [item];
  const entries = `SELECT ${COLUMNS} FROM items WHERE account = ? AND parent = ? AND trashed IS NULL ORDER BY name`;
  for (const { id, kind } of items)
    if (kind === "folder") items.push(...database.all<Item>(entries, account.number, id));
  return items;
};
