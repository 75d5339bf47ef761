import { createHash } from "node:crypto";
import { link, lstat, open, rename, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../../../errors.js";
import { namingConflict, ROOT } from "../../connector.js";
import { claimForFile } from "../claim.js";
import { codeOf, quietly, unless } from "../errors.js";
import { childId, fittingNames, newId, notFound, split, temporaryName } from "../names.js";
import type { OpenFolder, Place } from "../root.js";
import { discard } from "../tree.js";
import { checkSize, isCalendar, isSame, readText, type Stamp, stampOf } from "./sheets.js";

/** Milliseconds that a writer waits for others, and after which a writer counts as dead. */
const PATIENCE = 5_000;
const DEAD = 30_000;

/**
 * Puts another text in the place of a file's, whole and on the disk, in one step. One writer at a time: ours take turns, in this
 * process and in others; whoever else changed the file meanwhile makes it fail with `data_conflict`, and nothing is lost.
 */
export const change = (place: Place, id: string, edit: (text: string) => string): Promise<void> => {
  const { parent, name } = checked(id);
  return place.within(parent, (folder) =>
    inTurn(folder, name, async () => {
      const { text, stamp, mode } = await readText(folder, name);
      const edited = edit(text);
      if (edited === text) return;
      const temporary = await write(folder, edited, mode);
      try {
        await checkUnchanged(folder, name, stamp);
        await rename(folder.path(temporary), folder.path(name));
      } catch (error) {
        await quietly(discard(folder, temporary));
        throw error;
      }
      await folder.sync();
    }),
  );
};

/** A new file in the account's folder, called like the calendar. Gives its id. */
export const create = (place: Place, title: string, text: string): Promise<string> =>
  place.within(ROOT, async (folder) => {
    const temporary = await write(folder, text, 0o666);
    try {
      for (const name of fittingNames(`${fileName(title)}.ics`)) {
        newId(folder.id, name);
        if (
          (await unless(
            ["EEXIST"],
            claimForFile(folder, temporary, name).then(() => true),
          )) === null
        )
          continue;
        await folder.sync();
        return childId(folder.id, name);
      }
      throw namingConflict(title);
    } catch (error) {
      await quietly(discard(folder, temporary));
      throw error;
    }
  });

export const remove = (place: Place, id: string): Promise<void> => {
  const { parent, name } = checked(id);
  return place.within(parent, (folder) =>
    inTurn(folder, name, async () => {
      if (!(await folder.find(name))?.isFile()) throw notFound();
      await unlink(folder.path(name));
    }),
  );
};

const checked = (id: string): { parent: string; name: string } => {
  const { parent, name } = split(id);
  if (!isCalendar(name)) throw notFound();
  return { parent, name };
};

/** What no file system refuses, and no list hides. */
const fileName = (title: string): string => {
  const name = title.replace(/[/\\\0-\x1f\x7f]+/g, "-").replace(/^[. ]+/, "");
  const characters = Array.from(name);
  while (Buffer.byteLength(characters.join("")) > 200) characters.pop();
  return characters.join("") || "calendar";
};

const write = async (folder: OpenFolder, text: string, mode: number): Promise<string> => {
  const bytes = Buffer.from(text);
  checkSize(bytes.length);
  const temporary = temporaryName();
  const handle = await open(folder.path(temporary), "wx", mode);
  try {
    if (mode !== 0o666) await quietly(handle.chmod(mode));
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await quietly(discard(folder, temporary));
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
};

const checkUnchanged = async (folder: OpenFolder, name: string, stamp: Stamp): Promise<void> => {
  const now = await unless(["ENOENT"], lstat(folder.path(name), { bigint: true }));
  if (!now || !isSame(stampOf(now), stamp))
    throw new ApiError("data_conflict", "The calendar's file was changed by somebody else meanwhile.");
};

/** While a writer is at work, a hidden file that only one can make says so. */
const inTurn = async <Result>(folder: OpenFolder, name: string, work: () => Promise<Result>): Promise<Result> => {
  const sign = signOf(name);
  const mine = await takeTurn(folder, sign);
  try {
    return await work();
  } finally {
    const there = await folder.stats(sign);
    // Whoever took us for dead has put up a sign of their own.
    if (there?.ino === mine) await unless(["ENOENT"], unlink(folder.path(sign)));
  }
};

/** A temporary name: never listed, and swept away in the end. */
const signOf = (name: string): string => {
  const [, ...parts] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(createHash("sha256").update(name).digest("hex")) ?? [];
  return `.unigraph-${parts.join("-")}.tmp`;
};

const takeTurn = async (folder: OpenFolder, sign: string): Promise<number> => {
  for (const begun = Date.now(); ; ) {
    try {
      const handle = await open(folder.path(sign), "wx");
      const { ino } = await handle.stat();
      await handle.close();
      return ino;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const there = await folder.stats(sign);
    if (there && Date.now() - there.mtimeMs > DEAD) await takeDown(folder, sign);
    else if (Date.now() - begun > PATIENCE)
      throw new ApiError("locked", "Others are writing to this calendar; try again.");
    else await delay(5 + Math.random() * 20);
  }
};

/** Only a dead writer's sign: one that was put up meanwhile goes back. */
const takeDown = async (folder: OpenFolder, sign: string): Promise<void> => {
  const aside = folder.path(temporaryName());
  if (
    (await unless(
      ["ENOENT"],
      rename(folder.path(sign), aside).then(() => true),
    )) === null
  )
    return;
  const { mtimeMs } = await lstat(aside);
  if (Date.now() - mtimeMs <= DEAD) await unless(["EEXIST"], link(aside, folder.path(sign)));
  await unlink(aside);
};
