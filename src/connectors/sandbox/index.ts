import { connector } from "../connector.js";
import { audit } from "./audit/audit.js";
import { calendar } from "./calendar/calendar.js";
import { connect, fields, offers } from "./connect.js";
import { crm } from "./crm/crm.js";
import { email } from "./email/email.js";
import { events } from "./events.js";
import { itsm } from "./itsm/itsm.js";
import { messaging } from "./messaging/messaging.js";
import { explain } from "./requests.js";
import { storage } from "./storage.js";
import { team } from "./team/team.js";
import { ORIGIN } from "./wire.js";

export const sandbox = connector({
  service: "sandbox",
  title: "Sandbox",
  category: "sandbox",
  origin: ORIGIN,
  auth: {
    scheme: "oauth2",
    token: `${ORIGIN}/oauth/token`,
    scopes: [],
    client: "unigraph",
    fields,
  },
  budget: { concurrency: 32 },
  explain,
  connect,
  actAs: (user) => ({ "x-sandbox-user": user }),
  raw: { methods: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
  offers,
  storage,
  crm,
  messaging,
  team,
  calendar,
  email,
  events,
  itsm,
  audit,
});
