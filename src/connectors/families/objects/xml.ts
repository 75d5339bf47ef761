import { ApiError } from "../../../errors.js";
import { child, type Element, parsePlainXml } from "../xml.js";

/** Reads a document whose root has this name. Throws `bad_gateway` for any other. */
export const readXml = (text: string, root: string): Element => {
  const element = parsePlainXml(text);
  if (element.name !== root) throw new ApiError("bad_gateway", "The service answers with another document.");
  return element;
};

/** The text of the first child of that name; null where there is none or it is empty. */
export const textOf = (element: Element | undefined, name: string): string | null =>
  (element && child(element, name)?.text) || null;

export const childrenOf = ({ children }: Element, name: string): readonly Element[] =>
  children.filter((each) => each.name === name);

/** Whether XML 1.0 can say it at all. */
export const isSayable = (text: string): boolean =>
  !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
