import { z } from "zod";
import { ApiError } from "../../../errors.js";
import type { Call } from "../call.js";
import type { Endpoint } from "../endpoint.js";
import { flag, numeric, rawFields, text, time } from "../parameters.js";
import { collectionEndpoints } from "./collection.js";
import { objectEndpoints } from "./objects.js";

const level = z.enum(["low", "medium", "high"], "must be low, medium or high").nullable();
const priority = z.enum(["low", "medium", "high", "critical"], "must be low, medium, high or critical");

const common = { description: text.nullable(), category: text.nullable(), ...rawFields };
const ticket = {
  ...common,
  subject: text,
  requester: text.nullable(),
  assignee: text.nullable(),
  active: z.boolean(),
  status: text,
  impact: level,
  urgency: level,
  priority: priority.nullable().describe("Of a new one, when it is not said: what impact and urgency add up to."),
};
const delayed = { due_date: time.nullable(), escalation: text.nullable() };

const USER = "itsm.user";
const TICKET = { requester: USER, assignee: USER } as const;

/** What an object of the type does not have cannot narrow a list of them. */
const none = z.never("must not be given: these have none").optional();
const query = {
  q: text.regex(/\S/, "must not be empty").optional().describe("Words that must be found."),
  status: text.optional(),
  modified_since: time.optional(),
};
const ofTickets = z.object({
  ...query,
  active: flag.optional(),
  priority: priority.optional(),
  assignee: text.optional().describe("Only what this user works on."),
});
const ofArticles = z.object({ ...query, active: none, priority: none, assignee: none });
const ofAssets = z.object({ ...query, active: none, priority: none, assignee: ofTickets.shape.assignee });

interface Asked {
  q?: string | undefined;
  status?: string | undefined;
  modified_since?: string | undefined;
  active?: boolean | undefined;
  priority?: string | undefined;
  assignee?: string | undefined;
}
const queryOf = ({ q, modified_since, assignee, ...rest }: Asked, call: Pick<Call, "ref">) => ({
  ...rest,
  query: q,
  modifiedSince: modified_since,
  assignee: assignee === undefined ? undefined : call.ref(assignee, "itsm", "user").native,
});

/** Characters of a subject that is made. */
const LONGEST_SUBJECT = 160;

/** The reference knows no subject: what a new one is called is the first line of its description then. */
const complete = ({ subject, description }: Readonly<Record<string, unknown>>) => {
  if (subject !== undefined) return {};
  const line = String(description ?? "")
    .trim()
    .split(/\r?\n/, 1)[0] as string;
  if (line === "") throw new ApiError("invalid_parameters", "Say what it is about: `description` or `subject`.");
  return { subject: Array.from(line).slice(0, LONGEST_SUBJECT).join("") };
};

/** Source: the unified API, "ITSM API". */
export const itsm: readonly Endpoint[] = [
  ...collectionEndpoints({
    api: "itsm",
    type: "incident",
    path: "itsm/incidents",
    title: "an incident",
    titles: "incidents",
    collection: (apis) => apis.itsm.incidents,
    query: ofTickets,
    queryOf,
    complete,
    references: { ...TICKET, change: "itsm.change", problem: "itsm.problem", responder: USER },
    draft: z.object({
      ...ticket,
      ...delayed,
      change: text.nullable(),
      problem: text.nullable(),
      responder: text.nullable(),
    }),
  }),
  ...collectionEndpoints({
    api: "itsm",
    type: "problem",
    path: "itsm/problems",
    title: "a problem",
    titles: "problems",
    collection: (apis) => apis.itsm.problems,
    query: ofTickets,
    queryOf,
    complete,
    references: { ...TICKET, change: "itsm.change" },
    draft: z.object({
      ...ticket,
      ...delayed,
      change: text.nullable(),
      known_error: z.boolean(),
      workaround: text.nullable(),
    }),
  }),
  ...collectionEndpoints({
    api: "itsm",
    type: "change",
    path: "itsm/changes",
    title: "a change",
    titles: "changes",
    collection: (apis) => apis.itsm.changes,
    query: ofTickets,
    queryOf,
    complete,
    references: TICKET,
    draft: z.object({
      ...ticket,
      change_type: z.enum(["standard", "normal", "emergency"], "must be standard, normal or emergency"),
      risk: text.nullable(),
      start: time.nullable(),
      end: time.nullable(),
    }),
  }),
  ...collectionEndpoints({
    api: "itsm",
    type: "article",
    path: "itsm/articles",
    title: "an article of the knowledge base",
    titles: "articles of the knowledge base",
    collection: (apis) => apis.itsm.articles,
    query: ofArticles,
    queryOf,
    needs: ["title"],
    references: { author: USER },
    draft: z.object({
      ...common,
      author: text.nullable(),
      title: text,
      body: text.nullable(),
      knowledge_base: text.nullable(),
      status: z.enum(["draft", "published", "retired"], "must be draft, published or retired"),
    }),
  }),
  ...collectionEndpoints({
    api: "itsm",
    type: "asset",
    path: "itsm/assets",
    title: "an asset",
    titles: "assets",
    collection: (apis) => apis.itsm.assets,
    query: ofAssets,
    queryOf,
    needs: ["name"],
    references: { assignee: USER, owner: USER },
    draft: z.object({
      ...common,
      name: text,
      asset_tag: text.nullable(),
      serial_number: text.nullable(),
      model: text.nullable(),
      assignee: text.nullable(),
      owner: text.nullable(),
      location: text.nullable(),
      status: text.nullable(),
      cost: numeric.nullable(),
      purchase_date: time.nullable(),
      warranty_expiration: time.nullable(),
    }),
  }),
  ...objectEndpoints("itsm"),
];
