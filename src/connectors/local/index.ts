import { type Connector, connector } from "../connector.js";
import { atPlace } from "./at.js";
import { calendar } from "./calendar/calendar.js";
import { addressIn, choose } from "./connect.js";
import { events } from "./events.js";
import { Listings } from "./listing.js";
import { email } from "./mail/email.js";
import { storage } from "./storage.js";

/** Folders of this machine: those that the operator names (absolute, canonical paths) and what lies below them. */
export const local = ({ folders }: { folders: readonly string[] }): Connector => {
  const at = atPlace(folders);
  const listings = new Listings();
  return connector({
    service: "local",
    title: "Local folder",
    category: "cloud_storage",
    auth: {
      scheme: "none",
      fields: [
        {
          name: "folder",
          title: "Folder",
          secret: false,
          required: folders.length !== 1,
          hint: "A folder that the operator offers, by name, number or path, or one below it: Documents/2024",
        },
        {
          name: "email",
          title: "Your address",
          secret: false,
          required: false,
          hint: "By which invitations in calendars name you; without it none can be answered",
        },
      ],
    },
    budget: { concurrency: 64 },
    connect: async (_context, { folder = "", email = "" }) => {
      const connection = await choose(folders, folder);
      return { ...connection, settings: { ...connection.settings, ...addressIn(email) } };
    },
    storage: storage(at, listings),
    calendar: calendar(at),
    email: email(at),
    events: events(at, listings),
  });
};
