import { CERTIFICATE, connector } from "../connector.js";
import { connectAt, declared } from "../families/caldav/declare.js";

export const caldav = connector({
  ...declared,
  service: "caldav",
  title: "CalDAV",
  auth: {
    scheme: "credentials",
    fields: [
      {
        name: "url",
        title: "Address",
        secret: false,
        required: true,
        hint: "Of the server, its host, or your e-mail address: https://calendar.example.com, example.com",
      },
      { name: "username", title: "User name", secret: false, required: true },
      { name: "password", title: "Password", secret: true, required: true },
      CERTIFICATE,
    ],
  },
  budget: { concurrency: 6 },
  connect: (context, { url = "", username = "", password = "" }) => connectAt(context, url, { username, password }),
});
