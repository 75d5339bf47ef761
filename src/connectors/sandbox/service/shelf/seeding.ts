import type { Call, Route, Service } from "../http.js";
import { type World, worldOf } from "../world.js";
import { type Body, type Kind, Shelf, type Thing } from "./shelf.js";

/** An object to be, with the shelf that it goes to. */
export interface Seed<Content extends Body = Body> {
  kind: Kind<Content>;
  thing: Thing<Content>;
}

/** What an account of one category begins with. The same world gives the same objects. */
export type Sow = (world: World, call: Call) => Iterable<Seed>;

/**
 * Fills a category when it is first asked for something: an account that is asked for files alone costs no mails. Nothing of it is
 * told in the feed.
 */
const sowOnce = (service: Service, call: Call, category: string, sow: Sow): void => {
  const { database } = service;
  const { account } = call;
  const sown = "SELECT 1 AS sown FROM seeded WHERE account = ? AND category = ?";
  if (database.get(sown, account.number, category)) return;
  database.transaction(() => {
    if (database.run("INSERT OR IGNORE INTO seeded VALUES (?, ?)", account.number, category).changes === 0) return;
    const shelves = new Map<Kind, Shelf>();
    for (const { kind, thing } of sow(worldOf(account), call)) {
      let shelf = shelves.get(kind);
      if (!shelf) {
        shelf = new Shelf(service, call, kind);
        shelves.set(kind, shelf);
      }
      shelf.place(thing);
    }
  });
};

/** The routes of a category, filled before the first of them answers. */
export const sown = (service: Service, category: string, sow: Sow, routes: readonly Route[]): Route[] =>
  routes.map((one) => ({
    ...one,
    handle: (call) => {
      sowOnce(service, call, category, sow);
      return one.handle(call);
    },
  }));
