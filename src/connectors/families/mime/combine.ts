import { LIMITS } from "./limits.js";
import type { Cut, MailMessage } from "./message.js";
import { type Body, decode, htmlOfText, textOfHtml } from "./text.js";

/**
 * All texts in their order. Of alternatives the text takes the plain one and the HTML the other; a text that has no
 * alternative is converted into whichever of the two lacks it. Says in `cuts` what was too long for that.
 */
export const combine = async (bodies: readonly Body[], cuts: Set<Cut>): Promise<Pick<MailMessage, "text" | "html">> => {
  const hasPlain = alternativesWith("text/plain", bodies);
  const hasHtml = alternativesWith("text/html", bodies);
  const anyHtml = bodies.some(({ mimeType }) => mimeType === "text/html");
  const texts: string[] = [];
  const htmls: string[] = [];
  let left = LIMITS.converted;
  const convert = async (content: string, how: typeof textOfHtml, into: string[], kind: Cut): Promise<void> => {
    const converted = await how(content, left);
    left = Math.max(0, left - content.length);
    if (converted.cut) cuts.add(kind);
    if (converted.content !== null) into.push(converted.content);
  };
  for (const body of bodies) {
    const content = await decode(body);
    if (body.mimeType === "text/plain") {
      texts.push(content);
      if (anyHtml && !hasHtml.has(body.alternative)) await convert(content, htmlOfText, htmls, "html");
    } else {
      htmls.push(content);
      if (!hasPlain.has(body.alternative)) await convert(content, textOfHtml, texts, "text");
    }
  }
  return { text: texts.length > 0 ? texts.join("\n") : null, html: htmls.length > 0 ? htmls.join("\n") : null };
};

/** Alternatives that hold a text of this type with something in it. */
const alternativesWith = (mimeType: string, bodies: readonly Body[]): Set<string | null> =>
  new Set(
    bodies
      .filter(
        (body) => body.alternative !== null && body.mimeType === mimeType && /\S/.test(body.bytes.toString("latin1")),
      )
      .map(({ alternative }) => alternative),
  );
