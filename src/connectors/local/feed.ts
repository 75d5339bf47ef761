import { randomUUID } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { type Change, ROOT } from "../connector.js";
import { unless } from "./errors.js";
import { type Held, pack } from "./held.js";
import { Memory, TooLarge } from "./memory.js";
import { isTemporary } from "./names.js";
import type { OpenFolder, Place } from "./root.js";

/** Changes kept for those who ask for them. */
const KEPT = 10_000;
/** Folders watched; what happens in others is found by looking at everything. */
const WATCHED = 2_000;
/** Milliseconds until everything is looked at again, however well it is watched. */
const SELDOM = 300_000;
/** Milliseconds that a listener waits for more to happen. */
const SOON = 50;

/**
 * What happens in one account's folder: a journal filled by comparing what it holds with what it held. While somebody listens,
 * its folders are watched, and only those that stirred are compared again; watchers are hints, never the truth.
 */
export class Feed {
  /** A position means something in its own epoch alone. */
  readonly epoch = randomUUID();
  #memory: Memory | null;
  #journal: Change[] = [];
  /** Changes no longer kept. */
  #dropped = 0;
  #isFirstLook = true;
  #lookedAtAll = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> = Promise.resolve();

  readonly #listeners = new Set<() => void>();
  readonly #watchers = new Map<string, FSWatcher>();
  #isWatchedWhole = false;
  #stirred = new Set<string>();
  #soon: NodeJS.Timeout | undefined;

  constructor(private readonly place: Place) {
    this.#memory = new Memory({
      changed: (change) => this.#write(change),
      reading: (folder) => this.#watch(folder),
      gone: (folder) => this.#unwatch(folder),
    });
  }

  get isListenedTo(): boolean {
    return this.#listeners.size > 0;
  }
  /** The position after the newest change. */
  get end(): number {
    return this.#dropped + this.#journal.length;
  }
  /** Changes after a position, as of the last look; null where they are not kept, or there is too much to remember. */
  after(position: number): Change[] | null {
    if (!this.#memory || position < this.#dropped || position > this.end) return null;
    return this.#journal.slice(position - this.#dropped);
  }
  /** Changes since the tree held that, as of the last look; null where there is too much to remember. */
  since(held: Held): Change[] | null {
    return this.#memory?.since(held) ?? null;
  }
  /** What the tree held at the last look, packed; null where that is too much. */
  async held(): Promise<string | null> {
    return this.#memory && pack(this.#memory.held());
  }

  /** Brings the journal up to now. One look at a time: who asks during one waits for the next. */
  look(): Promise<void> {
    const turn = this.#turn.then(() => this.#look());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Calls back soon after something stirred, until the function given back is called. */
  async listen(changed: () => void): Promise<() => void> {
    const listener = () => changed();
    this.#listeners.add(listener);
    const stop = () => {
      this.#listeners.delete(listener);
      if (!this.isListenedTo) this.close();
    };
    try {
      // Each folder is watched when it is read.
      this.#lookedAtAll = Number.NEGATIVE_INFINITY;
      await this.look();
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  close(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#listeners.clear();
    for (const folder of [...this.#watchers.keys()]) this.#unwatch(folder);
    this.#isWatchedWhole = false;
    this.#stirred.clear();
  }

  async #look(): Promise<void> {
    // What happened before this call has reached the watchers after the event loop has gone round.
    for (let rounds = 0; rounds < 2; rounds++) await setImmediate();
    const memory = this.#memory;
    if (!memory) return;
    try {
      if (this.#isWatchedWhole && Date.now() - this.#lookedAtAll < SELDOM) await this.#lookAtStirred(memory);
      else await this.#lookAtAll(memory);
    } catch (error) {
      this.#lookedAtAll = Number.NEGATIVE_INFINITY;
      if (!(error instanceof TooLarge)) throw error;
      this.#memory = null;
      this.#journal = [];
    }
  }

  async #lookAtAll(memory: Memory): Promise<void> {
    this.#stirred = new Set();
    this.#isWatchedWhole = this.isListenedTo;
    await this.place.within(ROOT, (folder) => memory.compare(folder, true));
    this.#lookedAtAll = Date.now();
    this.#isFirstLook = false;
  }

  async #lookAtStirred(memory: Memory): Promise<void> {
    const stirred = this.#stirred;
    this.#stirred = new Set();
    // A folder that has gone is told by the one that held it, which stirred as well.
    for (const id of stirred)
      if (memory.knows(id))
        await unless(
          ["ENOENT", "ENOTDIR", "EACCES", "EPERM"],
          this.place.within(id, (folder) => memory.compare(folder, false)),
        );
  }

  #write(change: Change): void {
    if (this.#isFirstLook) return;
    this.#journal.push(change);
    if (this.#journal.length > 2 * KEPT) this.#dropped += this.#journal.splice(0, this.#journal.length - KEPT).length;
  }

  #watch({ id, here }: OpenFolder): void {
    if (!this.isListenedTo || this.#watchers.has(id)) return;
    if (this.#watchers.size >= WATCHED) {
      this.#isWatchedWhole = false;
      return;
    }
    try {
      const watcher = watch(here, { persistent: false }, (_event, name) => {
        if (!isTemporary(name ?? "")) this.#stir(id);
      });
      watcher.on("error", () => {
        this.#unwatch(id);
        this.#isWatchedWhole = false;
      });
      this.#watchers.set(id, watcher);
    } catch {
      // The system has no watches left, or none at all.
      this.#isWatchedWhole = false;
    }
  }
  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #stir(folder: string): void {
    this.#stirred.add(folder);
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      for (const listener of this.#listeners) listener();
    }, SOON).unref();
  }
}
