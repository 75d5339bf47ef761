import { quietly } from "./errors.js";
import { isTemporary } from "./names.js";
import type { OpenFolder, Place } from "./root.js";
import { discard } from "./tree.js";

/** Milliseconds after which a temporary file that nobody writes any more was left by a process that died. */
const STALE = 7 * 24 * 3600_000;
/** Milliseconds between two looks at one folder. */
const SELDOM = 3600_000;
const REMEMBERED = 1000;

/** Clears what uploads that never ended left in a folder, now and then when another one begins there. */
export class Sweeper {
  readonly #swept = new Map<string, number>();

  /** Goes on in the background. */
  offer(place: Place, id: string): void {
    const key = `${place.key}\0${id}`;
    if ((this.#swept.get(key) ?? Number.NEGATIVE_INFINITY) > Date.now() - SELDOM) return;
    this.#swept.delete(key);
    this.#swept.set(key, Date.now());
    if (this.#swept.size > REMEMBERED) this.#swept.delete(this.#swept.keys().next().value as string);
    void quietly(place.within(id, sweep));
  }
}

const sweep = async (folder: OpenFolder): Promise<void> => {
  for await (const batch of folder.batches(64))
    for (const { name: bytes } of batch) {
      const name = bytes.toString();
      if (!isTemporary(name)) continue;
      const stats = await folder.stats(name);
      if (stats && stats.mtimeMs < Date.now() - STALE) await discard(folder, name);
    }
};
