import type { Account } from "./database.js";
import { pick, type Random, randomOf } from "./random.js";

export interface Person {
  id: string;
  name: string;
  email: string;
}

const GIVEN = ["Ada", "Bruno", "Chloé", "Dmitri", "Esra", "Fatima", "Gustav", "Hana", "Ioana", "Jürgen", "Kofi", "Lea"];
const FAMILY = [
  "Álvarez",
  "Berg",
  "Costa",
  "Demir",
  "Eriksson",
  "Fischer",
  "Goldberg",
  "Haddad",
  "Ito",
  "Jansen",
  "Kumar",
];
const INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
/** Those whom the account's own person works with, that person first. */
export const TEAM = 6;
const SIZES = { small: TEAM, large: 500 } as const;

const known = new Map<string, readonly Person[]>();

/** The organisation of an account, the account's own person first; a large one begins with the same people as a small one. */
export const peopleOf = ({ seed, size }: Pick<Account, "seed" | "size">): readonly Person[] => {
  const key = `${size} ${seed}`;
  let people = known.get(key);
  if (!people) {
    if (known.size > 1000) known.clear();
    people = makePeople(randomOf(`people of ${seed}`), SIZES[size]);
    known.set(key, people);
  }
  return people;
};

const makePeople = (random: Random, count: number): Person[] => {
  const byEmail = new Map<string, Person>();
  while (byEmail.size < count) {
    const [given, family] = [pick(random, GIVEN), pick(random, FAMILY)];
    // Where more are needed than there are pairs of names, a letter stands between them.
    const name = byEmail.size < TEAM ? `${given} ${family}` : `${given} ${pick(random, INITIALS)}. ${family}`;
    const words = plain(name).replaceAll(".", "").split(" ");
    const email = `${words.join(".")}@sandbox.invalid`;
    byEmail.set(email, { id: `usr_${words.join("_")}`, name, email });
  }
  return [...byEmail.values()];
};

/** ASCII, lower case. */
export const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
