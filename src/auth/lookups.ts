/** Entries at most; the oldest gives way. */
const SIZE = 10_000;
/** Milliseconds that an answer is believed. */
const LIFETIME = 30_000;

interface Entry<Found> {
  answer: Promise<Found | null>;
  /** Null while the answer is awaited. */
  found: Found | null;
  until: number;
}

/**
 * What the store said of a hash, believed for 30 s, so a storm of returning clients asks once for each. Lookups under way are
 * shared; what was not found is not remembered.
 */
export class Lookups<Found> {
  readonly #entries = new Map<string, Entry<Found>>();

  constructor(
    /** Answers in the order of the hashes. */
    readonly ask: (hashes: readonly string[]) => Promise<readonly (Found | null)[]>,
    readonly now: () => number,
  ) {}

  find(hashes: readonly string[]): Promise<(Found | null)[]> {
    const unknown = hashes.filter((hash) => (this.#entries.get(hash)?.until ?? 0) <= this.now());
    if (unknown.length > 0) {
      const asked = this.ask(unknown);
      for (const [index, hash] of unknown.entries())
        this.#remember(
          hash,
          asked.then((answers) => answers[index] ?? null),
        );
    }
    return Promise.all(hashes.map((hash) => this.#entries.get(hash)?.answer ?? null));
  }

  /** Nothing that fits is believed any more, nor what is being asked for at this moment. */
  forget(fits: (found: Found) => boolean): void {
    for (const [hash, { found }] of this.#entries) if (found === null || fits(found)) this.#entries.delete(hash);
  }

  #remember(hash: string, answer: Promise<Found | null>): void {
    const entry: Entry<Found> = { answer, found: null, until: this.now() + LIFETIME };
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    if (this.#entries.size > SIZE) this.#entries.delete(this.#entries.keys().next().value as string);
    const drop = () => {
      if (this.#entries.get(hash) === entry) this.#entries.delete(hash);
    };
    answer.then((found) => {
      entry.found = found;
      if (found === null) drop();
    }, drop);
  }
}
