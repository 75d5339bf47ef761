import type { AuditEvent } from "../../../../schema/audit/event.js";
import { type AuditOperations, type Context, personRef } from "../../connector.js";
import { reading } from "../collection.js";
import { common, named, refOf } from "../map.js";
import { event, type WireEvent } from "./wire.js";

const toAuditEvent = (
  context: Context,
  { event_type, status, timestamp, actor, resources, ...wire }: WireEvent,
): AuditEvent => ({
  ...named(wire),
  ...common(context, "audit", "audit_event", wire),
  action: event_type,
  outcome: status,
  occurred: timestamp,
  actor: actor && { ...actor, id: actorRef(context, actor) },
  targets: resources.map((target) => ({ ...target, id: refOf(context, "target", target.id) })),
});

const actorRef = (context: Context, { id, type }: NonNullable<WireEvent["actor"]>) => {
  if (id === null) return null;
  return type === "user" ? personRef(context, id) : context.ref("actor", id);
};

/** Source: the unified API, "Audit API". */
export const audit: AuditOperations = {
  events: reading({
    path: ["audit", "events"],
    wire: event,
    toItem: toAuditEvent,
    toQuery: ({ since, until, user, action, target }) => ({
      from: since,
      until,
      user_id: user,
      event_type: action,
      resource_id: target,
    }),
  }),
};
