import type { Person } from "../people.js";
import { between, randomOf } from "../random.js";
import type { Seed, Sow } from "../shelf/seeding.js";
import type { Body, Kind } from "../shelf/shelf.js";
import { seededId, type World } from "../world.js";
import { GROUP, MEMBERSHIP, type Role, USER } from "./kinds.js";

const DAY = 86_400_000; // milliseconds
const MINUTE = 60_000;
/** The organisation is older than its accounts' files. */
const AGE = 1_500; // days

const DEPARTMENTS = ["Design", "Engineering", "Finance", "Legal", "Marketing", "Operations", "Sales", "Support"];
const OFFICES = ["Aarhus", "Cork", "Ghent", "Remote"];

export const sowTeam: Sow = function* (world) {
  const { people, today } = world;
  const random = randomOf(`team of ${people.map(({ id }) => id).join()}`);
  const start = today - AGE * DAY;
  let moments = 0;
  /** One after the other, a minute apart. */
  const seed = <Content extends Body>(kind: Kind<Content>, id: string, body: Content): Seed => {
    const created = new Date(start + moments++ * MINUTE).toISOString();
    return { kind: kind as unknown as Kind, thing: { id, created_at: created, modified_at: created, body } };
  };

  for (const [place, { id, name, email }] of people.entries())
    yield seed(USER, id, { name, email, role: roleOf(place) });
  const groups = groupsOf(world, (most) => between(random, 0, most));
  for (const [number, { name, description }] of groups.entries())
    yield seed(GROUP, seededId("grp", number), { name, description });
  let number = 0;
  for (const [group, { members }] of groups.entries())
    for (const [place, { id }] of members.entries())
      yield seed(MEMBERSHIP, seededId("mbr", number++), {
        group_id: seededId("grp", group),
        user_id: id,
        role: place === 0 ? "owner" : place === 1 ? "admin" : "member",
      });
};

/** In the organisation: its first person owns it, the second and every fiftieth look after it. */
const roleOf = (place: number): Role => (place === 0 ? "owner" : place % 50 === 1 ? "admin" : "member");

interface Group {
  name: string;
  description: string | null;
  members: readonly Person[];
}

/** Everybody is in the first; the others have their own. */
const groupsOf = ({ size, people }: World, upTo: (most: number) => number): Group[] => {
  const everyone: Group = { name: "Everyone", description: "The whole organisation", members: people };
  const pick = (...places: number[]): Person[] => places.map((place) => people[place] as Person);
  if (size === "small")
    return [
      everyone,
      { name: "Leadership", description: null, members: pick(0, 1) },
      { name: "Sales & Partners", description: "Customers, deals and renewals", members: pick(2, 0, 3) },
      { name: "Engineering", description: null, members: pick(1, 4, 5) },
    ];
  const departments = DEPARTMENTS.flatMap((department) =>
    OFFICES.map((office, place) => ({ name: `${department} ${office}`, description: null, place })),
  );
  return [
    everyone,
    ...departments.map(({ name, description }, group) => {
      const first = (group * 17) % people.length;
      const members = Array.from({ length: 10 + upTo(30) }, (_, step) => people[(first + step) % people.length]);
      return { name, description, members: members as Person[] };
    }),
  ];
};
