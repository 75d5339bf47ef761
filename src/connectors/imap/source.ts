import type { Context, EmailQuery } from "../connector.js";
import { Dates } from "./dates.js";
import { type Found, isBefore, type Rank } from "./rank.js";
import { criteriaOf } from "./search.js";
import type { Box, Session } from "./session.js";

/** Mails that are looked at where the server does not sort; older ones are not told. */
const LOOKED_AT = 20_000;
/** Mails whose dates are read at once. */
const TOGETHER = 200;

/** What one folder has to tell, from after a place in the list on. Dates are read as far as somebody looks. */
export class Source {
  #looked = 0;
  #waiting: Found[] = [];

  private constructor(
    private readonly session: Session,
    private readonly box: Box,
    private readonly dates: Dates,
    private readonly uids: readonly number[],
    private readonly isWanted: (rank: Rank) => boolean,
  ) {}

  static async open(
    context: Context,
    session: Session,
    folder: string,
    asked: EmailQuery,
    after: Rank | null,
  ): Promise<Source> {
    const box = await session.open(folder);
    const dates = new Dates(context, box);
    const earliest = asked.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(asked.since);
    const end = asked.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(asked.until);
    const last = after ? Math.min(end, after.at + 1) : end;
    const until = last === Number.POSITIVE_INFINITY ? {} : { until: new Date(last).toISOString() };
    const uids = await inOrder(session, dates, { ...asked, ...until });
    const isWanted = (rank: Rank) => rank.at >= earliest && rank.at < end && (!after || isBefore(after, rank));
    const source = new Source(session, box, dates, uids, isWanted);
    await source.#look();
    return source;
  }

  get first(): Found | undefined {
    return this.#waiting[0];
  }

  async take(): Promise<void> {
    this.#waiting.shift();
    await this.#look();
  }

  /** Until something waits, or nothing is left. */
  async #look(): Promise<void> {
    const { session, box, uids } = this;
    while (this.#waiting.length === 0 && this.#looked < uids.length) {
      await session.reopen(box);
      const some = uids.slice(this.#looked, this.#looked + TOGETHER);
      this.#looked += some.length;
      for (const [uid, at] of await this.dates.of(session, some)) {
        const rank = { at, folder: box.folder, uid, box };
        if (this.isWanted(rank)) this.#waiting.push(rank);
      }
    }
    this.#waiting.sort((one, other) => (isBefore(one, other) ? -1 : 1));
  }
}

/** UIDs in the open folder, by date, the newest first. */
const inOrder = async (session: Session, dates: Dates, asked: EmailQuery): Promise<number[]> => {
  const criteria = criteriaOf(asked);
  if (session.can("SORT")) return session.sort(criteria);
  const uids = (await session.search(criteria)).slice(-LOOKED_AT);
  const known = await dates.of(session, uids);
  return uids.sort((one, other) => (known.get(other) ?? 0) - (known.get(one) ?? 0) || one - other);
};
