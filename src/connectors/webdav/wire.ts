import type { Context } from "../connector.js";
import { type Answer, textOf } from "../families/dav/multistatus.js";
import type { Names } from "../families/paths/names.js";
import { toJson } from "../families/xml.js";
import { baseDepth } from "./paths.js";

/** What is asked of each file and folder. Apache tells what it does not know in twice the bytes, so nothing else is asked. */
export const FACTS = `<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/><creationdate/><getcontenttype/></prop></propfind>`;

/** The same and all else that the server tells unasked. */
export const EVERYTHING = `<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><allprop/></propfind>`;

/** Source: RFC 4331, 3 and 4. */
export const QUOTA = `<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><quota-available-bytes/><quota-used-bytes/></prop></propfind>`;

/** One file or folder as a server tells it. */
export interface Resource {
  /** From the account's folder down, as the server spells them. */
  names: Names;
  isFolder: boolean;
  length: string | null;
  modified: string | null;
  created: string | null;
  contentType: string | null;
  /** All properties, when the caller wants `raw`. */
  raw: Record<string, unknown> | null;
}

/**
 * The files and folders among answers, named from the account's folder down. How deep a name lies decides, not how the server
 * spells the way there: it may answer by another host, in another case or Unicode form than it was asked.
 */
export const toResources = (context: Context, answers: readonly Answer[]): Resource[] => {
  const depth = baseDepth(context);
  return answers
    .filter(({ names, status }) => names !== null && names.length >= depth && status < 300)
    .map(({ names, properties }) => ({
      names: (names as string[]).slice(depth),
      isFolder: properties.get("DAV:resourcetype")?.children.some(({ name }) => name === "DAV:collection") ?? false,
      length: textOf(properties, "DAV:getcontentlength"),
      modified: textOf(properties, "DAV:getlastmodified"),
      created: textOf(properties, "DAV:creationdate"),
      contentType: textOf(properties, "DAV:getcontenttype"),
      raw: context.raw ? Object.fromEntries([...properties].map(([name, element]) => [name, toJson(element)])) : null,
    }));
};
