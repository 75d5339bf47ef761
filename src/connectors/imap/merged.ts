import type { Context, EmailQuery } from "../connector.js";
import { unlessClosed } from "./errors.js";
import { findFolder } from "./folders.js";
import { type Found, isBefore, type Rank } from "./rank.js";
import type { Session } from "./session.js";
import { Source } from "./source.js";

/** The mails that are asked for, of one folder or of several, as one list: newest first, from after a place on. */
export class Merged {
  private constructor(private readonly sources: readonly Source[]) {}

  /** `folders`: where to look when no folder is asked for. Throws `not_found` for one that is asked for and not there. */
  static async open(
    context: Context,
    session: Session,
    folders: readonly string[],
    asked: EmailQuery,
    after: Rank | null,
  ): Promise<Merged> {
    const open = (folder: string) => Source.open(context, session, folder, asked, after);
    if (asked.folder !== undefined) {
      const source = await unlessClosed(open(asked.folder), ["not_found"]);
      // A folder that only holds others has no mails.
      if (!source) await findFolder(session, asked.folder);
      return new Merged(source ? [source] : []);
    }
    const sources: Source[] = [];
    for (const folder of folders) {
      const source = await unlessClosed(open(folder));
      if (source) sources.push(source);
    }
    return new Merged(sources);
  }

  get isAtEnd(): boolean {
    return this.#newest() === undefined;
  }

  async take(most: number): Promise<Found[]> {
    const found: Found[] = [];
    for (let next = this.#newest(); next && found.length < most; next = this.#newest()) {
      found.push(next.first as Found);
      await next.take();
    }
    return found;
  }

  #newest(): Source | undefined {
    let newest: Source | undefined;
    for (const source of this.sources)
      if (source.first && (!newest?.first || isBefore(source.first, newest.first))) newest = source;
    return newest;
  }
}
