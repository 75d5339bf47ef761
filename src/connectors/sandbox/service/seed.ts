import { lookup } from "mime-types";
import type { Contents } from "./contents.js";
import type { Account, Database } from "./database.js";
import { EMPTY_FOLDER } from "./files/items.js";
import type { Share } from "./files/sharing.js";
import { type Item, ROOT, Tree } from "./files/tree.js";
import { peopleOf } from "./people.js";
import { between, type Random, randomOf } from "./random.js";
import { largeSeed, type Plant, smallSeed } from "./seeds.js";
import { worldOf } from "./world.js";

const EARLIEST = Date.UTC(2026, 0, 5, 9);
const SPAN = 240 * 24 * 3600; // seconds

/** Fills a new account. The same seed gives the same ids, names, bytes and times. */
export const seedAccount = (
  database: Database,
  contents: Contents,
  account: Account,
  size: "small" | "large",
): void => {
  const random = randomOf(account.seed);
  const tree = new Tree(database, account);
  const people = peopleOf(account);
  const colleagues = (roles: readonly string[]): Share[] =>
    roles.map((role, index) => ({ ...(people[index + 1] as (typeof people)[number]), type: "user", role }));
  const guests = (number: number | undefined): Share[] => {
    const contact = number === undefined ? undefined : worldOf({ seed: account.seed, size }).contacts[number];
    if (!contact) return [];
    const { first, last, email } = contact;
    return [{ id: `guest_${contact.number}`, type: "user", role: "reader", name: `${first} ${last}`, email }];
  };
  const first = new Date(EARLIEST).toISOString();
  tree.insert({ ...EMPTY_FOLDER, id: ROOT, parent: null, name: "Sandbox", created: first, modified: first });

  const plant = (parent: string, { name, bytes, entries, shared, properties, guest }: Plant): void => {
    const id = tree.nextId();
    const stamp = { ...times(random), created_by: between(random, 0, 5), modified_by: between(random, 0, 5) };
    if (bytes) {
      const mime_type = lookup(name) || "application/octet-stream";
      const file: Item = {
        id,
        kind: "file",
        parent,
        name,
        mime_type,
        revision: 1,
        ...contents.keep(account.number, bytes),
        ...stamp,
      };
      tree.insert(file);
    } else tree.insert({ ...EMPTY_FOLDER, id, parent, name, ...stamp });
    for (const share of [...colleagues(shared ?? []), ...guests(guest)]) {
      const sql = "INSERT INTO permissions VALUES (?, ?, ?, ?, ?, ?, ?)";
      database.run(sql, account.number, id, share.id, share.type, share.role, share.name, share.email);
    }
    for (const [key, value] of Object.entries(properties ?? {}))
      database.run("INSERT INTO properties VALUES (?, ?, ?, ?)", account.number, id, key, value);
    for (const entry of entries ?? []) plant(id, entry);
  };
  for (const top of size === "small" ? smallSeed(random) : largeSeed(random)) plant(ROOT, top);
};

const times = (random: Random): { created: string; modified: string } => {
  const created = EARLIEST + between(random, 0, SPAN) * 1000;
  const modified = created + between(random, 0, SPAN / 8) * 1000;
  return { created: new Date(created).toISOString(), modified: new Date(modified).toISOString() };
};
