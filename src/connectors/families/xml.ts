import { type Element, XmlReader } from "./xmlReader.js";

export type { Element } from "./xmlReader.js";

/** Names are namespace and local name as RFC 4918 writes them together: `DAV:getetag`. Space around text is dropped. */
export const parseXml = (text: string): Element => new XmlReader(text, { namespaces: true, trims: true }).read();

/** Names are local names: many services put all they say into one namespace. Text is as it stands: a name may begin with a space. */
export const parsePlainXml = (text: string): Element => new XmlReader(text, { namespaces: false, trims: false }).read();

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

/**
 * Text for between tags and within attributes: line breaks as numbers, for a reader may change them; control characters, which XML
 * cannot hold, are left out.
 */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
    .replace(/[&<>"'\r\n\t]/g, (character) => `&#${character.codePointAt(0)};`);
