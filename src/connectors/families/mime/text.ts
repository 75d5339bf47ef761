import { isUtf8 } from "node:buffer";
import { simpleParser } from "mailparser";
import { LIMITS } from "./limits.js";
import type { Part } from "./parts.js";

/** A text part as it came: bytes in its own character set, perhaps only the first of them. */
export interface Body extends Pick<Part, "charset" | "flowed" | "alternative"> {
  mimeType: "text/plain" | "text/html";
  bytes: Buffer;
  /** Whether `bytes` end before the part did. */
  cut: boolean;
}

/** The text of a part with line ends of `\n`, and the same as HTML if that is asked for. */
export const decode = async (body: Body, asHtml = false): Promise<{ content: string; html: string }> => {
  const decoded = await parsed(body, { skipHtmlToText: true, skipTextToHtml: !asHtml, skipTextLinks: true });
  const content = (body.mimeType === "text/html" ? decoded.html || "" : (decoded.text ?? "")).trimEnd();
  return { content, html: decoded.textAsHtml ?? "" };
};

/** The words of an HTML text with its structure hinted at, or null where it nests too deep to be read. */
export const textOfHtml = async (html: string): Promise<{ content: string | null; cut: boolean }> => {
  const cut = html.length > LIMITS.convertedBytes;
  const bytes = Buffer.from(plainer(html.slice(0, LIMITS.convertedBytes)));
  const whole = { mimeType: "text/html", charset: "utf-8", flowed: "no", alternative: null, cut: false } as const;
  const { text, textConversionError } = await parsed({ ...whole, bytes }, { skipTextToHtml: true });
  return textConversionError ? { content: null, cut: true } : { content: (text ?? "").trim(), cut };
};

/** The parser that reads messages also knows character sets, flowed lines and HTML: it is given the part as a message. */
const parsed = (
  body: Body,
  options: { skipHtmlToText?: boolean; skipTextToHtml: boolean; skipTextLinks?: boolean },
) => {
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
