import type { Call } from "./call.js";
import { Flight } from "./flight.js";

/** The reads under way, by account and by all that makes two of them the same. */
export class Reads {
  readonly #accounts = new Map<string, Map<string, Flight<unknown>>>();

  find<T>(account: string, key: string): Flight<T> | undefined {
    return this.#accounts.get(account)?.get(key) as Flight<T> | undefined;
  }

  open<T>(account: string, key: string, call: Call): Flight<T> {
    const reads = this.#accounts.get(account) ?? new Map<string, Flight<unknown>>();
    this.#accounts.set(account, reads);
    const flight = new Flight<T>(call, () => {
      reads.delete(key);
      if (reads.size === 0 && this.#accounts.get(account) === reads) this.#accounts.delete(account);
    });
    reads.set(key, flight as Flight<unknown>);
    return flight;
  }

  /** After a write: who reads from now on must not be given what was asked before it. */
  forget(account: string): void {
    this.#accounts.delete(account);
  }
}
