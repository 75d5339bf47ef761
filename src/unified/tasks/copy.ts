import type { File } from "../../../schema/storage/file.js";
import type { Folder } from "../../../schema/storage/folder.js";
import { ApiError } from "../../errors.js";
import type { UnifiedStorage } from "../storage/storage.js";
import { type Census, checkNotInside, copyChildren, copyFile, pages, takeCensus } from "../storage/transfer.js";
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
 * that takes over skips what it finds there. What is moved is deleted only as it was copied: a folder that changed meanwhile stays.
 */
export const copy: UnifiedJob<CopyInput> = async (setting) => {
  const { task, control } = setting;
  const { input } = task;
  const from = (await openAccount(setting)).storage;
  const target = await openAccount(setting, input.account, input.user);
  const done = copiedBefore(task.checkpoint);
  if (done) {
    await removeSource(from, input);
    return { account: target.account, user: target.user ?? null, api: "storage", ...done };
  }
  const item = await from.get({ type: input.type, id: input.id });
  const place = { storage: target.storage, parent: input.parent, name: input.name ?? item.name };
  const copied =
    item.type === "file" ? await copyOneFile(setting, from, item, place) : await copyFolder(setting, from, item, place);
  if (input.move) {
    const { type, id } = copied;
    await control.progress(1, 1, { copied: { type, id: id.native } });
    await removeSource(from, input);
  }
  return resultOf(copied);
};

/** What the worker before this one had copied before it was lost, if it came so far as to delete the source. */
const copiedBefore = (checkpoint: Record<string, unknown> | null): { type: string; id: string } | null => {
  const { type, id } = Object(checkpoint?.copied) as { type?: unknown; id?: unknown };
  return typeof type === "string" && typeof id === "string" ? { type, id } : null;
};

/** Gone already is gone. */
const removeSource = (from: UnifiedStorage, { type, id }: CopyInput): Promise<void> =>
  from.delete({ type, id }, { recursive: true, permanent: false }).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
  });

interface Place {
  storage: UnifiedStorage;
  parent: string;
  name: string;
}

const copyOneFile = async (
  setting: JobSetting<CopyInput>,
  from: UnifiedStorage,
  file: File,
  place: Place,
): Promise<File> => {
  const copied = (await earlier(setting, file, place)) ?? (await copyFile(from, file, place, "fail"));
  if (setting.task.input.move) checkUnchanged(file, (await from.get({ type: "file", id: file.id.native })) as File);
  return copied;
};

const checkUnchanged = (before: Pick<File, "size" | "modified">, now: Pick<File, "size" | "modified">): void => {
  if (before.size !== now.size || before.modified !== now.modified) throw changedMeanwhile();
};

const copyFolder = async (
  { task, control }: JobSetting<CopyInput>,
  from: UnifiedStorage,
  source: Folder,
  place: Place,
): Promise<Folder> => {
  await checkNotInside(from, source.id.native, place);
  // Of the first attempt: what changed since then may have been copied as it was before.
  const census = keptCensus(task.checkpoint) ?? (await takeCensus(from, source.id.native));
  const folder = await destinationFolder(task, place);
  await control.progress(0, census.files, { folder: folder.id.native, census });
  await copyChildren(from, source, { storage: place.storage, folder, resuming: task.attempt > 1 }, census, {
    progress: (done, total) => control.progress(done, total),
    signal: control.signal,
  });
  if (task.input.move && (await takeCensus(from, source.id.native)).digest !== census.digest) throw changedMeanwhile();
  return folder;
};

const keptCensus = (checkpoint: Record<string, unknown> | null): Census | null => {
  const { files, digest } = Object(checkpoint?.census) as { files?: unknown; digest?: unknown };
  return typeof files === "number" && typeof digest === "string" ? { files, digest } : null;
};

const changedMeanwhile = () =>
  new ApiError(
    "data_conflict",
    "It was changed while it was copied, so it was not deleted; the copy may lack the change.",
  );

/** The folder to fill: made once, and found again by the worker that takes over. */
const destinationFolder = async (
  task: JobSetting<CopyInput>["task"],
  { storage, parent, name }: Place,
): Promise<Folder> => {
  const known = task.checkpoint?.folder;
  if (typeof known === "string") return (await storage.get({ type: "folder", id: known })) as Folder;
  try {
    return await storage.createFolder({ parent, name });
  } catch (error) {
    // The worker before this one may have died between making the folder and noting it.
    const there = error instanceof ApiError && error.code === "naming_conflict" ? error.context.conflicting : undefined;
    if (task.attempt === 1 || there?.type !== "folder") throw error;
    const folder = (await storage.get({ type: "folder", id: there.native })) as Folder;
    if (!madeSince(folder, task.started)) throw error;
    return folder;
  }
};

/** The file that a lost worker had already made: as large as the source, and younger than the task. */
const earlier = async (
  { task }: JobSetting<CopyInput>,
  source: File,
  { storage, parent, name }: Place,
): Promise<File | null> => {
  if (task.attempt === 1) return null;
  for await (const items of pages(storage, parent))
    for (const item of items)
      if (item.type === "file" && item.name === name && item.size === source.size && madeSince(item, task.started))
        if (item.id.native !== source.id.native)
          // Two accounts may show one folder: the source is no copy of itself.
          return item;
  return null;
};

/** A minute is granted to the service's clock. What tells no time at all cannot be told apart from what was there before. */
const madeSince = (
  { created, modified }: { created: string | null; modified: string | null },
  started: string | null,
): boolean => Date.parse(created ?? modified ?? "") >= Date.parse(started ?? "") - 60_000;
