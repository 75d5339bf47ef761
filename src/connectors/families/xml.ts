import { Parser } from "htmlparser2";
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
export const parseXml = (text: string): Element => new Reader(text, new Scope(NONE), true).root;

/** Names are local names: many services put all they say into one namespace. Text is as it stands: a name may begin with a space. */
export const parsePlainXml = (text: string): Element => new Reader(text, new Scope(null), false).root;

/** An element that has begun. */
interface Open {
  element: Element;
  scope: Scope;
}

/**
 * Makes elements of what the parser comes across. Of entities only the five of XML and numbers mean anything. Throws `bad_gateway` for
 * what is no XML, cut off, too long, too deep, or declares a document type (which is where entity bombs and external files hide).
 */
class Reader {
  #root: Element | undefined;
  readonly #open: Open[] = [];
  readonly #parser = new Parser(this, { xmlMode: true });
  readonly #text: string;

  constructor(
    text: string,
    private readonly scope: Scope,
    private readonly trims: boolean,
  ) {
    // The parser forgives much, but half a list must not pass for the whole.
    if (text.length > CHARACTERS || /<!DOCTYPE/i.test(text) || !/>\s*$/.test(text.slice(-1000))) throw unreadable();
    this.#text = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
    this.#parser.end(this.#text);
  }

  get root(): Element {
    if (!this.#root) throw unreadable();
    return this.#root;
  }

  onopentag(tag: string, written: Readonly<Record<string, string>>): void {
    const outer = this.#open.at(-1);
    if (outer ? this.#open.length === DEPTH : this.#root) throw unreadable();
    const scope = (outer?.scope ?? this.scope).within(written);
    const element: Element = { name: scope.nameOf(tag), text: "", children: [] };
    const attributes = withoutDeclarations(written);
    if (attributes) element.attributes = attributes;
    if (outer) outer.element.children.push(element);
    else this.#root = element;
    this.#open.push({ element, scope });
  }

  ontext(text: string): void {
    const inner = this.#open.at(-1)?.element;
    if (inner) inner.text += text;
    else if (text.trim() !== "") throw unreadable();
  }

  /** `isImplied`: by itself, or by the end of another element or of the document. */
  onclosetag(_tag: string, isImplied: boolean): void {
    const { element } = this.#open.pop() ?? {};
    if (!element || (isImplied && !this.#text.startsWith("/>", this.#parser.endIndex - 1))) throw unreadable();
    if (this.trims && element.text !== "") element.text = element.text.trim();
  }
}

const isDeclaration = (name: string): boolean => name === "xmlns" || name.startsWith("xmlns:");

const withoutDeclarations = (written: Readonly<Record<string, string>>): Record<string, string> | null => {
  let own: Record<string, string> | null = null;
  for (const name in written)
    if (!isDeclaration(name)) {
      own ??= {};
      own[name] = written[name] as string;
    }
  return own;
};

/** By their prefixes. */
type Namespaces = Readonly<Record<string, string>>;
const NONE: Namespaces = Object.freeze(Object.create(null));

/** What prefixes mean within an element; null where nobody wants to know. */
class Scope {
  readonly #names = new Map<string, string>();
  constructor(private readonly namespaces: Namespaces | null) {}

  within(written: Readonly<Record<string, string>>): Scope {
    if (!this.namespaces) return this;
    let declared: Record<string, string> | undefined;
    for (const name in written)
      if (isDeclaration(name)) {
        declared ??= Object.create(this.namespaces) as Record<string, string>;
        declared[name.slice("xmlns:".length)] = written[name] as string;
      }
    return declared ? new Scope(declared) : this;
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

const unreadable = () => new ApiError("bad_gateway", "The server's XML cannot be read.");

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
