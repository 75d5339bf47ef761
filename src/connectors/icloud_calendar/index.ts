import { ApiError } from "../../errors.js";
import { connector } from "../connector.js";
import { connectAt, declared } from "../families/caldav/declare.js";

export const icloudCalendar = connector({
  ...declared,
  service: "icloud_calendar",
  title: "iCloud Calendar",
  /** The calendars are on one of many hosts: `p07-caldav.icloud.com`. */
  hosts: [".icloud.com"],
  auth: {
    scheme: "credentials",
    fields: [
      { name: "username", title: "Apple Account", secret: false, required: true, hint: "Its e-mail address" },
      {
        name: "password",
        title: "App-specific password",
        secret: true,
        required: true,
        hint: "Made at account.apple.com, under Sign-In and Security; the account's own password does not do",
      },
    ],
  },
  budget: { concurrency: 4 },
  connect: async (context, { username = "", password = "" }) => ({
    ...(await connectAt(context, "https://caldav.icloud.com/", { username, password }).catch(refused)),
    name: username,
  }),
});

/** The commonest mistake is the account's own password. */
const refused = (error: unknown): never => {
  if (!(error instanceof ApiError) || error.code !== "service_unauthorized") throw error;
  const message = "Apple refuses the Apple Account, or its password is not an app-specific one.";
  throw new ApiError(error.code, message, {}, { cause: error });
};
