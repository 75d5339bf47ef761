import { z } from "zod";
import { actorIn, targetIn } from "../../../unified/audit/named.js";
import type { Endpoint } from "../endpoint.js";
import { text, time } from "../parameters.js";
import { collectionEndpoints } from "./collection.js";

/** Who did what: nothing of it can be written. Source: the unified API, "Audit API". */
export const audit: readonly Endpoint[] = collectionEndpoints({
  api: "audit",
  type: "audit_event",
  path: "audit/events",
  title: "an entry of the audit trail",
  titles: "the entries of the audit trail, newest first",
  collection: (apis) => apis.audit.events,
  query: z.object({
    from: time.optional().describe("At or after it."),
    until: time.optional().describe("Before it."),
    user_id: text.optional().describe("Who did it: an id of ours, or the service's own."),
    event_type: text.optional().describe("As the service calls it: `ConsoleLogin`."),
    resource_id: text.optional().describe("What it was done to: an id of ours, or the service's own."),
  }),
  queryOf: ({ from, until, user_id, event_type, resource_id }, { account }) => ({
    since: from,
    until,
    user: user_id === undefined ? undefined : actorIn(account, user_id),
    action: event_type,
    target: resource_id === undefined ? undefined : targetIn(account, resource_id),
  }),
});
