import type { Connector, ServiceCategory } from "../../../connectors/connector.js";
import type { PageOfFlow } from "../../../unified/connecting/connecting.js";
import { escapeHtml } from "../../pages/html.js";
import { cancelForm } from "./cancel.js";
import type { Page } from "./page.js";

/** As people call what services are for, in the order of the page. */
const HEADINGS: Readonly<Record<ServiceCategory, string>> = {
  cloud_storage: "Files",
  object_storage: "Object storage",
  email: "Mail",
  calendar: "Calendars",
  crm: "Customers",
  chat: "Chat",
  itsm: "Tickets",
  construction: "Construction",
  audit: "Audit",
  sandbox: "For trying out",
  unified: "Other servers",
};

/** Which service. */
export const chooserPage = ({ flow, application, services, leadsTo }: PageOfFlow): Page => ({
  title: `Connect an account to ${application.name}`,
  application,
  leadsTo,
  body: `<h1>Which account do you want to connect?</h1>
<p class="lead">${escapeHtml(application.name)} will be able to use it.</p>
${Object.entries(HEADINGS)
  .map(([category, heading]) =>
    section(
      flow,
      heading,
      services.filter((one) => one.category === category),
    ),
  )
  .join("")}${cancelForm(flow)}`,
});

const section = (flow: string, heading: string, services: readonly Connector[]): string =>
  services.length === 0
    ? ""
    : `<h2>${heading}</h2>
<ul class="services">
${services.map((connector) => entry(flow, connector)).join("\n")}
</ul>
`;

const entry = (flow: string, { service, title }: Connector): string =>
  `<li><a href="/v1/oauth/connect/${encodeURIComponent(service)}?flow=${encodeURIComponent(flow)}"><span class="letter" aria-hidden="true">${escapeHtml(title.charAt(0))}</span>${escapeHtml(title)}</a></li>`;
