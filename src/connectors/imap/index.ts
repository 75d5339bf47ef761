import { connector } from "../connector.js";
import { connect, fields } from "./connect.js";
import { email } from "./email.js";
import { events } from "./events.js";

export const imap = connector({
  service: "imap",
  title: "IMAP and SMTP",
  category: "email",
  auth: { scheme: "credentials", fields },
  /** Connections at once; as many again for attachments and for news. Servers allow one user some ten. */
  budget: { concurrency: 4 },
  connect,
  email,
  events,
});
