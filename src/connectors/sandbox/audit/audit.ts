import type { AuditOperations, AuditQuery } from "../../connector.js";
import { collection } from "../collection.js";
import { toAuditEvent } from "./map.js";

export const audit: AuditOperations = {
  events: collection({
    path: "/audit/events",
    toItem: toAuditEvent,
    toQuery: ({ since, until, user, action, target }: AuditQuery) => ({
      from: since,
      until,
      user_id: user,
      event_type: action,
      resource_id: target,
    }),
  }),
};
