import { type Deal, dealsOf } from "../crm/seed.js";
import { fold } from "../files/tree.js";
import type { Person } from "../people.js";
import { between, pick, type Random, randomOf } from "../random.js";
import type { Seed } from "../shelf/seeding.js";
import type { Body, Kind } from "../shelf/shelf.js";
import { seededId, type World, type WorldContact } from "../world.js";
import { type AttachmentBody, CONVERSATION, type ConversationBody, type Guest, MESSAGE, otherParty } from "./kinds.js";

const DAY = 86_400_000; // milliseconds
const MINUTE = 60_000;
/** How far back a conversation reaches, in days. */
const REACH = 90;
const SIZES = { small: { messages: 11 }, large: { messages: 100 } } as const;

/** A conversation to be, with those who speak in it. */
interface Plan extends Omit<ConversationBody, "member_ids" | "guests"> {
  members: readonly Person[];
  guests: readonly WorldContact[];
}

/** Conversations about what the CRM's deals are about, with its contacts as guests. `files` are there to be shown. */
export function* sowMessaging(world: World, files: readonly AttachmentBody[]): Iterable<Seed> {
  const random = randomOf(`messaging of ${world.colleagues.map(({ id }) => id).join()}`);
  const count = SIZES[world.size].messages;
  const deals = dealsOf(world);
  let messages = 0;
  for (const [number, { members, guests, ...plan }] of plansOf(world).entries()) {
    const id = seededId("cnv", number);
    const speakers = [
      ...members.map(({ id, name, email }) => ({ id, name, email })),
      ...guests.map((guest) => ({ id: null, ...guestOf(guest) })),
    ];
    const step = (REACH * DAY) / count;
    const start = world.today - REACH * DAY + number * MINUTE;
    const body = { ...plan, member_ids: members.map(({ id }) => id), guests: guests.map(guestOf) };
    yield seedOf(CONVERSATION, id, start - DAY, body);
    let thread: { id: string; left: number } | null = null;
    for (let place = 0; place < count; place++) {
      const message = seededId("msg", messages++);
      const author = pick(random, speakers);
      const moment = start + Math.floor(place * step) + between(random, 0, step - 1);
      const attachments = files.length > 0 && messages % 12 === 0 ? [pick(random, files)] : [];
      const edited = messages % 17 === 0;
      const content = {
        conversation_id: id,
        thread_id: thread?.id ?? null,
        author,
        to: otherParty(plan.kind, speakers, author),
        text: thread ? pick(random, ANSWERS) : lineOf(random, world, deals),
        edited,
        attachments,
      };
      yield seedOf(MESSAGE, message, moment, content, edited ? moment + 3 * MINUTE : moment);
      if (thread && --thread.left === 0) thread = null;
      else if (!thread && random() < 0.15) thread = { id: message, left: between(random, 1, 4) };
    }
  }
}

const plansOf = (world: World): Plan[] => {
  const { people, colleagues, companies, contacts, size } = world;
  const [own, second, ...others] = colleagues as [Person, Person, ...Person[]];
  const open = (name: string, topic: string | null, members: readonly Person[], guests: readonly WorldContact[] = []) =>
    ({ kind: "channel", name, topic, private: false, members, guests }) as const;
  const closed = (name: string, topic: string | null, members: readonly Person[]) =>
    ({ kind: "channel", name, topic, private: true, members, guests: [] }) as const;
  const direct = (members: readonly Person[], guests: readonly WorldContact[] = []) =>
    ({ kind: "direct", name: null, topic: null, private: true, members, guests }) as const;
  const contact = (number: number) => contacts[number] as WorldContact;
  /** What is shared with a company: some of its people take part. */
  const shared = (company: World["companies"][number]) => {
    const guests = contacts.filter(({ company: { number } }) => number === company.number).slice(0, 3);
    return open(`${fold(company.name).replaceAll(" ", "-")}`, `Work with ${company.name}`, [own, ...others], guests);
  };

  const small = [
    open("general", "Whatever concerns everybody", colleagues),
    open("launch-🚀", "Website launch", [own, second, ...others.slice(2)]),
    shared(companies[0] as World["companies"][number]),
    closed("leadership", null, [own, second]),
    closed("surprise", `${own.name} must not know`, [second, ...others.slice(0, 2)]),
    direct([own, second]),
    direct([own], [contact(0)]),
    direct([own], [contact(5)]),
  ];
  if (size === "small") return small;
  const some = (from: number, length: number) =>
    Array.from({ length }, (_, step) => people[1 + ((from * 13 + step) % (people.length - 1))] as Person);
  const times = <Item>(count: number, make: (number: number) => Item): Item[] =>
    Array.from({ length: count }, (_, number) => make(number));
  return [
    ...small,
    ...times(40, (number) => open(`project-${number + 1}`, null, [own, ...some(number, 15)])),
    ...times(20, (number) => shared(companies[number + 1] as World["companies"][number])),
    ...times(15, (number) => closed(`circle-${number + 1}`, null, [own, ...some(number, 4)])),
    ...times(15, (number) => closed(`others-${number + 1}`, null, some(number, 5))),
    ...times(22, (number) => direct([own, people[number + 2] as Person])),
    ...times(80, (number) => direct([own], [contact(10 + number * 100)])),
  ];
};

const guestOf = ({ first, last, email }: WorldContact): Guest => ({ name: `${first} ${last}`, email });

const seedOf = <Content extends Body>(
  kind: Kind<Content>,
  id: string,
  created: number,
  body: Content,
  modified = created,
): Seed => ({
  kind: kind as unknown as Kind,
  thing: { id, created_at: new Date(created).toISOString(), modified_at: new Date(modified).toISOString(), body },
});

const lineOf = (random: Random, { companies }: World, deals: readonly Deal[]): string =>
  pick(random, LINES)
    .replace("{deal}", () => pick(random, deals).name)
    .replace("{company}", () => pick(random, companies).name)
    .replace("{day}", () => pick(random, ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]));

const LINES = [
  "Good morning! ☀️",
  "The quote for {deal} went out on {day}.",
  "Who is going to see {company} on {day}?",
  "{company} asked for two more licences.",
  "Heads-up: the server is down on {day} from 18:00 to 18:15.",
  "Can somebody read the contract with {company} once more before {day}?",
  "{deal} is signed 🎉",
  "Numbers for the quarter:\n• revenue up\n• costs flat\n• support tickets down",
  "I am away on {day}; please write to me here.",
  "See https://docs.example/handbook?page=2&lang=en#travel for how trips are paid.",
  "Übermorgen Demo bei {company}, bitte Rückmeldung bis {day}.",
  "Lunch? 🍜",
  "The build is green again.",
  "Minutes of the call with {company}: they want to start small and grow from {day} on.",
];
const ANSWERS = [
  "Thanks!",
  "On it.",
  "👍",
  "I can take that.",
  "Not before Thursday, sorry.",
  "Done.",
  "Why not? 🙂",
  "+1",
];
