import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import type { Application, ApplicationChange } from "../../../../store/store.js";
import {
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  updateApplication,
} from "../../../../unified/applications/applications.js";
import { created, noContent, ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { countedPaging, flag, text } from "../../parameters.js";
import { ADMIN, metaPath, pageOf } from "./managed.js";

const application = z
  .object({
    id: text,
    name: text,
    description: text.nullable(),
    logo_url: text.nullable(),
    active: z.boolean(),
    implicit_grant_enabled: z.boolean(),
    recent_enabled: z.boolean(),
    events_enabled: z.boolean(),
    source: text.nullable(),
    created: text,
    modified: text,
    type: z.literal("application"),
    api: z.literal("meta"),
    href: text,
  })
  .meta({ id: "Application", description: "Whose accounts and keys these are." });

const changes = z.object({
  name: text.optional(),
  description: text.nullable().optional(),
  logo_url: text.nullable().optional(),
  active: z.boolean().optional(),
  implicit_grant_enabled: z.boolean().optional(),
  recent_enabled: z.boolean().optional(),
  events_enabled: z.boolean().optional(),
  events_grant_enabled: z.boolean().optional().describe("As `events_enabled`."),
  source: text.nullable().optional(),
});

const toChange = (body: z.output<typeof changes>): ApplicationChange => {
  const { logo_url, implicit_grant_enabled, recent_enabled, events_grant_enabled, ...rest } = body;
  const { events_enabled = events_grant_enabled, ...same } = rest;
  const named = {
    ...same,
    logoUrl: logo_url,
    implicitGrantEnabled: implicit_grant_enabled,
    recentEnabled: recent_enabled,
    eventsEnabled: events_enabled,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
};

const render = (
  { id, name, description, logoUrl, active, source, ...rest }: Application,
  { base }: Pick<Call, "base">,
): z.output<typeof application> => ({
  id,
  name,
  description,
  logo_url: logoUrl,
  active,
  implicit_grant_enabled: rest.implicitGrantEnabled,
  recent_enabled: rest.recentEnabled,
  events_enabled: rest.eventsEnabled,
  source,
  created: rest.created,
  modified: rest.modified,
  type: "application",
  api: "meta",
  href: `${base}/v1/meta/applications/${id}`,
});

/** Source: the unified API, "Meta (management) API". */
export const applications: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    ...metaPath(""),
    title: "Lists the applications that the key manages.",
    right: ADMIN,
    query: z.object({ ...countedPaging(), active: flag.optional() }),
    answers: { 200: { list: [application], style: "counted" } },
    async handle(call) {
      const { active } = call.query;
      const all = await listApplications(call.session);
      const found = all.filter((one) => active === undefined || one.active === active);
      return ok(
        pageOf(
          call,
          found.map((one) => render(one, call)),
        ),
      );
    },
  }),
  endpoint({
    method: "POST",
    ...metaPath(""),
    title: "Makes an application, with one API key.",
    right: ADMIN,
    body: changes,
    answers: { 201: application },
    async handle(call) {
      const { name, ...rest } = toChange(call.body);
      if (name === undefined) throw new ApiError("invalid_parameters", "`name` is missing.");
      const made = await createApplication(call.session, { ...rest, name });
      return created(render(made.application, call));
    },
  }),
  endpoint({
    method: "GET",
    ...metaPath("/:app"),
    title: "An application.",
    right: ADMIN,
    answers: { 200: application },
    handle: async (call) => ok(render(await getApplication(call.session, call.param("app")), call)),
  }),
  endpoint({
    method: "PATCH",
    ...metaPath("/:app"),
    title: "Changes an application.",
    right: ADMIN,
    body: changes,
    answers: { 200: application },
    handle: async (call) =>
      ok(render(await updateApplication(call.session, call.param("app"), toChange(call.body)), call)),
  }),
  endpoint({
    method: "DELETE",
    ...metaPath("/:app"),
    title: "Deletes an application; its accounts are disconnected.",
    right: ADMIN,
    answers: { 204: null },
    async handle(call) {
      await deleteApplication(call.session, call.param("app"));
      return noContent;
    },
  }),
];
