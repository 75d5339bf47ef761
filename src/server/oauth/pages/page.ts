import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { escapeHtml } from "../../pages/html.js";
import { STYLE } from "./style.js";

export interface Page {
  title: string;
  /** HTML, escaped already. */
  body: string;
  /** Whose page it is to the person; null: only ours. */
  application?: { name: string; logoUrl: string | null } | null;
  /** Run at the end of the page; the same for everybody. */
  script?: string;
  /** Where a form's answer may lead beside ourselves: `https://app.example.com/connected`. */
  leadsTo?: string | null;
}

const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const STYLE_HASH = sha256(STYLE);

/** A page that works without scripts, and shows nothing of anybody but us and the application's logo. */
export const sendPage = (reply: FastifyReply, status: number, page: Page): FastifyReply =>
  reply
    .code(status)
    .header("content-type", "text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .header("content-security-policy", policyOf(page))
    .send(render(page));

const render = ({ title, body, application, script }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${application ? banner(application) : ""}${body}
</main>
${script === undefined ? "" : `<script>${script}</script>`}
</body>
</html>
`;

const banner = ({ name, logoUrl }: { name: string; logoUrl: string | null }): string =>
  `<p class="application">${logoUrl === null ? "" : `<img src="${escapeHtml(logoUrl)}" alt="" width="32" height="32">`}${escapeHtml(name)}</p>
`;

const policyOf = ({ application, script, leadsTo }: Page): string =>
  [
    "default-src 'none'",
    `style-src ${STYLE_HASH}`,
    ...(application?.logoUrl ? [`img-src ${new URL(application.logoUrl).origin}`] : []),
    ...(script === undefined ? [] : [`script-src ${sha256(script)}`]),
    // Browsers apply it to where the answer to a form redirects, too, and on from there.
    `form-action 'self' https:${leadsTo ? ` ${new URL(leadsTo).protocol}` : ""}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
