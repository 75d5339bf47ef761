import type { Endpoint } from "../endpoint.js";

/** Beginnings of paths, with what stands under them; the first that fits. */
const TAGS = [
  ["/accounts/:account/storage/", "Storage", "Files, folders and links to them."],
  ["/accounts/:account/crm/", "CRM", "Companies, contacts, leads, opportunities, campaigns and tasks."],
  ["/accounts/:account/cal/", "Calendar", "Calendars, events and free times."],
  ["/accounts/:account/email/", "Email", "Messages, threads, folders and labels."],
  ["/accounts/:account/messaging/", "Messaging", "Conversations and their messages."],
  ["/accounts/:account/team/", "Team", "The users and groups of an account's organisation."],
  ["/accounts/:account/itsm/", "ITSM", "Incidents, problems, changes, articles and assets."],
  ["/accounts/:account/audit/", "Audit", "What was done in an organisation, and by whom."],
  ["/accounts/:account/events", "Activity", "What changed in an account."],
  ["/accounts/:account/subscriptions", "Activity", "What changed in an account."],
  ["/meta/", "Applications", "Applications with their keys, webhooks, domains and OAuth clients."],
  ["/meetings/", "Meetings", "Windows of bookable time, and the meetings that guests book in them."],
  ["/", "Accounts", "Connected accounts, and what can be done with any of them."],
] as const;

export const tagOf = ({ path }: Pick<Endpoint, "path">): string => {
  const [, tag] = TAGS.find(([beginning]) => path.startsWith(beginning)) as (typeof TAGS)[number];
  return tag;
};

/** Those that something stands under, in the order of the table. */
export const tagsOf = (endpoints: readonly Endpoint[]): { name: string; description: string }[] => {
  const used = new Set(endpoints.map(tagOf));
  const descriptions = new Map<string, string>(TAGS.map(([, name, description]) => [name, description]));
  return [...descriptions].filter(([name]) => used.has(name)).map(([name, description]) => ({ name, description }));
};

/** `listCrmContacts`, `createCrmContact`, `copyStorageFile`: what it does to what, as the path says it. */
export const operationIdOf = (endpoint: Pick<Endpoint, "path" | "method" | "answers">): string => {
  const all = endpoint.path.split("/").filter((segment) => segment !== "");
  const segments = all[1] === ":account" && all.length > 2 ? all.slice(2) : all;
  const last = segments.at(-1) as string;
  // `…/copy` is done to an object; `…/events` are made below one.
  const isAction =
    endpoint.method === "POST" &&
    !last.startsWith(":") &&
    Boolean(segments.at(-2)?.startsWith(":")) &&
    !last.endsWith("s");
  const isNew = endpoint.method === "POST" && endpoint.answers[201] !== undefined;
  const words = (isAction ? segments.slice(0, -1) : segments).flatMap((segment, index, path) => {
    if (segment.startsWith(":")) return [];
    const isOne = path[index + 1]?.startsWith(":") || (isNew && index === path.length - 1);
    return [pascal(isOne ? singular(segment) : segment)];
  });
  return `${isAction ? camel(last) : verbOf(endpoint, isNew)}${words.join("")}`;
};

const verbOf = ({ method, answers }: Pick<Endpoint, "method" | "answers">, isNew: boolean): string => {
  if (method === "POST") return isNew ? "create" : "post";
  if (method !== "GET") return { PUT: "replace", PATCH: "update", DELETE: "delete" }[method];
  const answer = answers[200];
  return typeof answer === "object" && answer !== null && "list" in answer ? "list" : "get";
};

const singular = (word: string): string => word.replace(/ies$/, "y").replace(/s$/, "");
const camel = (word: string): string => word.replace(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (word: string): string => camel(word).replace(/^[a-z]/, (letter) => letter.toUpperCase());
