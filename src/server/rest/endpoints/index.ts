import type { Endpoint } from "../endpoint.js";
import { accounts } from "./accounts.js";
import { crm } from "./crm.js";
import { events } from "./events.js";
import { raw } from "./raw.js";
import { services } from "./services.js";
import { storage } from "./storage/index.js";
import { subscriptions } from "./subscriptions.js";
import { tasks } from "./tasks.js";

/** The whole REST API v1. Source: the unified API, "Endpoint index". */
export const ENDPOINTS: readonly Endpoint[] = [
  ...services,
  ...accounts,
  ...tasks,
  ...raw,
  ...storage,
  ...crm,
  ...events,
  ...subscriptions,
];
