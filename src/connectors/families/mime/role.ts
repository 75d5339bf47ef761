import type { Part } from "./parts.js";

/** A text that is neither attached nor named, as files are; some programs name the one text of a message all the same. */
export const isBody = (
  { mimeType, disposition, name }: Pick<Part, "mimeType" | "disposition" | "name">,
  first: boolean,
): boolean =>
  (mimeType === "text/plain" || mimeType === "text/html") &&
  (disposition === null || disposition === "inline") &&
  (name === null || (first && disposition === null));

/** Whether an attachment is shown within the text, of which `shown` are the Content-IDs it names. */
export const isInline = (
  { disposition, contentId, related }: Pick<Part, "disposition" | "contentId" | "related">,
  shown: ReadonlySet<string>,
): boolean =>
  disposition === "inline" || (contentId !== null && (shown.has(contentId) || (related && disposition === null)));

/** An attachment's own name without folders; messages always have one that ends in `.eml`. */
export const nameOf = ({ name, mimeType }: Pick<Part, "name" | "mimeType">): string | null => {
  const own =
    name
      ?.replace(/^.*[/\\]/s, "")
      .replace(/[\x00-\x1f\x7f]+/g, " ")
      .trim() || null;
  if (mimeType !== "message/rfc822") return own;
  return own === null ? "message.eml" : /\.eml$/i.test(own) ? own : `${own}.eml`;
};
