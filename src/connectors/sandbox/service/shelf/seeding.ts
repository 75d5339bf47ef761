import { setImmediate } from "node:timers/promises";
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

/** Milliseconds of filling at a time. A large mailbox takes seconds: whoever else is in the process is served in between. */
const SLICE = 40;

/**
 * Fills a category, of which nothing is told in the feed. Another process may be at the same, or have been killed at it: the objects are
 * the same in the same order, so what is there is passed over, and who is done first ends it for all.
 */
const sowAll = async (service: Service, call: Call, category: string, sow: Sow): Promise<void> => {
  const { database } = service;
  const { account } = call;
  const seeds = sow(worldOf(account), call)[Symbol.iterator]();
  const shelves = new Map<Kind, Shelf>();
  const shelfOf = (kind: Kind): Shelf => {
    const shelf = shelves.get(kind) ?? new Shelf(service, call, kind);
    shelves.set(kind, shelf);
    return shelf;
  };
  const sowSome = (): boolean => {
    if (!isWanting(service, account.number, category)) return true;
    const end = performance.now() + SLICE;
    for (;;) {
      const { done, value } = seeds.next();
      if (done) {
        database.run("INSERT INTO seeded VALUES (?, ?)", account.number, category);
        return true;
      }
      shelfOf(value.kind).sow(value.thing);
      if (performance.now() > end) return false;
    }
  };
  while (!database.transaction(sowSome)) await setImmediate();
};

/** Whether the account is there, and this category of it has not been filled. */
const isWanting = ({ database }: Service, account: number, category: string): boolean => {
  const sql =
    "SELECT 1 FROM accounts WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM seeded WHERE account = ?1 AND category = ?2)";
  return database.get(sql, account, category) !== undefined;
};

/**
 * The routes of a category, which is filled before the first of them answers: an account that is asked for files alone costs no mails.
 */
export const sown = (service: Service, category: string, sow: Sow, routes: readonly Route[]): Route[] => {
  const underWay = new Map<number, Promise<void>>();
  const fill = async (call: Call): Promise<void> => {
    const { number } = call.account;
    if (!underWay.has(number)) {
      if (!isWanting(service, number, category)) return;
      const filling = sowAll(service, call, category, sow).finally(() => underWay.delete(number));
      underWay.set(number, filling);
    }
    await underWay.get(number);
  };
  return routes.map((one) => ({
    ...one,
    handle: async (call) => {
      await fill(call);
      return one.handle(call);
    },
  }));
};
