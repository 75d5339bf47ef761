import type { Folder } from "../../../schema/storage/folder.js";
import { ApiError } from "../../errors.js";
import type { UnifiedStorage } from "../storage/storage.js";
import { checkNotInside, copyChildren, copyFile } from "../storage/transfer.js";
import { type JobSetting, openAccount, resultOf, type UnifiedJob } from "./job.js";

export type CopyInput = {
  type: "file" | "folder";
  /** Native ids. */
  id: string;
  parent: string;
  name: string | null;
  /** Number of the account that receives, and the user it acts as. */
  account: number;
  user: string | null;
  /** A move: what was copied is deleted in the end. */
  move: boolean;
};

/**
 * Copies a file or a folder, within an account or to another. A folder goes file by file, each whole or not at all, so a worker
 * that takes over skips what it finds there.
 */
export const copy: UnifiedJob<CopyInput> = async (setting) => {
  const { input } = setting.task;
  const from = (await openAccount(setting)).storage;
  const to = (await openAccount(setting, input.account, input.user)).storage;
  const item = await from.get({ type: input.type, id: input.id });
  const place = { storage: to, parent: input.parent, name: input.name ?? item.name };
  const copied =
    item.type === "file"
      ? ((await earlier(setting, to, place)) ?? (await copyFile(from, item, place, "fail")))
      : await copyFolder(setting, from, item, place);
  if (input.move) await from.delete({ type: item.type, id: input.id }, { recursive: true, permanent: false });
  return resultOf(copied);
};

const copyFolder = async (
  setting: JobSetting<CopyInput>,
  from: UnifiedStorage,
  source: Folder,
  place: { storage: UnifiedStorage; parent: string; name: string },
): Promise<Folder> => {
  const { task, control } = setting;
  await checkNotInside(from, source.id.native, place);
  const folder = await destinationFolder(setting, place);
  await copyChildren(
    from,
    source,
    { storage: place.storage, folder, resuming: task.attempt > 1 },
    { progress: (done, total) => control.progress(done, total), signal: control.signal },
  );
  return folder;
};

/** The folder to fill: made once, and found again by the worker that takes over. */
const destinationFolder = async (
  { task, control }: JobSetting<CopyInput>,
  { storage, parent, name }: { storage: UnifiedStorage; parent: string; name: string },
): Promise<Folder> => {
  const known = task.checkpoint?.folder;
  if (typeof known === "string") return (await storage.get({ type: "folder", id: known })) as Folder;
  let folder: Folder;
  try {
    folder = await storage.createFolder({ parent, name });
  } catch (error) {
    // The worker before this one may have died between making the folder and noting it.
    const there = error instanceof ApiError && error.code === "naming_conflict" ? error.context.conflicting : undefined;
    if (task.attempt === 1 || there?.type !== "folder") throw error;
    folder = (await storage.get({ type: "folder", id: there.native })) as Folder;
    if (!madeSince(folder.created, task.started)) throw error;
  }
  await control.progress(0, null, { folder: folder.id.native });
  return folder;
};

/** The file that a lost worker had already made. */
const earlier = async (
  { task }: JobSetting<CopyInput>,
  storage: UnifiedStorage,
  { parent, name }: { parent: string; name: string },
) => {
  if (task.attempt === 1) return null;
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<UnifiedStorage["list"]>> = await storage.list(parent, { cursor, limit: 1000 });
    for (const item of page.items)
      if (item.type === "file" && item.name === name && madeSince(item.created, task.started)) return item;
    if (page.next === null) return null;
    cursor = page.next;
  }
};

/** A minute is granted to the service's clock. */
const madeSince = (created: string | null, started: string | null): boolean =>
  created === null || started === null || Date.parse(created) >= Date.parse(started) - 60_000;
