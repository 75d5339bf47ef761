import type { EventsOperations } from "../connector.js";
import type { AtPlace } from "./at.js";
import { Changes } from "./changes.js";
import type { Listings } from "./listing.js";

export const events = (at: AtPlace, listings: Listings): EventsOperations => {
  const changes = new Changes(listings);
  return {
    changes: at((context, place, cursor) => changes.since(context, place, cursor)),
    watch: at((_context, place, changed) => changes.watch(place, changed)),
  };
};
