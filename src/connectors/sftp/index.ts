import { connector } from "../connector.js";
import { connect, fields } from "./connect.js";
import { storage } from "./storage.js";

export const sftp = connector({
  service: "sftp",
  title: "SFTP",
  category: "cloud_storage",
  auth: { scheme: "credentials", fields },
  /** Operations at once; as many downloads again. Sixteen share one connection. */
  budget: { concurrency: 16 },
  connect,
  storage,
});
