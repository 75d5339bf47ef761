import { connector } from "../connector.js";
import { budget, budgetOf, connect, fields, offers } from "./connect.js";
import { crm } from "./crm/crm.js";
import { explain } from "./explain.js";
import { storage } from "./storage/storage.js";

export const unified = connector({
  service: "unified",
  title: "Unified REST API",
  category: "sandbox",
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
});
