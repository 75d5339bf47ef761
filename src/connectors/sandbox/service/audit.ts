import { z } from "zod";
import { sowAudit } from "./audit/seed.js";
import { TRAIL } from "./audit/trail.js";
import type { Route, Service } from "./http.js";
import { collectionRoutes } from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import type { Question } from "./shelf/shelf.js";

/** `?from=…&until=…&user_id=…&event_type=…&resource_id=…` */
const asked = z
  .strictObject({
    from: z.string().optional(),
    until: z.string().optional(),
    user_id: z.string().optional(),
    event_type: z.string().optional(),
    resource_id: z.string().optional(),
  })
  .transform(
    ({ from, until, ...filters }): Question => ({
      keys: Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
      from,
      until,
    }),
  );

/** Who did what: read alone, and written by what is done through the collections of the other categories. */
export const auditRoutes = (service: Service): Route[] =>
  sown(service, "audit", sowAudit, collectionRoutes(service, { path: "/audit/events", kind: TRAIL, asked }));
