import { ROOT } from "../../connector.js";
import type { Place } from "../root.js";
import type { Entry } from "../walk.js";
import { type Filed, isMaildir } from "./filed.js";
import { isEml, ofMaildirName } from "./names.js";

/** For one walk: which folders are Maildirs, each looked at once. */
export class Maildirs {
  readonly #known = new Map<string, boolean>();
  constructor(private readonly place: Place) {}

  /** The mails among entries, all of which lie in one folder. */
  async filed(entries: readonly Entry[]): Promise<Filed[]> {
    const files = entries.filter(({ isFolder, name }) => !isFolder && !name.includes("\n"));
    const holder = files[0]?.folder.id;
    if (holder === undefined || holder.includes("\n")) return [];
    const within = await this.within(holder);
    if (within === null)
      return files
        .filter(({ name }) => isEml(name))
        .map(({ name }) => ({ folder: holder, unique: name, within: null, name, flags: "" }));
    const { folder, part } = within;
    if (part === "tmp") return [];
    // A dot begins what programs keep for themselves.
    return files
      .filter(({ name }) => !name.startsWith("."))
      .map(({ name }) => ({ folder, within: part, name, ...ofMaildirName(name) }));
  }

  /** The Maildir that a folder is a part of; null where it is none. */
  async within(id: string): Promise<{ folder: string; part: "cur" | "new" | "tmp" } | null> {
    const [, above = "", part] = /^(.*)\/(cur|new|tmp)$/s.exec(id) ?? [];
    if (part === undefined) return null;
    const folder = above === "" ? ROOT : above;
    return (await this.is(folder)) ? { folder, part: part as "cur" } : null;
  }

  async is(folder: string): Promise<boolean> {
    let known = this.#known.get(folder);
    if (known === undefined) {
      known = await this.place.within(folder, isMaildir);
      this.#known.set(folder, known);
    }
    return known;
  }
}
