import type { Account } from "./database.js";
import { pick, randomOf } from "./random.js";

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
const TEAM = 6;

const known = new Map<string, readonly Person[]>();

/** The organisation of an account, the account's own person first. */
export const peopleOf = ({ seed }: Pick<Account, "seed">): readonly Person[] => {
  let people = known.get(seed);
  if (!people) {
    if (known.size > 1000) known.clear();
    const random = randomOf(`people of ${seed}`);
    const byEmail = new Map<string, Person>();
    while (byEmail.size < TEAM) {
      const name = `${pick(random, GIVEN)} ${pick(random, FAMILY)}`;
      const email = `${plain(name).replace(" ", ".")}@sandbox.invalid`;
      byEmail.set(email, { id: `usr_${plain(name).replace(" ", "_")}`, name, email });
    }
    people = [...byEmail.values()];
    known.set(seed, people);
  }
  return people;
};

/** ASCII, lower case. */
export const plain = (name: string): string => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
