import type { CredentialField } from "../../../connectors/connector.js";
import type { Step } from "../../../unified/connecting/connecting.js";
import { escapeHtml } from "../../pages/html.js";
import { cancelForm } from "./cancel.js";
import type { Page } from "./page.js";

/** What a service asks of its user. `problem`: why the last try failed, in a sentence. Secrets are never filled in. */
export const credentialsPage = ({ page, connector, fields, problem }: Extract<Step, { kind: "form" }>): Page => {
  const { flow, application, services, leadsTo } = page;
  const { service, title, auth } = connector;
  const address = `/v1/oauth/connect/${encodeURIComponent(service)}?flow=${encodeURIComponent(flow)}`;
  const first = auth.fields.find(({ name }) => !fields[name]);
  return {
    title: `${problem === null ? "" : "Not connected: "}${title} – ${application.name}`,
    application,
    leadsTo,
    body: `<h1>Connect ${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(application.name)} will be able to use this account. What you type is kept encrypted, for that alone.</p>
${problem === null ? "" : `<p class="problem" id="problem" role="alert">${escapeHtml(problem.message)}</p>\n`}<form method="post" action="${escapeHtml(address)}">
${auth.fields.map((field) => input(field, fields[field.name] ?? "", field === first, problem !== null)).join("\n")}
<button>Connect</button>
</form>
${services.length > 1 ? `<p class="other"><a href="/v1/oauth/connect?flow=${encodeURIComponent(flow)}">Choose another service</a></p>\n` : ""}${cancelForm(flow)}`,
  };
};

const input = (
  { name, title, secret, required, hint }: CredentialField,
  value: string,
  first: boolean,
  failed: boolean,
): string => {
  const id = `field-${escapeHtml(name)}`;
  const described = [...(hint ? [`${id}-hint`] : []), ...(failed ? ["problem"] : [])].join(" ");
  const attributes = [
    `type="${secret ? "password" : "text"}"`,
    `id="${id}"`,
    `name="${escapeHtml(name)}"`,
    `autocomplete="${AUTOCOMPLETE[name] ?? "off"}"`,
    'autocapitalize="none" spellcheck="false"',
    ...(secret || value === "" ? [] : [`value="${escapeHtml(value)}"`]),
    ...(name === "url" ? ['inputmode="url"'] : []),
    ...(required ? ["required"] : []),
    ...(described ? [`aria-describedby="${described}"`] : []),
    ...(first ? ["autofocus"] : []),
  ].join(" ");
  return `<div class="field">
<label for="${id}">${escapeHtml(title)}${required ? "" : ' <span class="optional">(optional)</span>'}</label>
<input ${attributes}>${hint ? `\n<span class="hint" id="${id}-hint">${escapeHtml(hint)}</span>` : ""}
</div>`;
};

/** What a password manager may fill in. */
const AUTOCOMPLETE: Readonly<Record<string, string>> = { username: "username", password: "current-password" };
