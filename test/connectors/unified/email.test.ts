import { after, before } from "node:test";
import { emailConformance } from "../../conformance/email.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

emailConformance(
  "unified",
  async () => {
    const opened = await reached(far);
    return { ...opened, self: { id: null, name: null, email: opened.account.record.name }, arrives: true };
  },
  {
    "attachments come back byte by byte, with their names, the pictures of a text among them":
      "the REST API has no Content-ID for what is attached",
    "30 MB go up and come down in bounded memory": "attachments travel within a mail's JSON, 20 MiB of them at most",
    "a reply and a forward stay in the thread of what they answer": "the REST API knows answers alone",
  },
);
