import { XMLParser } from "fast-xml-parser";
import { ApiError } from "../../../errors.js";

/** An element with its namespace resolved: prefixes are each server's own (`D:`, `d:`, `lp1:`, none). */
export interface Element {
  /** Namespace and local name as RFC 4918 writes them together: `DAV:getetag`. */
  name: string;
  /** Its own text, without that of its children. */
  text: string;
  children: Element[];
  /** By their names as written, declarations of namespaces apart. Absent where there are none. */
  attributes?: Readonly<Record<string, string>>;
}

/** Characters of a document. The outgoing client has its own bound; this one holds wherever the text comes from. */
const CHARACTERS = 16 * 2 ** 20;
/** Elements within each other; the deepest answer of a real server has about ten. */
const DEPTH = 64;

/**
 * Reads a document, of whose entities only the five of XML and numbers mean anything; space around text is dropped. Throws
 * `bad_gateway` for one that is no XML, cut off, too long, too deep, or declares a document type (which is where entity bombs
 * and external files hide).
 */
export const parseXml = (text: string): Element => {
  if (text.length > CHARACTERS || /<!DOCTYPE/i.test(text)) throw unreadable();
  let nodes: Node[];
  try {
    nodes = parser.parse(text, false);
  } catch (cause) {
    throw unreadable(cause);
  }
  const root = nodes.find((node) => tagOf(node) !== TEXT);
  // The parser forgives a document that was cut off, but half a list must not pass for the whole.
  if (!root || !isWhole(text, root)) throw unreadable();
  return toElement(root, Object.create(null));
};

/** The first child of this name. */
export const child = (element: Element, name: string): Element | undefined =>
  element.children.find((each) => each.name === name);

const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTES = ":@";

/** One tag with its children in their order, and its attributes beside it. */
type Node = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  processEntities: false,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
  maxNestedTags: DEPTH,
});

/** The document ends where its root element does. */
const isWhole = (text: string, root: Node): boolean => {
  const tag = tagOf(root);
  const [, closed] = /<\/([^\s<>]+)\s*>\s*$/.exec(text.slice(-1000)) ?? [];
  return closed === undefined
    ? (root[tag] as Node[]).length === 0 && /\/>\s*$/.test(text.slice(-1000))
    : closed === tag;
};

type Namespaces = Readonly<Record<string, string>>;

const toElement = (node: Node, outer: Namespaces): Element => {
  const tag = tagOf(node);
  const written = node[ATTRIBUTES] as Record<string, string> | undefined;
  const namespaces = withDeclarations(outer, written);
  const colon = tag.indexOf(":");
  const namespace = namespaces[colon < 0 ? "" : tag.slice(0, colon)] ?? "";
  const element: Element = { name: namespace + tag.slice(colon + 1), text: "", children: [] };
  const attributes = attributesOf(written);
  if (attributes) element.attributes = attributes;
  for (const inner of node[tag] as Node[])
    if (TEXT in inner) element.text += resolve(String(inner[TEXT]));
    else if (CDATA in inner) element.text += String((inner[CDATA] as Node[])[0]?.[TEXT] ?? "");
    else element.children.push(toElement(inner, namespaces));
  return element;
};

const tagOf = (node: Node): string => {
  for (const key in node) if (key !== ATTRIBUTES) return key;
  return "";
};

const attributesOf = (written: Readonly<Record<string, string>> = {}): Record<string, string> | null => {
  const own = Object.entries(written).filter(([name]) => !isDeclaration(name));
  return own.length === 0 ? null : Object.fromEntries(own.map(([name, value]) => [name, resolve(value)]));
};

const isDeclaration = (name: string): boolean => name === "xmlns" || name.startsWith("xmlns:");

const withDeclarations = (outer: Namespaces, attributes: Readonly<Record<string, string>> = {}): Namespaces => {
  let namespaces: Record<string, string> | undefined;
  for (const name in attributes)
    if (isDeclaration(name)) {
      namespaces ??= Object.create(outer) as Record<string, string>;
      namespaces[name.slice(6)] = resolve(attributes[name] as string);
    }
  return namespaces ?? outer;
};

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const resolve = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (all, hex, decimal, name) => {
        if (name !== undefined) return NAMED[name] ?? all;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : all;
      })
    : text;

const unreadable = (cause?: unknown) =>
  new ApiError("bad_gateway", "The server's XML cannot be read.", {}, cause === undefined ? undefined : { cause });

/** Text for between tags and within attributes; control characters, which XML cannot hold, are left out. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
    .replace(/[&<>"\r]/g, (character) => `&#${character.codePointAt(0)};`);
