import type { ConnectedAccount } from "../../src/unified/account.js";

/** One account under load, and what is known of it. Bounded. */
export interface Subject {
  /** As the report calls it. */
  name: string;
  number: number;
  /** Native id of the folder that all files are in; null: it has no storage. */
  folder: string | null;
  /** Native ids of files that must be there, with what they hold. */
  files: Map<string, Content>;
  /** Native ids of mails, and of attachments, that were seen. */
  mails: Seen;
  attachments: Seen;
  /** Native ids of events that we have made. */
  events: Seen;
}

/** Bytes that can be told again: `bytesOf(size, seed)`. */
export interface Content {
  size: number;
  seed: string;
}

/** The newest so many. */
export class Seen {
  readonly #ids = new Set<string>();
  constructor(private readonly maximum = 100) {}

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > this.maximum) this.#ids.delete(this.#ids.values().next().value as string);
  }
  any(): string | undefined {
    return pick([...this.#ids]);
  }
  /** Takes one away, for whoever deletes it. */
  take(): string | undefined {
    const id = this.any();
    if (id !== undefined) this.#ids.delete(id);
    return id;
  }
  get size(): number {
    return this.#ids.size;
  }
}

/** One operation under way. */
export interface Acting {
  subject: Subject;
  /** In a session of this operation alone, as a request has. */
  account: ConnectedAccount;
  /** In the same session. */
  open(other: Subject): Promise<ConnectedAccount>;
  /** The caller goes. */
  leave(): void;
  /** Of all that there are. */
  subjects: readonly Subject[];
}

/** Does one thing. Throws what it was refused with; `Wrong` for what must not be. False: there was nothing to do. */
export type Action = (acting: Acting) => Promise<unknown>;

/** By their kinds, with their weights; `needs`: an operation that a service may lack. */
export type Actions = Readonly<Record<string, readonly [weight: number, action: Action, needs?: string]>>;

/** Something that succeeded and is not true. */
export class Wrong extends Error {
  override readonly name = "Wrong";
}

export const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(Math.random() * items.length)];
export const between = (least: number, most: number): number => least + Math.floor(Math.random() * (most - least + 1));
export const chance = (share: number): boolean => Math.random() < share;

let numbers = 0;
export const nextNumber = (): number => ++numbers;

/** Each failure in a list of results is one of the table, too. */
export const checkEach = (results: readonly unknown[]): void => {
  for (const result of results)
    if (result instanceof Error && result.name !== "ApiError")
      throw new Wrong("a stranger's error in a list", { cause: result });
};
