import { ApiError, type ErrorCode } from "../../../errors.js";

/** One content line (RFC 5545, 3.1). */
export interface Line {
  /** In capitals: `DTSTART`. Empty for a line that is none. */
  readonly name: string;
  /** As it was read or will be written, folds and all, without the break at its end. */
  readonly raw: string;
}

/** What stands between `BEGIN:name` and `END:name`, in its order, so that what is not understood is written as it was read. */
export interface Component {
  readonly name: string;
  items: (Line | Component)[];
}

/** Characters of a text. */
const CHARACTERS = 16 * 2 ** 20;
const LINES = 1_000_000;
const COMPONENTS = 100_000;
/** Components within each other; a calendar has three levels. */
const DEPTH = 20;

export const isComponent = (item: Line | Component): item is Component => "items" in item;

export const components = (within: Component, name: string): Component[] =>
  within.items.filter((item): item is Component => isComponent(item) && item.name === name);

export const lines = (within: Component, name: string): Line[] =>
  within.items.filter((item): item is Line => !isComponent(item) && item.name === name);

/**
 * A stream of components. Throws `code` for one that is cut off, wrongly nested or out of bounds: half a calendar must not pass
 * for the whole. What stands outside of components is dropped.
 */
export const parseStream = (text: string, code: ErrorCode): Component[] => {
  if (text.length > CHARACTERS) throw unreadable(code, "it is longer than 16 MiB");
  const root: Component = { name: "", items: [] };
  const open = [root];
  let counted = 0;
  for (const line of contentLines(text, code)) {
    const value = line.name === "BEGIN" || line.name === "END" ? unfold(line.raw).replace(/^[^:]*:/, "") : "";
    const name = value.trim().toUpperCase();
    if (line.name === "BEGIN") {
      if (++counted > COMPONENTS) throw unreadable(code, `it has more than ${COMPONENTS} components`);
      if (open.length > DEPTH) throw unreadable(code, `components are nested deeper than ${DEPTH}`);
      const inner: Component = { name, items: [] };
      (open.at(-1) as Component).items.push(inner);
      open.push(inner);
    } else if (line.name === "END") {
      if (open.length === 1 || open.pop()?.name !== name)
        throw unreadable(code, `END:${name.slice(0, 40)} ends nothing`);
    } else if (open.length > 1) (open.at(-1) as Component).items.push(line);
  }
  if (open.length > 1) throw unreadable(code, `${(open.at(-1) as Component).name.slice(0, 40)} does not end`);
  return root.items.filter(isComponent);
};

export const printStream = (stream: readonly Component[]): string => {
  const printed: string[] = [];
  const print = ({ name, items }: Component): void => {
    printed.push(`BEGIN:${name}`);
    for (const item of items)
      if (isComponent(item)) print(item);
      else printed.push(item.raw);
    printed.push(`END:${name}`);
  };
  for (const component of stream) print(component);
  return `${printed.join("\r\n")}\r\n`;
};

export const unfold = (raw: string): string => (raw.includes("\n") ? raw.replace(/\r\n[ \t]/g, "") : raw);

/** Octets of a line without its break (RFC 5545, 3.1). */
const OCTETS = 75;

/** Breaks between characters, never within one. */
export const fold = (line: string): string => {
  if (line.length <= OCTETS / 3) return line;
  const parts: string[] = [];
  let [begin, octets, position] = [0, 0, 0];
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > OCTETS) {
      parts.push(line.slice(begin, position));
      // The space that says "continued" counts too.
      [begin, octets] = [position, 1];
    }
    octets += size;
    position += character.length;
  }
  parts.push(line.slice(begin));
  return parts.join("\r\n ");
};

function* contentLines(text: string, code: ErrorCode): Generator<Line> {
  let pending: string[] = [];
  let counted = 0;
  for (const [physical] of text.matchAll(/[^\r\n]+/g)) {
    if (++counted > LINES) throw unreadable(code, `it has more than ${LINES} lines`);
    if (/^[ \t]/.test(physical) && pending.length > 0) pending.push(physical);
    else {
      if (pending.length > 0) yield toLine(pending);
      pending = [counted === 1 ? physical.replace(/^\uFEFF/, "") : physical];
    }
  }
  if (pending.length > 0) yield toLine(pending);
}

const toLine = (physical: readonly string[]): Line => {
  const raw = physical.join("\r\n");
  const [, name = ""] = /^([A-Za-z0-9-]+)[;:]/.exec(physical.length === 1 ? raw : unfold(raw.slice(0, 1000))) ?? [];
  return { name: name.toUpperCase(), raw };
};

const unreadable = (code: ErrorCode, why: string) =>
  new ApiError(code, `The calendar's iCalendar text cannot be read: ${why}.`);
