import { escapeHtml } from "../html.js";

/** What of Markdown descriptions use: paragraphs, lists, and code between backticks. */
export const prose = (text: string): string =>
  text
    .split("\n\n")
    .map((part) => (part.startsWith("- ") ? `<ul>${list(part)}</ul>` : `<p>${line(part)}</p>`))
    .join("\n");

const list = (text: string): string =>
  text
    .split("\n")
    .map((item) => `<li>${line(item.slice(2))}</li>`)
    .join("");

/** The same within a line. */
export const line = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
