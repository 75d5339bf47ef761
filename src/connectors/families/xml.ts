import { XMLParser } from "fast-xml-parser";
import { ApiError } from "../../errors.js";

/** An element; prefixes are each server's own (`D:`, `d:`, `lp1:`, none) and do not stand in names. */
export interface Element {
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

/** Names are namespace and local name as RFC 4918 writes them together: `DAV:getetag`. Space around text is dropped. */
export const parseXml = (text: string): Element => {
  const root = rootOf(text, trimming);
  return toElement(root, namespacesIn(root, NONE));
};

/** Names are local names: many services put all they say into one namespace. Text is as it stands: a name may begin with a space. */
export const parsePlainXml = (text: string): Element => toElement(rootOf(text, keeping), null);

/**
 * The root of a document, of whose entities only the five of XML and numbers mean anything. Throws `bad_gateway` for one that is no
 * XML, cut off, too long, too deep, or declares a document type (which is where entity bombs and external files hide).
 */
const rootOf = (text: string, parser: XMLParser): Node => {
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
  return root;
};

/** The first child of this name. */
export const child = (element: Element, name: string): Element | undefined =>
  element.children.find((each) => each.name === name);

/** Text, or an object of the children by name; children of the same name in an array. */
export const toJson = ({ text, children }: Element): unknown =>
  children.length === 0
    ? text
    : Object.fromEntries(
        [...Map.groupBy(children, ({ name }) => name)].map(([name, all]) => {
          const values = all.map(toJson);
          return [name, values.length === 1 ? values[0] : values];
        }),
      );

const TEXT = "#text";
const CDATA = "#cdata";
const ATTRIBUTES = ":@";

/** One tag with its children in their order, and its attributes beside it. */
type Node = Record<string, unknown>;

const READING = {
  preserveOrder: true,
  processEntities: false,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
  maxNestedTags: DEPTH,
};
const trimming = new XMLParser({ ...READING, trimValues: true });
const keeping = new XMLParser({ ...READING, trimValues: false });

/** The document ends where its root element does. */
const isWhole = (text: string, root: Node): boolean => {
  const tag = tagOf(root);
  const [, closed] = /<\/([^\s<>]+)\s*>\s*$/.exec(text.slice(-1000)) ?? [];
  return closed === undefined
    ? (root[tag] as Node[]).length === 0 && /\/>\s*$/.test(text.slice(-1000))
    : closed === tag;
};

/** By their prefixes. */
type Namespaces = Readonly<Record<string, string>>;
const NONE: Namespaces = Object.freeze(Object.create(null));

/** `namespaces`: those that hold for the element; null where nobody wants to know. */
const toElement = (node: Node, namespaces: Namespaces | null): Element => {
  const tag = tagOf(node);
  const colon = tag.indexOf(":");
  const namespace = namespaces?.[colon < 0 ? "" : tag.slice(0, colon)] ?? "";
  const element: Element = { name: namespace + tag.slice(colon + 1), text: "", children: [] };
  const attributes = attributesOf(node);
  if (attributes) element.attributes = attributes;
  for (const inner of node[tag] as Node[])
    if (TEXT in inner) element.text += resolve(String(inner[TEXT]));
    else if (CDATA in inner) element.text += String((inner[CDATA] as Node[])[0]?.[TEXT] ?? "");
    else element.children.push(toElement(inner, namespaces && namespacesIn(inner, namespaces)));
  return element;
};

const tagOf = (node: Node): string => {
  for (const key in node) if (key !== ATTRIBUTES) return key;
  return "";
};

const writtenOf = (node: Node) => node[ATTRIBUTES] as Readonly<Record<string, string>> | undefined;

const attributesOf = (node: Node): Record<string, string> | null => {
  const written = writtenOf(node);
  if (!written) return null;
  const own = Object.entries(written).filter(([name]) => !isDeclaration(name));
  return own.length === 0 ? null : Object.fromEntries(own.map(([name, value]) => [name, resolve(value)]));
};

const isDeclaration = (name: string): boolean => name === "xmlns" || name.startsWith("xmlns:");

const namespacesIn = (node: Node, outer: Namespaces): Namespaces => {
  const written = writtenOf(node);
  let namespaces: Record<string, string> | undefined;
  for (const name in written)
    if (isDeclaration(name)) {
      namespaces ??= Object.create(outer) as Record<string, string>;
      namespaces[name.slice(6)] = resolve(written[name] as string);
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

/**
 * Text for between tags and within attributes: line breaks as numbers, for a reader may change them; control characters, which XML
 * cannot hold, are left out.
 */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
    .replace(/[&<>"'\r\n\t]/g, (character) => `&#${character.codePointAt(0)};`);
