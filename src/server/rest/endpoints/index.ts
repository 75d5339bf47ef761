import type { Endpoint } from "../endpoint.js";
import { accounts } from "./accounts.js";
import { audit } from "./audit.js";
import { crm } from "./crm/index.js";
import { events } from "./events.js";
import { itsm } from "./itsm.js";
import { meta } from "./meta/index.js";
import { raw } from "./raw.js";
import { services } from "./services.js";
import { storage } from "./storage/index.js";
import { subscriptions } from "./subscriptions.js";
import { tasks } from "./tasks.js";
import { team } from "./team.js";

/** The whole REST API v1. Source: the unified API, "Endpoint index". */
export const ENDPOINTS: readonly Endpoint[] = [
  ...services,
  ...accounts,
  ...meta,
  ...tasks,
  ...raw,
  ...storage,
  ...crm,
  ...team,
  ...events,
  ...itsm,
  ...audit,
  ...subscriptions,
];
