import type { Context } from "../connector.js";
import type { Names } from "../families/paths/names.js";
import { baseDepth, namesOfHref } from "./paths.js";
import { child, type Element, parseXml } from "./xml.js";

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

/** One `DAV:response` of a multistatus: an href with the properties that were found (RFC 4918, 14.24). */
export interface Answer {
  /** From the server's root down; null where they are not text. */
  names: string[] | null;
  status: number;
  properties: Map<string, Element>;
}

/** The answers of a 207. Throws `bad_gateway` for anything else. */
export const readMultistatus = (text: string): Answer[] => {
  const root = parseXml(text);
  return root.children.filter(({ name }) => name === "DAV:response").map(toAnswer);
};

const toAnswer = (response: Element): Answer => {
  const properties = new Map<string, Element>();
  for (const part of response.children) {
    if (part.name !== "DAV:propstat" || statusOf(child(part, "DAV:status")) !== 200) continue;
    for (const property of child(part, "DAV:prop")?.children ?? []) properties.set(property.name, property);
  }
  return {
    names: namesOfHref(child(response, "DAV:href")?.text ?? ""),
    status: statusOf(child(response, "DAV:status")),
    properties,
  };
};

/** `HTTP/1.1 404 Not Found`; what has no status of its own is there. */
const statusOf = (status: Element | undefined): number => {
  const code = /^\s*HTTP\/\S+\s+(\d{3})/i.exec(status?.text ?? "")?.[1];
  return code === undefined ? 200 : Number(code);
};

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

export const textOf = (properties: ReadonlyMap<string, Element>, name: string): string | null =>
  properties.get(name)?.text.trim() || null;

/** Text, or an object of the children by name; children of the same name in an array. */
const toJson = ({ text, children }: Element): unknown => {
  if (children.length === 0) return text;
  const object: Record<string, unknown> = {};
  for (const { name, ...element } of children) {
    const value = toJson({ name, ...element });
    object[name] = Object.hasOwn(object, name) ? [object[name], value].flat() : value;
  }
  return object;
};
