import type { Dice } from "./dice.js";

/** Values of each kind that are kept; older ones are forgotten. */
const MOST = 200;

/** What earlier answers have told: ids of any kind, which of them stand where in a path, and what attributes held. */
export class Memory {
  readonly ids: string[] = [];
  readonly #places = new Map<string, string[][]>();
  readonly #named = new Map<string, string[]>();

  /** Takes in an answer; `of`: the attribute that held it. */
  learn(value: unknown, of = ""): void {
    if (typeof value !== "object" || value === null) return;
    const { type } = value as { type?: unknown };
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== "string" && typeof inner !== "number") this.learn(inner, name);
      else if (name === "href") this.#learnPlace(new URL(String(inner)).pathname.split("/").slice(2));
      else if (name === "id") {
        keep(this.ids, String(inner));
        // What `{ parent: { id } }` tells is of use as `parent_id`, and the id of a file as `file_id`.
        for (const owner of [of, String(type)]) this.#learnNamed(`${owner}_id`, String(inner));
      } else this.#learnNamed(name, String(inner));
    }
  }

  /** It is no more. */
  forget(values: readonly string[]): void {
    for (const seen of this.#places.values())
      for (let index = seen.length - 1; index >= 0; index--)
        if (seen[index]?.at(-1) === values.at(-1)) seen.splice(index, 1);
  }

  /** A value that an attribute of this name has had. */
  named(name: string, dice: Dice): string | undefined {
    const seen = this.#named.get(name);
    return seen && dice.pick(seen);
  }

  #learnNamed(name: string, value: string): void {
    const seen = this.#named.get(name) ?? [];
    this.#named.set(name, seen);
    keep(seen, value);
  }

  /** Values for the parameters of a path such as `/accounts/{account_id}/crm/contacts/{id}/…` that were seen together. */
  place(path: string, dice: Dice): readonly string[] | undefined {
    const seen = this.#places.get(key(path.slice(1, path.lastIndexOf("}") + 1).split("/"), isParameter));
    return seen?.length ? dice.pick(seen) : undefined;
  }

  /** Every second segment is a value: `accounts/1/crm/contacts/AQ…` has two, between words of the API. */
  #learnPlace(segments: readonly string[]): void {
    const isValue = (segment: string): boolean => /^\d+$/.test(segment) || segment.length > 20;
    const seen = this.#places.get(key(segments, isValue)) ?? [];
    this.#places.set(key(segments, isValue), seen);
    keep(seen, segments.filter(isValue).map(decodeURIComponent));
  }
}

const isParameter = (segment: string): boolean => segment.startsWith("{");
const key = (segments: readonly string[], isValue: (segment: string) => boolean): string =>
  segments.map((segment) => (isValue(segment) ? "*" : segment)).join("/");

const keep = <One>(all: One[], one: One): void => {
  all.push(one);
  if (all.length > MOST) all.shift();
};
