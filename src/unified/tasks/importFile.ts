import { Readable } from "node:stream";
import { freeNames } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import { pages } from "../storage/transfer.js";
import { type JobSetting, openAccount, resultOf, type UnifiedJob } from "./job.js";

export type ImportInput = {
  url: string;
  /** Native id of the folder. */
  parent: string;
  name: string;
  overwrite: boolean;
};

/** Bytes of an imported file at most. */
const MAXIMUM = 64 * 2 ** 30;

/** Fetches a URL into a folder, streamed. Progress is in bytes. */
export const importFile: UnifiedJob<ImportInput> = async (setting) => {
  const { task, session, control } = setting;
  const { url, parent, name, overwrite } = task.input;
  const { storage } = await openAccount(setting);
  const response = await session.unified.client
    .fetch(url, { redirect: "manual", signal: control.signal })
    .catch((cause: unknown) => {
      if (cause instanceof ApiError && cause.code === "forbidden") throw cause;
      throw new ApiError("request_failed", "The URL could not be fetched.", {}, { cause });
    });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new ApiError("request_failed", `The URL answered with status ${response.status}.`);
  }
  const length = response.headers.get("content-encoding") ? null : response.headers.get("content-length");
  const size = length === null ? null : Number(length);
  if (size !== null && size > MAXIMUM) throw new ApiError("entity_too_large", "The URL's file is too large.");
  if (task.attempt > 1) {
    const made = await earlier(setting, size);
    if (made) {
      await response.body.cancel();
      return made;
    }
  }
  const body = Readable.from(
    counted(response.body, (done) => control.progress(done, size)),
    { objectMode: false },
  );
  const mimeType = response.headers.get("content-type")?.split(";")[0]?.trim();
  return resultOf(
    await storage.upload(
      { parent, name, size: size ?? undefined, mimeType, ifExists: overwrite ? "replace" : "rename" },
      body,
    ),
  );
};

async function* counted(body: AsyncIterable<Uint8Array>, told: (done: number) => Promise<void>) {
  let done = 0;
  for await (const chunk of body) {
    done += chunk.length;
    if (done > MAXIMUM) throw new ApiError("entity_too_large", "The URL's file is too large.");
    await told(done);
    yield chunk;
  }
}

/** What a lost worker had already stored: uploads are whole or not at all. */
const earlier = async (setting: JobSetting<ImportInput>, size: number | null) => {
  const { task } = setting;
  const { storage } = await openAccount(setting);
  const names = new Set(task.input.overwrite ? [task.input.name] : freeNames(task.input.name));
  for await (const items of pages(storage, task.input.parent))
    for (const item of items)
      if (
        item.type === "file" &&
        names.has(item.name) &&
        item.size === size &&
        Date.parse(item.modified ?? item.created ?? "") >= Date.parse(task.started ?? "")
      )
        return resultOf(item);
  return null;
};
