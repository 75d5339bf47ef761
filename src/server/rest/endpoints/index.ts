import type { Endpoint } from "../endpoint.js";
import { calendar } from "./calendar.js";
import { crm } from "./crm.js";
import { email } from "./email.js";
import { meetings } from "./meetings/index.js";
import { messaging } from "./messaging.js";
import { storage } from "./storage/index.js";

/** The whole REST API v1. Source: the unified API, "Endpoint index". */
export const ENDPOINTS: readonly Endpoint[] = [...storage, ...crm, ...calendar, ...email, ...messaging, ...meetings];
