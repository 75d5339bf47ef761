import { connector } from "../connector.js";
import { audit } from "./audit/audit.js";
import { calendar } from "./calendar/calendar.js";
import { budget, budgetOf, connect, fields, offers } from "./connect.js";
import { crm } from "./crm/crm.js";
import { email } from "./email/email.js";
import { events } from "./events.js";
import { explain } from "./explain.js";
import { itsm } from "./itsm/itsm.js";
import { messaging } from "./messaging/messaging.js";
import { storage } from "./storage/storage.js";
import { team } from "./team/team.js";

export const unified = connector({
  service: "unified",
  title: "Unified REST API",
  category: "unified",
  origin: ({ url }) => new URL(String(url)).origin,
  auth: { scheme: "credentials", fields },
  budget,
  budgetOf,
  explain,
  connect,
  actAs: (user) => ({ "x-kloudless-as-user": user }),
  raw: { methods: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
  offers,
  storage,
  crm,
  calendar,
  email,
  messaging,
  team,
  events,
  itsm,
  audit,
});
