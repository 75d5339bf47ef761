import type { Readable } from "node:stream";
import type { File } from "../../../../schema/storage/file.js";
import { ApiError } from "../../../errors.js";
import { type Context, type NewFile, namingConflict } from "../../connector.js";
import { at, checkId } from "../requests.js";
import { claim, find } from "./claim.js";
import { toFile } from "./map.js";
import { file } from "./wire.js";

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
  return settled(context, place, toFile(context, await claim(context, place, file, request)));
};

/** The reference knows two ways: to replace a file of that name, and to take a free name. */
export const overwriting = ({ ifExists }: Pick<NewFile, "ifExists">) => ({ overwrite: ifExists === "replace" });

/** Where a name that is taken must fail, a new file that got another name goes again; a service may also spell names in its own way. */
export const settled = async (context: Context, { parent, name, ifExists }: NewFile, made: File): Promise<File> => {
  if (ifExists !== "fail" || made.name === name) return made;
  const there = await find(context, parent, name, made.id.native);
  if (there === null) return made;
  const path = at(context, "storage", "files", made.id.native);
  await context.upstream.text({ method: "DELETE", path, query: { permanent: true }, outlivesCaller: true });
  throw namingConflict(name, there);
};

/** Headers are ASCII; JSON has a spelling for everything else. */
const inAscii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
