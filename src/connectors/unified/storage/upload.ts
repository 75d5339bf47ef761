import type { Readable } from "node:stream";
import type { File } from "../../../../schema/storage/file.js";
import { ApiError } from "../../../errors.js";
import { type Context, type NewFile, namingConflict, type Page, type StorageItem } from "../../connector.js";
import { askPage, at, checkId, PAGE } from "../requests.js";
import { claim } from "./items.js";
import { toFile, toItem } from "./map.js";
import { file, item } from "./wire.js";

/** Of a header; servers refuse much longer ones without a word. */
const LONGEST_METADATA = 8192;

/**
 * The bytes, and in a header what they become. The body goes in chunks, so that one that breaks off never looks whole. Source: the
 * unified API, "File endpoints", "Upload".
 */
export const upload = async (context: Context, place: NewFile, body: Readable): Promise<File> => {
  const { parent, name, size, mimeType } = place;
  const metadata = inAscii(JSON.stringify({ name, parent_id: checkId(parent), size, mime_type: mimeType }));
  if (metadata.length > LONGEST_METADATA) throw new ApiError("invalid_parameters", "The name is too long to be sent.");
  const request = {
    method: "POST",
    path: at(context, "storage", "files"),
    query: overwriting(place),
    headers: { "content-type": "application/octet-stream", "x-kloudless-metadata": metadata },
    body,
  };
  return settled(context, place, toFile(context, await claim(context, name, file, request)));
};

/** The reference knows two ways: to replace a file of that name, and to take a free name. */
export const overwriting = ({ ifExists }: Pick<NewFile, "ifExists">) => ({ overwrite: ifExists === "replace" });

/** Where a name that is taken must fail, a new file that got another name goes again. */
export const settled = async (context: Context, { parent, name, ifExists }: NewFile, made: File): Promise<File> => {
  if (ifExists !== "fail" || made.name === name) return made;
  const path = at(context, "storage", "files", made.id.native);
  await context.upstream.text({ method: "DELETE", path, query: { permanent: true }, outlivesCaller: true });
  throw namingConflict(name, await idOf(context, parent, name));
};

/** Pages of a folder that are looked through for what has the name; if it lies behind them, it is not told. */
const MOST_PAGES = 20;

const idOf = async (context: Context, parent: string, name: string) => {
  const path = at(context, "storage", "folders", parent, "contents");
  let cursor: string | null = null;
  for (let count = 0; count < MOST_PAGES; count++) {
    const page: Page<StorageItem> = await askPage(context, item, toItem, { path }, { cursor, limit: PAGE });
    const there = page.items.find((one) => one.name === name);
    if (there) return there.id;
    cursor = page.next;
    if (cursor === null) break;
  }
  return undefined;
};

/** Headers are ASCII; JSON has a spelling for everything else. */
const inAscii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
