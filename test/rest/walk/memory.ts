import type { Dice } from "./dice.js";

/** Values of each kind that are kept; older ones are forgotten. */
const MOST = 200;

/** What earlier answers have told: ids of any kind, which of them stand where in a path, and what attributes held. */
export class Memory {
  readonly ids: string[] = [];
  readonly #places = new Map<string, string[][]>();
  readonly #named = new Map<string, string[]>();
  /** `paths` of the description: `/accounts/{account_id}/crm/contacts/{id}`. */
  constructor(readonly paths: readonly string[]) {}

  /** Takes in what a path, without its query, has answered. */
  learn(path: string, body: unknown): void {
    this.#learn(body, "");
    const { id, objects = [{ id }] } = Object(body) as { id?: unknown; objects?: readonly { id?: unknown }[] };
    // What is listed or made there is found below it, whether or not it says where.
    for (const { id } of objects) if (id !== undefined) this.#learnPlace([...segmentsOf(path), String(id)]);
  }

  /** It is no more. */
  forget(path: string): void {
    const last = segmentsOf(path).at(-1);
    for (const seen of this.#places.values())
      for (let index = seen.length - 1; index >= 0; index--) if (seen[index]?.at(-1) === last) seen.splice(index, 1);
  }

  /** Values for the first parameters of a path, as they were seen together. */
  place(path: string, dice: Dice): readonly string[] {
    for (let end = path.lastIndexOf("}"); end !== -1; end = path.lastIndexOf("}", end - 1)) {
      const seen = this.#places.get(path.slice(0, end + 1));
      if (seen?.length) return dice.pick(seen);
    }
    return [];
  }

  /** A value that an attribute of this name has had. */
  named(name: string, dice: Dice): string | undefined {
    const seen = this.#named.get(name);
    return seen && dice.pick(seen);
  }

  #learn(value: unknown, of: string): void {
    if (Array.isArray(value)) {
      for (const one of value) this.#learn(one, of.replace(/s$/, ""));
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const { type } = value as { type?: unknown };
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== "string" && typeof inner !== "number") this.#learn(inner, name);
      else if (name === "href") this.#learnPlace(segmentsOf(new URL(String(inner)).pathname).slice(1));
      else if (name === "id") {
        keep(this.ids, String(inner));
        // What `{ parent: { id } }` tells is of use as `parent_id`, and the id of a file as `file_id`.
        for (const owner of [of, String(type)]) keep(listOf(this.#named, `${owner}_id`), String(inner));
      } else keep(listOf(this.#named, name), String(inner));
    }
  }

  #learnPlace(segments: readonly string[]): void {
    const path = this.paths.find((one) => isAt(segmentsOf(one), segments));
    if (path === undefined) return;
    const values = segments.filter((_, index) => segmentsOf(path)[index]?.startsWith("{"));
    keep(listOf(this.#places, path), values);
  }
}

const segmentsOf = (path: string): string[] => path.split("/").slice(1).map(decodeURIComponent);

const isAt = (path: readonly string[], segments: readonly string[]): boolean =>
  path.length === segments.length && path.every((one, index) => one.startsWith("{") || one === segments[index]);

const listOf = <One>(all: Map<string, One[]>, name: string): One[] => {
  const list = all.get(name) ?? [];
  all.set(name, list);
  return list;
};

const keep = <One>(all: One[], one: One): void => {
  all.push(one);
  if (all.length > MOST) all.shift();
};
