import { child, type Element, parseXml } from "../xml.js";
import { namesOfHref } from "./hrefs.js";

/** One `DAV:response` of a multistatus: an href with the properties that were found (RFC 4918, 14.24). */
export interface Answer {
  /** From the server's root down; null where they are not text. */
  names: string[] | null;
  /** As the server wrote it: a path or a URL, percent-encoded. */
  href: string;
  status: number;
  properties: Map<string, Element>;
  /** Properties that the server does not have, or would not change, with its reason. */
  refused: Map<string, number>;
}

/** The answers of a 207. Throws `bad_gateway` for anything else. */
export const readMultistatus = (text: string): Answer[] => answersOf(parseXml(text));

export const answersOf = ({ children }: Element): Answer[] =>
  children.filter(({ name }) => name === "DAV:response").map(toAnswer);

const toAnswer = (response: Element): Answer => {
  const properties = new Map<string, Element>();
  const refused = new Map<string, number>();
  for (const part of response.children) {
    if (part.name !== "DAV:propstat") continue;
    const status = statusOf(child(part, "DAV:status"));
    for (const property of child(part, "DAV:prop")?.children ?? [])
      if (status === 200) properties.set(property.name, property);
      else refused.set(property.name, status);
  }
  const href = child(response, "DAV:href")?.text ?? "";
  return { names: namesOfHref(href), href, status: statusOf(child(response, "DAV:status")), properties, refused };
};

/** `HTTP/1.1 404 Not Found`; what has no status of its own is there. */
const statusOf = (status: Element | undefined): number => {
  const code = /^\s*HTTP\/\S+\s+(\d{3})/i.exec(status?.text ?? "")?.[1];
  return code === undefined ? 200 : Number(code);
};

export const textOf = (properties: ReadonlyMap<string, Element>, name: string): string | null =>
  properties.get(name)?.text.trim() || null;
