import { connector } from "../connector.js";
import { connect, fields } from "./connect.js";
import { storage } from "./storage.js";

export const ftp = connector({
  service: "ftp",
  title: "FTP",
  category: "cloud_storage",
  auth: { scheme: "credentials", fields },
  /** Connections at once; as many again for downloads. Servers allow one address some five to ten. */
  budget: { concurrency: 3 },
  connect,
  storage,
});
