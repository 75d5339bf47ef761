import { connector } from "../connector.js";
import { connect, fields } from "./connect.js";
import { explain } from "./requests.js";
import { storage } from "./storage.js";

export const sandbox = connector({
  service: "sandbox",
  title: "Sandbox",
  category: "sandbox",
  origin: "http://sandbox.invalid",
  auth: {
    scheme: "oauth2",
    token: "http://sandbox.invalid/oauth/token",
    scopes: [],
    client: "unigraph",
    fields,
  },
  budget: { concurrency: 32 },
  explain,
  connect,
  actAs: (user) => ({ "x-sandbox-user": user }),
  raw: { methods: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
  storage,
});
