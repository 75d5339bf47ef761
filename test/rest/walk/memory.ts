import type { Dice } from "./dice.js";

/** Ids of each place that are kept; older ones are forgotten. */
const MOST = 200;

/** What earlier answers have told: ids of any kind, and which of them stand where in a path. */
export class Memory {
  readonly ids: string[] = [];
  readonly #places = new Map<string, string[][]>();

  /** Takes in every `id` and every `href` of an answer. */
  learn(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== "string" && typeof inner !== "number") this.learn(inner);
      else if (name === "id") keep(this.ids, String(inner));
      else if (name === "href") this.#learnPlace(new URL(String(inner)).pathname.split("/").slice(2));
    }
  }

  /** Values for the parameters of a path such as `/accounts/{account_id}/crm/contacts/{id}/…` that were seen together. */
  place(path: string, dice: Dice): readonly string[] | undefined {
    const seen = this.#places.get(key(path.slice(1, path.lastIndexOf("}") + 1).split("/"), isParameter));
    return seen && dice.pick(seen);
  }

  /** Every second segment is a value: `accounts/1/crm/contacts/AQ…` has two, between words of the API. */
  #learnPlace(segments: readonly string[]): void {
    const isValue = (segment: string): boolean => /^\d+$/.test(segment) || segment.length > 30;
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
