import type { Context } from "../connector.js";
import { dateIn } from "../families/mime/headers.js";
import { createdOf } from "./map.js";
import type { Box, Session } from "./session.js";
import { ofSettings } from "./settings.js";

/** Dates remembered, of all folders together. They never change: a UID is always the same mail's. */
const REMEMBERED = 200_000;
/** Mails whose dates are read with one command. */
const TOGETHER = 5_000;

const known = new Map<string, Map<number, number>>();
let count = 0;

/** When the mails of one folder were sent, in milliseconds since 1970, by UID; those that are not there are left out. */
export class Dates {
  readonly #folder: string;
  constructor({ settings }: Context, { folder, uidValidity }: Box) {
    const { imap, username } = ofSettings(settings);
    this.#folder = JSON.stringify([imap.host, imap.port, username, folder, uidValidity]);
  }

  /** The folder must be open. */
  async of(session: Session, uids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const dates = new Map<number, number>();
    const unknown: number[] = [];
    for (const uid of uids) {
      const at = known.get(this.#folder)?.get(uid);
      if (at === undefined) unknown.push(uid);
      else dates.set(uid, at);
    }
    for (let begin = 0; begin < unknown.length; begin += TOGETHER)
      for (const wire of await session.fetch(unknown.slice(begin, begin + TOGETHER), {
        internalDate: true,
        headers: ["date"],
      })) {
        const created = createdOf(dateIn(wire.headers ?? Buffer.alloc(0)), wire);
        const at = created === null ? 0 : Date.parse(created);
        dates.set(wire.uid, at);
        this.#remember(wire.uid, at);
      }
    return dates;
  }

  #remember(uid: number, at: number): void {
    if (count >= REMEMBERED) {
      known.clear();
      count = 0;
    }
    const folder = known.get(this.#folder) ?? new Map<number, number>();
    known.set(this.#folder, folder.set(uid, at));
    count++;
  }
}
