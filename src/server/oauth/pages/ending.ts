import { escapeHtml } from "../../pages/html.js";
import type { Page } from "./page.js";

/** It is over, and nothing leads back to the application. */
export const endPage = (problem: string | null): Page =>
  problem === null
    ? {
        title: "Connected",
        body: "<h1>Your account is connected.</h1>\n<p>You can close this window.</p>",
      }
    : {
        title: "Not connected",
        body: `<h1>No account was connected.</h1>\n<p class="problem" role="alert">${escapeHtml(problem)}</p>\n<p>You can close this window.</p>`,
      };

/** The same, and the page that opened the window is told. */
export const messagePage = ({
  message,
  origin,
  problem,
}: {
  message: string;
  origin: string;
  problem: string | null;
}): Page => {
  const page = endPage(problem);
  return {
    ...page,
    body: `${page.body}\n<div id="message" data-message="${escapeHtml(message)}" data-origin="${escapeHtml(origin)}" hidden></div>\n<noscript><p class="problem">Your browser runs no scripts, so the page that opened this window was not told.</p></noscript>`,
    script: TELL,
  };
};

/** The browser delivers it only while the window's opener is of this very origin. */
const TELL = `const { message, origin } = document.getElementById("message").dataset;
if (window.opener) window.opener.postMessage(message, origin);`;

/** What is wrong, where nobody else can be told. */
export const problemPage = (problem: string, requestId: string): Page => ({
  title: "This does not work",
  body: `<h1>This does not work</h1>\n<p class="problem" role="alert">${escapeHtml(problem)}</p>\n<p class="reference">Reference: ${escapeHtml(requestId)}</p>`,
});
