/** Buckets' regions, known to everybody who asks; a bucket that is deleted may be made anew elsewhere. */
export class BucketRegions {
  readonly #regions = new Map<string, { region: string; until: number }>();

  remember(bucket: string, region: string): void {
    if (!/^[a-z0-9-]{1,32}$/.test(region)) return;
    this.#regions.delete(bucket);
    for (const oldest of this.#regions.keys()) {
      if (this.#regions.size < MOST) break;
      this.#regions.delete(oldest);
    }
    this.#regions.set(bucket, { region, until: Date.now() + LIFE });
  }

  /** Asks whoever can find it out, and remembers what was found; null where nobody says. */
  async regionOf(bucket: string, find: () => Promise<string | null>): Promise<string | null> {
    const known = this.#regions.get(bucket);
    if (known && known.until > Date.now()) return known.region;
    const found = await find();
    if (found !== null) this.remember(bucket, found);
    return found;
  }
}

const MOST = 10_000;
const LIFE = 10 * 60_000; // ms
