import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { File } from "../../../schema/storage/file.js";
import { type Context, freeNames, type NewFile, namingConflict } from "../connector.js";
import { checkNewName, type Names, notFound, temporaryName } from "../families/paths/names.js";
import { inTurn } from "../families/turns.js";
import { toFile } from "./map.js";
import { pathOf } from "./paths.js";
import { change, find, towards } from "./requests.js";
import type { Resource } from "./wire.js";
import { conflictWith, destination } from "./writes.js";

/**
 * PUT under a temporary name, then MOVE to the true one. So a name is taken in one step, on servers too that know no
 * `If-None-Match` (nginx, Go); a body that breaks off never stands under the name (golang.org/x/net/webdav keeps what it got of
 * a broken PUT); and what it replaces is whole until the end.
 */
export const upload = async (context: Context, file: NewFile, body: Readable): Promise<File> => {
  body.on("error", ignore); // the PUT tells it, should the body break before anybody reads it
  const { parent, taken } = await destination(context, file);
  if (taken && (file.ifExists === "fail" || (taken.isFolder && file.ifExists === "replace")))
    throw conflictWith(context, file.name, taken);
  const temporary = [...parent, temporaryName()];
  try {
    await put(context, temporary, file, body);
    return toFile(context, await settle(context, temporary, parent, file));
  } catch (error) {
    await discard(context, temporary);
    throw error;
  }
};

const put = async (context: Context, names: Names, { size, mimeType }: NewFile, body: Readable): Promise<void> => {
  const headers: Record<string, string> = { "content-type": mimeType ?? "application/octet-stream" };
  if (size !== undefined) headers["content-length"] = String(size);
  await context.upstream.text({ method: "PUT", path: pathOf(context, names, false), headers, body });
};

/** Gives the upload its name, or the next free one. */
const settle = async (context: Context, temporary: Names, parent: Names, file: NewFile): Promise<Resource> => {
  for (const name of file.ifExists === "rename" ? freeNames(file.name) : [file.name]) {
    const names = [...parent, checkNewName(name)];
    const { status, found } = await inTurn(context, names, async () => {
      const path = pathOf(context, temporary, false);
      const headers = towards(context, names, false, file.ifExists === "replace");
      const moving = change(context, { method: "MOVE", path, headers, accept: REFUSALS });
      const status = await moving.catch(async (error: unknown) => {
        // Nobody else knows the temporary name: if nothing has it any more, the answer was lost, and not the MOVE.
        if (await find(context, temporary).catch(() => true)) throw error;
        return DONE;
      });
      return { status, found: await find(context, names) };
    });
    if (!REFUSALS.includes(status) && found) return found;
    if (!found && status !== 412) throw notFound(); // the file or its folder has gone meanwhile
    if (file.ifExists !== "rename") throw conflictWith(context, name, found);
  }
  throw namingConflict(file.name);
};

const DONE = 204;
/** The name is taken; nginx says 409 of a folder in a file's way. */
const REFUSALS = [409, 412];

/** Milliseconds before each try: Go's server keeps a file locked until it has noticed that the body broke off. */
const WAITS = [0, 50, 150, 400, 1000, 3000];
const LOCKED = 423;

/** Takes away what may be left of an upload. The upload's own failure is what the caller hears of. */
const discard = async (context: Context, temporary: Names): Promise<void> => {
  const path = pathOf(context, temporary, false);
  try {
    for (const wait of WAITS) {
      await delay(wait);
      const status = await change(context, { method: "DELETE", path, accept: [404, LOCKED], outlivesCaller: true });
      if (status !== LOCKED) return;
    }
  } catch {
    // it stays, under a name that no list tells
  }
};

const ignore = () => undefined;
