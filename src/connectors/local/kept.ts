import { randomUUID } from "node:crypto";

/** What waits for the next page of a list: so many at most, each for so many milliseconds, taken once. */
export class Kept<Value> {
  readonly #values = new Map<string, { value: Value; timer: NodeJS.Timeout }>();
  constructor(
    private readonly most: number,
    private readonly milliseconds: number,
    /** For what nobody came for. */
    private readonly forget: (value: Value) => void = () => undefined,
  ) {}

  keep(value: Value): string {
    const key = randomUUID();
    const timer = setTimeout(() => this.#drop(key), this.milliseconds).unref();
    this.#values.set(key, { value, timer });
    if (this.#values.size > this.most) this.#drop(this.#values.keys().next().value as string);
    return key;
  }

  take(key: string): Value | undefined {
    const kept = this.#values.get(key);
    this.#values.delete(key);
    clearTimeout(kept?.timer);
    return kept?.value;
  }

  #drop(key: string): void {
    const value = this.take(key);
    if (value !== undefined) this.forget(value);
  }
}
