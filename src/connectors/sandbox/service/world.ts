import type { Account } from "./database.js";
import { fold } from "./files/tree.js";
import { type Person, peopleOf, plain, TEAM } from "./people.js";
import { between, pick, type Random, randomOf } from "./random.js";

/**
 * Who and what an account's organisation deals with. Every category tells of the same people: a contact of the CRM writes mails
 * from that address, and is invited to events by it. Two accounts of one seed live in one world, whatever each is asked for.
 */
export interface World {
  size: "small" | "large";
  /** The organisation itself, the account's own person first. */
  people: readonly Person[];
  /** The first of them: those whom that person works with. */
  colleagues: readonly Person[];
  companies: readonly Company[];
  /** Ordered as their companies are. */
  contacts: readonly WorldContact[];
  /** Milliseconds since 1970: the last Monday before the accounts' files end. Everything seeded lies around it. */
  today: number;
}

export interface Company {
  number: number;
  name: string;
  domain: string;
  industry: (typeof INDUSTRIES)[number];
  city: string;
}

export interface WorldContact {
  number: number;
  company: Company;
  first: string;
  last: string;
  /** At the company's domain; no two are the same. */
  email: string;
  title: string;
  department: string;
  phone: string;
}

const SIZES = { small: { companies: 12, contacts: 40 }, large: { companies: 1_000, contacts: 10_000 } } as const;

/** `plain` made of ASCII, so that they are domains as well. */
const FIRST_WORDS = ["Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper"];
const SECOND_WORDS = [
  "Analytics",
  "Foods",
  "Freight",
  "Health",
  "Labs",
  "Media",
  "Power",
  "Robotics",
  "Software",
  "Works",
];
const THIRD_WORDS = ["", "Group", "International", "Partners", "North", "South", "East", "West", "Europe", "One"];
export const INDUSTRIES = [
  { name: "Software publishing", code: "513210" },
  { name: "Hospitals", code: "622110" },
  { name: "Freight trucking", code: "484121" },
  { name: "Wholesale food", code: "424410" },
  { name: "Electric power", code: "221118" },
  { name: "Machine building", code: "333248" },
] as const;
const CITIES = ["Aarhus", "Bilbao", "Cork", "Dresden", "Espoo", "Faro", "Ghent", "Hamar", "Innsbruck", "Jihlava"];
const GIVEN = [
  "Agnes",
  "Björn",
  "Carla",
  "Daan",
  "Elif",
  "Frida",
  "Goran",
  "Helena",
  "Ivo",
  "José",
  "Karin",
  "Luca",
  "Mira",
];
const FAMILY = [
  "Andersen",
  "Bauer",
  "Conti",
  "Duarte",
  "Engel",
  "Ferreira",
  "Grün",
  "Horvat",
  "Iversen",
  "Jovanović",
  "Keller",
];
const TITLES = ["Buyer", "CEO", "CFO", "Head of Operations", "IT Manager", "Office Manager", "Product Manager"];
const DEPARTMENTS = ["Finance", "IT", "Management", "Operations", "Purchasing"];

/** 2026-08-31: a Monday. */
export const TODAY = Date.UTC(2026, 7, 31);

const REMEMBERED = 8;
const known = new Map<string, World>();

export const worldOf = ({ seed, size }: Pick<Account, "seed" | "size">): World => {
  const key = `${size} ${seed}`;
  let world = known.get(key);
  if (!world) {
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value as string);
    world = makeWorld(seed, size);
    known.set(key, world);
  }
  return world;
};

const makeWorld = (seed: string, size: World["size"]): World => {
  const random = randomOf(`world of ${seed}`);
  const counts = SIZES[size];
  const companies = Array.from({ length: counts.companies }, (_, number) => companyOf(random, number));
  const taken = new Set<string>();
  const contacts = Array.from({ length: counts.contacts }, (_, number) => {
    // Runs of contacts belong to one company, as they do in life; the last companies may have none.
    const company = companies[Math.floor((number * counts.companies) / counts.contacts)] as Company;
    return contactOf(random, number, company, taken);
  });
  const people = peopleOf({ seed, size });
  return { size, people, colleagues: people.slice(0, TEAM), companies, contacts, today: TODAY };
};

const companyOf = (random: Random, number: number): Company => {
  const words = [FIRST_WORDS, SECOND_WORDS, THIRD_WORDS].map(
    (list, place) => list[Math.floor(number / 10 ** place) % list.length] as string,
  );
  const name = words.filter(Boolean).join(" ");
  const domain = `${fold(name).replaceAll(" ", "-")}.example`;
  return { number, name, domain, industry: pick(random, INDUSTRIES), city: pick(random, CITIES) };
};

const contactOf = (random: Random, number: number, company: Company, taken: Set<string>): WorldContact => {
  const [first, last] = [pick(random, GIVEN), pick(random, FAMILY)];
  const local = plain(`${first}.${last}`);
  let email = `${local}@${company.domain}`;
  if (taken.has(email)) email = `${local}.${number}@${company.domain}`;
  taken.add(email);
  const phone = `+49 555 01${String(between(random, 0, 99)).padStart(2, "0")}`;
  return {
    number,
    company,
    first,
    last,
    email,
    title: pick(random, TITLES),
    department: pick(random, DEPARTMENTS),
    phone,
  };
};

/** The seeded id of the object of that number: the same wherever it is named. */
export const seededId = (prefix: string, number: number): string => `${prefix}_${String(number + 1).padStart(6, "0")}`;
