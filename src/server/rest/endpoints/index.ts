import type { Endpoint } from "../endpoint.js";
import { accounts } from "./accounts.js";
import { audit } from "./audit.js";
import { calendar } from "./calendar.js";
import { crm } from "./crm/index.js";
import { email } from "./email.js";
import { events } from "./events.js";
import { itsm } from "./itsm.js";
import { meetings } from "./meetings/index.js";
import { messaging } from "./messaging.js";
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
  ...calendar,
  ...email,
  ...messaging,
  ...team,
  ...events,
  ...itsm,
  ...audit,
  ...subscriptions,
  ...meetings,
];
