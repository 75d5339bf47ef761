import type { StorageItem, StorageKey } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { Ref } from "../../ids.js";
import type { Task } from "../../tasks/queue.js";
import type { ConnectedAccount } from "../account.js";
import type { CopyInput } from "../tasks/copy.js";
import type { DeleteInput } from "../tasks/delete.js";
import { followTask } from "../tasks/follow.js";
import type { ImportInput } from "../tasks/importFile.js";
import { JOBS } from "../tasks/index.js";
import { accountOf } from "../tasks/job.js";
import { startTask } from "../tasks/start.js";

type ItemRef = Ref<ConnectedAccount>;

/** Either the object, or the task that will give it. */
export interface Outcome {
  account: ConnectedAccount;
  item?: StorageItem;
  task?: Task;
}
interface Target {
  name?: string | undefined;
  parent?: ItemRef | undefined;
}

/** Rename, move, or move to another account: the last one copies, then deletes, as a task. */
export const moveItem = async (item: ItemRef, { name, parent }: Target, background: boolean): Promise<Outcome> => {
  const account = item.scope;
  if (parent && !sameAccount(item, parent)) return copyByTask(item, { name, parent }, true, background);
  const change = { ...(name === undefined ? {} : { name }), ...(parent ? { parent: parent.native } : {}) };
  return { account, item: await account.storage.update(keyOf(item), change) };
};

/** At once the service copies on its own where it can; in the background a copy goes file by file and tells how far it is. */
export const copyItem = async (item: ItemRef, { name, parent }: Target, background: boolean): Promise<Outcome> => {
  if (!parent) throw new ApiError("invalid_parameters", "A copy needs a folder to go to.");
  const account = item.scope;
  if (background || !sameAccount(item, parent)) return copyByTask(item, { name, parent }, false, background);
  const to = { parent: parent.native, ...(name === undefined ? {} : { name }) };
  return { account, item: await account.storage.copy(keyOf(item), to) };
};

const copyByTask = async (item: ItemRef, { name, parent }: Target, move: boolean, background: boolean) => {
  const target = parent as ItemRef;
  // What can be refused at once is refused before the task begins.
  const [found] = await Promise.all([
    item.scope.storage.get(keyOf(item)),
    target.scope.storage.get({ type: "folder", id: target.native }).then((folder) => {
      if (folder.type !== "folder") throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
    }),
  ]);
  const input: CopyInput = {
    type: found.type,
    id: found.id.native,
    parent: target.native,
    name: name ?? null,
    account: target.scope.account,
    user: target.scope.user ?? null,
    move,
  };
  return run(item.scope, "storage.copy", input, background);
};

export const importFromUrl = async (
  account: ConnectedAccount,
  input: ImportInput,
  background: boolean,
): Promise<Outcome> => {
  const parent = await account.storage.get({ type: "folder", id: input.parent });
  if (parent.type !== "folder") throw new ApiError("invalid_parent_folder", "The parent is not a folder.");
  return run(account, "storage.files.import", input, background);
};

export const deleteStorageItem = async (
  account: ConnectedAccount,
  { type, id, recursive, permanent }: StorageKey & Omit<DeleteInput, "type" | "id">,
  background: boolean,
): Promise<Task | null> => {
  if (!background) {
    await account.storage.delete({ type, id }, { recursive, permanent });
    return null;
  }
  const found = await account.storage.get({ type, id });
  const input: DeleteInput = { type: found.type, id: found.id.native, recursive, permanent };
  return startTask(account, "storage.delete", input, JOBS["storage.delete"].onWorkerLoss);
};

/** Starts a task; unless it is to run in the background, waits for what comes of it. A caller who leaves does not stop it. */
const run = async (
  account: ConnectedAccount,
  operation: keyof typeof JOBS,
  input: Record<string, unknown>,
  background: boolean,
): Promise<Outcome> => {
  const task = await startTask(account, operation, input, JOBS[operation].onWorkerLoss);
  if (background) return { account, task };
  const { session } = account;
  for await (const { status, result, error } of followTask(session.unified, task.id, session.signal)) {
    if (status === "SUCCEEDED" && result) {
      const { storage } = await accountOf(session, result);
      return { account, item: await storage.get({ type: result.type as StorageItem["type"], id: result.id }) };
    }
    if (error) throw new ApiError(error.code, error.message, { status: error.status });
    if (status === "CANCELLED" || status === "UNKNOWN") throw new ApiError("request_failed", "The work was cancelled.");
  }
  throw new ApiError("timed_out", "The caller left before the work was done; it goes on as a task.");
};

const keyOf = ({ type, native }: ItemRef): StorageKey => ({ type: type as StorageKey["type"], id: native });

const sameAccount = (one: ItemRef, other: ItemRef): boolean =>
  one.scope.account === other.scope.account && one.scope.user === other.scope.user;
