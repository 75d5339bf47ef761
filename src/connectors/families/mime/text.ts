import { isUtf8 } from "node:buffer";
import { type SimpleParserOptions, simpleParser } from "mailparser";
import { LIMITS } from "./limits.js";
import type { Part } from "./parts.js";

/** A text part as it came: bytes in its own character set, perhaps only the first of them. */
export interface Body extends Pick<Part, "charset" | "flowed" | "alternative"> {
  mimeType: "text/plain" | "text/html";
  bytes: Buffer;
  /** Whether `bytes` end before the part did. */
  cut: boolean;
}

/** The text of a part, with line ends of `\n`. */
export const decode = async (body: Body): Promise<string> => {
  const { html, text } = await parsed(body, { skipHtmlToText: true, skipTextToHtml: true });
  return (body.mimeType === "text/html" ? html || "" : (text ?? "")).trimEnd();
};

/** What a conversion gave, null where it gave up, and whether that is less than there was. */
interface Converted {
  content: string | null;
  cut: boolean;
}

/** The words of the first characters of an HTML text, with its structure hinted at. Markup nested too deep is given up. */
export const textOfHtml = async (html: string, characters: number): Promise<Converted> => {
  const body = inUtf8("text/html", plainer(html.slice(0, characters)));
  const { text, textConversionError } = await parsed(body, { skipTextToHtml: true });
  const content = textConversionError ? null : (text ?? "").trim();
  return { content, cut: content === null || html.length > characters };
};

/** The first characters of a text as paragraphs of HTML. */
export const htmlOfText = async (text: string, characters: number): Promise<Converted> => {
  const { textAsHtml = "" } = await parsed(inUtf8("text/plain", text.slice(0, characters)), { skipTextLinks: true });
  return { content: textAsHtml, cut: text.length > characters };
};

const inUtf8 = (mimeType: Body["mimeType"], text: string): Body => {
  return { mimeType, bytes: Buffer.from(text), cut: false, charset: "utf-8", flowed: "no", alternative: null };
};

/** The parser that reads messages also knows character sets, flowed lines and HTML: it is given the part as a message. */
const parsed = (body: Body, options: SimpleParserOptions) => {
  const format = { no: "", yes: "; format=flowed", delsp: "; format=flowed; delsp=yes" }[body.flowed];
  const head = `Content-Type: ${body.mimeType}; charset="${charsetOf(body)}"${format}\r\n\r\n`;
  return simpleParser(Buffer.concat([Buffer.from(head), body.bytes]), {
    ...options,
    keepCidLinks: true,
    checksumAlgo: false,
  });
};

/** What claims ASCII or UTF-8, or claims nothing, and is neither, was most likely written by Windows. */
const charsetOf = ({ charset, bytes, cut }: Body): string => {
  const named = charset?.replace(/[^\w.:+-]/g, "") || "utf-8";
  if (!/^(us-?)?ascii$|^utf-?8$|^ansi_x3|^unknown|^x-unknown|^default$/.test(named)) return named;
  // A cut may fall within a character.
  const whole = cut ? [0, 1, 2, 3].map((less) => bytes.subarray(0, bytes.length - less)) : [bytes];
  return whole.some((each) => isUtf8(each)) ? "utf-8" : "windows-1252";
};

/** Images are their description, without the address; lists and quotations beyond the bound are plain blocks. */
const plainer = (html: string): string => {
  let depth = 0;
  return html
    .replace(/<img\b[^<>]*>/gi, (tag) => /\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag)?.slice(1).join("") ?? "")
    .replace(/<(\/?)(ul|ol|blockquote)\b[^<>]*>/gi, (tag, closing: string) => {
      const within = closing ? depth-- : ++depth;
      depth = Math.max(depth, 0);
      return within > LIMITS.indents ? `<${closing}div>` : tag;
    });
};

/** What newsletters put between spaces, unseen, to fill previews; between letters such characters join or part them. */
const INVISIBLE = /(?<=^|\s)\p{Default_Ignorable_Code_Point}+/gu;
const SNIPPET = 200;

/** The first characters that are seen, on one line; addresses of links that a derived text shows are not. */
export const snippetOf = (text: string | null): string | null => {
  const seen = text
    ?.slice(0, 20 * SNIPPET)
    .replace(/\[(?:https?|mailto|cid|tel):[^\]\s]*\]/g, "")
    .replace(INVISIBLE, "")
    .replace(/\s+/g, " ")
    .trim();
  return seen ? Array.from(seen).slice(0, SNIPPET).join("").trimEnd() : null;
};
