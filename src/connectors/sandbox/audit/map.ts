import type { AuditActor, AuditEvent, AuditTarget } from "../../../../schema/audit/event.js";
import type { Ref } from "../../../ids.js";
import { type Context, personRef } from "../../connector.js";
import type { WireAuditEvent } from "./wire.js";

export const toAuditEvent = (context: Context, wire: WireAuditEvent): AuditEvent => ({
  id: context.ref("audit_event", wire.id),
  api: "audit",
  type: "audit_event",
  action: wire.event_type,
  category: wire.category,
  outcome: wire.status,
  occurred: wire.timestamp,
  actor: toActor(context, wire.actor),
  targets: wire.resources.map((resource) => toTarget(context, resource)),
  ip: wire.ip,
  userAgent: wire.user_agent,
  region: wire.region,
  source: wire.source,
  description: wire.description,
  created: wire.created_at,
  modified: null,
  raw: context.raw ? { id: wire.id, type: "audit_event", object: wire, headers: null } : undefined,
});

const toActor = (context: Context, { id, name, email, type }: WireAuditEvent["actor"]): AuditActor => ({
  id: type === "user" ? personRef(context, id) : context.ref("actor", id),
  name,
  email,
  type,
});

const toTarget = (context: Context, { id, name, type }: WireAuditEvent["resources"][number]): AuditTarget => ({
  id: targetRef(context, type, id),
  name,
  type,
});

/** What lives in the sandbox has the id by which it is read. */
const targetRef = (context: Context, type: string, id: string): Ref => {
  const [, api, kind] = /^(crm|itsm)\.([a-z]+)$/.exec(type) ?? [];
  if (api && kind) return context.ref(kind, id, api as "crm" | "itsm");
  return type === "user" ? personRef(context, id) : context.ref("target", id);
};
