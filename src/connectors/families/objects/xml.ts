import { XMLParser } from "fast-xml-parser";
import { ApiError } from "../../../errors.js";

/** Characters of a document. The outgoing client has its own bound; this one holds wherever the text comes from. */
const CHARACTERS = 16 * 2 ** 20;
/** Elements within each other; the deepest answer of a real service has about six. */
const DEPTH = 32;

/** An element: its text, its attributes and its children by their names without a prefix. */
export interface Element {
  text: string;
  attributes: Readonly<Record<string, string>>;
  children: ReadonlyMap<string, readonly Element[]>;
}

/**
 * Reads a document whose root has this name, space kept as it is: a blob's name may begin with one. Of entities only the five of
 * XML and numbers mean anything. Throws `bad_gateway` for what is no such document, cut off, too long, too deep, or declares a
 * document type (which is where entity bombs and external files hide).
 */
export const readXml = (text: string, root: string): Element => {
  if (text.length > CHARACTERS || /<!DOCTYPE/i.test(text)) throw unreadable();
  let nodes: Node[];
  try {
    nodes = parser.parse(text, false);
  } catch (cause) {
    throw unreadable(cause);
  }
  const node = nodes.find((each) => tagOf(each) !== TEXT);
  // The parser forgives a document that was cut off, but half a list must not pass for the whole.
  if (!node || localOf(tagOf(node)) !== root || !isWhole(text, node)) throw unreadable();
  return toElement(node);
};

/** The text of the first child of that name; null where there is none or it is empty. */
export const textOf = (element: Element | undefined, name: string): string | null =>
  element?.children.get(name)?.[0]?.text || null;

export const childOf = (element: Element, name: string): Element | undefined => element.children.get(name)?.[0];
export const childrenOf = (element: Element, name: string): readonly Element[] => element.children.get(name) ?? [];

/** Text, or an object of the children by name; children of the same name in an array. */
export const toJson = ({ text, children }: Element): unknown =>
  children.size === 0
    ? text
    : Object.fromEntries(
        [...children].map(([name, all]) => {
          const values = all.map(toJson);
          return [name, values.length === 1 ? values[0] : values];
        }),
      );

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
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
  maxNestedTags: DEPTH,
});

const isWhole = (text: string, root: Node): boolean => {
  const tag = tagOf(root);
  const end = text.slice(-1000).trimEnd();
  return end.endsWith(`</${tag}>`) || (end.endsWith("/>") && (root[tag] as Node[]).length === 0);
};

const toElement = (node: Node): Element => {
  const children = new Map<string, Element[]>();
  let text = "";
  for (const inner of node[tagOf(node)] as Node[])
    if (TEXT in inner) text += resolve(String(inner[TEXT]));
    else if (CDATA in inner) text += String((inner[CDATA] as Node[])[0]?.[TEXT] ?? "");
    else {
      const name = localOf(tagOf(inner));
      const others = children.get(name);
      if (others) others.push(toElement(inner));
      else children.set(name, [toElement(inner)]);
    }
  return {
    text: children.size > 0 ? "" : text,
    attributes: (node[ATTRIBUTES] ?? NONE) as Element["attributes"],
    children,
  };
};
const NONE = Object.freeze({});

const tagOf = (node: Node): string => {
  for (const key in node) if (key !== ATTRIBUTES) return key;
  return "";
};

/** Services put all they say into one namespace, with a prefix or without, and some into none. */
const localOf = (tag: string): string => tag.slice(tag.indexOf(":") + 1);

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const resolve = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (all, hex, decimal, name) => {
        if (name !== undefined) return NAMED[name] ?? all;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : all;
      })
    : text;

/** Text as it stands in XML: line breaks as numbers, for a reader may change them. */
export const escapeXml = (text: string): string => text.replace(/[&<>"'\r\n\t]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Whether XML 1.0 can say it at all. */
export const isSayable = (text: string): boolean =>
  !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);

const unreadable = (cause?: unknown) =>
  new ApiError("bad_gateway", "The service's XML cannot be read.", {}, cause === undefined ? undefined : { cause });
