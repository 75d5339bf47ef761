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

export interface Reading {
  /** Names begin with the namespace; else they are local names. */
  namespaces: boolean;
  /** Space around text is dropped. */
  trims: boolean;
}

/** Characters of a document. The outgoing client has its own bound; this one holds wherever the text comes from. */
const CHARACTERS = 16 * 2 ** 20;
/** Elements within each other; the deepest answer of a real server has about ten. */
const DEPTH = 64;

interface Open {
  element: Element;
  tag: string;
  scope: Scope;
}

/**
 * One pass over a document, in time that grows with its length alone. Of entities only the five of XML and numbers mean anything.
 * Throws `bad_gateway` for a document that is not well-formed, cut off, too long, too deep, or declares a document type (which is
 * where entity bombs and external files hide).
 */
export class XmlReader {
  readonly #text: string;
  #at = 0;
  #root: Element | undefined;
  readonly #open: Open[] = [];

  constructor(
    text: string,
    private readonly reading: Reading,
  ) {
    if (text.length > CHARACTERS) throw unreadable();
    this.#text = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }

  read(): Element {
    const text = this.#text;
    for (let start = text.indexOf("<"); start >= 0; start = text.indexOf("<", this.#at)) {
      this.#add(resolve(this.#trimmed(text.slice(this.#at, start))));
      this.#at = start + 1;
      const sign = text[this.#at];
      if (sign === "/") this.#close();
      else if (sign === "?") this.#skipTo("?>");
      else if (sign === "!") this.#declaration();
      else this.#begin();
    }
    this.#add(this.#trimmed(text.slice(this.#at)));
    if (!this.#root || this.#open.length > 0) throw unreadable();
    return this.#root;
  }

  #trimmed(text: string): string {
    return this.reading.trims || this.#open.length === 0 ? text.trim() : text;
  }

  /** Nothing stands outside the root. */
  #add(text: string): void {
    if (text === "") return;
    const inner = this.#open.at(-1);
    if (!inner) throw unreadable();
    inner.element.text += text;
  }

  /** Goes behind what is to come, and answers what stands before it. */
  #skipTo(end: string): string {
    const start = this.#at;
    const found = this.#text.indexOf(end, start);
    if (found < 0) throw unreadable();
    this.#at = found + end.length;
    return this.#text.slice(start, found);
  }

  #skip(what: string): boolean {
    if (!this.#text.startsWith(what, this.#at)) return false;
    this.#at += what.length;
    return true;
  }

  #declaration(): void {
    if (this.#skip("!--")) this.#skipTo("-->");
    else if (this.#skip("![CDATA[")) this.#add(this.#skipTo("]]>"));
    else throw unreadable();
  }

  #close(): void {
    const { tag } = this.#open.pop() ?? {};
    if (tag === undefined || !this.#skip("/") || !this.#skip(tag)) throw unreadable();
    this.#skipSpace();
    if (!this.#skip(">")) throw unreadable();
  }

  #begin(): void {
    const outer = this.#open.at(-1);
    if (outer ? this.#open.length === DEPTH : this.#root) throw unreadable();
    const tag = this.#name();
    const written = this.#attributes();
    const scope = (outer?.scope ?? new Scope(this.reading.namespaces ? NONE : null)).within(written);
    const element: Element = { name: scope.nameOf(tag), text: "", children: [] };
    const own = written?.filter(([name]) => !isDeclaration(name));
    if (own && own.length > 0) element.attributes = Object.fromEntries(own);
    if (outer) outer.element.children.push(element);
    else this.#root = element;
    const isEmpty = this.#skip("/");
    if (!this.#skip(">")) throw unreadable();
    if (!isEmpty) this.#open.push({ element, tag, scope });
  }

  #name(): string {
    const start = this.#at;
    while (!ENDS_NAME.has(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === start) throw unreadable();
    return this.#text.slice(start, this.#at);
  }

  /** Null where there are none, as in most elements. */
  #attributes(): Attribute[] | null {
    let attributes: Attribute[] | null = null;
    while (this.#skipSpace() && !"/>".includes(this.#text[this.#at] ?? " ")) {
      const name = this.#name();
      this.#skipSpace();
      if (!this.#skip("=")) throw unreadable();
      this.#skipSpace();
      const quote = this.#text[this.#at++];
      if (quote !== '"' && quote !== "'") throw unreadable();
      attributes ??= [];
      attributes.push([name, resolve(this.#skipTo(quote))]);
    }
    return attributes;
  }

  /** Whether there was any. */
  #skipSpace(): boolean {
    const start = this.#at;
    while (SPACE.has(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#at > start;
  }
}

const codesOf = (signs: string): number[] => [...signs].map((sign) => sign.charCodeAt(0));
const SPACE: ReadonlySet<number> = new Set(codesOf(" \t\n"));
/** The end of the document is no number. */
const ENDS_NAME: ReadonlySet<number> = new Set([...SPACE, ...codesOf("/>=<\"'"), Number.NaN]);

type Attribute = readonly [name: string, value: string];

const isDeclaration = (name: string): boolean => name === "xmlns" || name.startsWith("xmlns:");

/** By their prefixes. */
type Namespaces = Readonly<Record<string, string>>;
const NONE: Namespaces = Object.freeze(Object.create(null));

/** What prefixes mean within an element; null where nobody wants to know. */
class Scope {
  readonly #names = new Map<string, string>();
  constructor(private readonly namespaces: Namespaces | null) {}

  within(attributes: readonly Attribute[] | null): Scope {
    const declared = this.namespaces && attributes?.filter(([name]) => isDeclaration(name));
    if (!declared || declared.length === 0) return this;
    const namespaces: Record<string, string> = Object.create(this.namespaces);
    for (const [name, namespace] of declared) namespaces[name.slice("xmlns:".length)] = namespace;
    return new Scope(namespaces);
  }

  /** The same text for the same tag, for a list has thousands of it. */
  nameOf(tag: string): string {
    let name = this.#names.get(tag);
    if (name === undefined) {
      const colon = tag.indexOf(":");
      name = (this.namespaces?.[colon < 0 ? "" : tag.slice(0, colon)] ?? "") + tag.slice(colon + 1);
      this.#names.set(tag, name);
    }
    return name;
  }
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const resolve = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (all, hex, decimal, name) => {
        if (name !== undefined) return NAMED[name] ?? all;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : all;
      })
    : text;

const unreadable = () => new ApiError("bad_gateway", "The server's XML cannot be read.");
