const SNIPPET = 140; // characters

/** How a mail begins, on one line. */
export const snippetOf = (text: string | null): string =>
  (text ?? "")
    .slice(0, 10 * SNIPPET)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, SNIPPET)
    .replace(/[\ud800-\udbff]$/, "");

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

/** What a mail of HTML alone reads as. */
export const textOf = (html: string): string =>
  html
    .replace(/<(style|script|title)\b.*?<\/\1\s*>/gis, "")
    .replace(/<br\s*\/?>|<\/(p|div|tr|li|h\d)\s*>/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => ENTITIES[name] as string)
    .replace(/&#(\d{1,7});/g, (whole, code: string) => {
      const point = Number(code);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .replace(/[ \t]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
