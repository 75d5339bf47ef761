import { between, pick, type Random, randomOf } from "../random.js";
import type { Sow } from "../shelf/seeding.js";
import type { Kind } from "../shelf/shelf.js";
import { seededId, type World } from "../world.js";
import { type Entry, TRAIL } from "./trail.js";

/** What happens in an organisation: colleagues sign in and change things, services do their rounds. */
export const sowAudit: Sow = function* (world) {
  const random = randomOf(`audit of ${world.colleagues.map(({ id }) => id).join()}`);
  const count = world.size === "small" ? 60 : 10_000;
  let moment = world.today;
  // From the last backwards, so that the numbers of their ids run against time.
  for (let number = 0; number < count; number++) {
    moment -= between(random, 20, 7_200) * 1_000;
    const timestamp = new Date(moment).toISOString();
    const body = { ...happening(random, world), timestamp };
    const times = { created_at: timestamp, modified_at: timestamp };
    yield { kind: TRAIL as unknown as Kind, thing: { id: seededId("aud", number), ...times, body } };
  }
};

const SERVICES = [
  { id: "svc_backup", name: "Nightly backup", email: null, type: "service" },
  { id: "svc_directory", name: "Directory sync", email: null, type: "service" },
] as const;

const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
  "desk-mobile/4.2 (Android 14)",
];

type Happening = Omit<Entry, "timestamp">;

const happening = (random: Random, world: World): Happening => {
  const person = pick(random, world.colleagues);
  const ofPerson = {
    status: "success",
    actor: { ...person, type: "user" },
    ip: address(random),
    user_agent: pick(random, AGENTS),
    region: pick(random, ["eu-central-1", "eu-west-1"]),
    description: null,
  } as const;
  const ofService = { ...ofPerson, actor: pick(random, SERVICES), user_agent: null, ip: "198.51.100.7" };
  const self = { id: person.id, name: person.name, type: "user" };
  switch (between(random, 0, 9)) {
    case 0:
    case 1:
    case 2:
      return signingIn(random() < 0.2, { ...ofPerson, resources: [self] });
    case 3:
      return {
        ...ofService,
        event_type: "backup.complete",
        category: "data",
        source: "backup",
        status: random() < 0.1 ? "failure" : "success",
        resources: [{ id: "vault_main", name: "Main vault", type: "vault" }],
      };
    case 4: {
      const other = pick(random, world.colleagues);
      return {
        ...ofService,
        event_type: "user.update",
        category: "configuration",
        source: "directory",
        resources: [{ id: other.id, name: other.name, type: "user" }],
      };
    }
    case 5: {
      const other = pick(random, world.colleagues);
      return {
        ...ofPerson,
        event_type: "role.assign",
        category: "configuration",
        source: "identity",
        resources: [
          { id: other.id, name: other.name, type: "user" },
          { id: "role_agent", name: "Service desk agent", type: "role" },
        ],
      };
    }
    case 6: {
      const { number, first, last } = pick(random, world.contacts);
      const contact = { id: seededId("con", number), name: `${first} ${last}`, type: "crm.contact" };
      return { ...ofPerson, event_type: "crm.contact.update", category: "data", source: "crm", resources: [contact] };
    }
    default: {
      const id = seededId("inc", between(random, 0, world.size === "small" ? 19 : 4_999));
      const incident = { id, name: null, type: "itsm.incident" };
      return {
        ...ofPerson,
        event_type: "itsm.incident.update",
        category: "data",
        source: "itsm",
        resources: [incident],
      };
    }
  }
};

const signingIn = (failed: boolean, rest: Omit<Happening, "event_type" | "category" | "source">): Happening => ({
  ...rest,
  event_type: "user.login",
  category: "authentication",
  source: "identity",
  status: failed ? "failure" : "success",
  description: failed ? "The password was wrong." : null,
});

/** Addresses that documentation may use: RFC 5737 and RFC 3849. */
const address = (random: Random): string => {
  const last = between(random, 1, 254);
  return pick(random, [`192.0.2.${last}`, `203.0.113.${last}`, `2001:db8::${last.toString(16)}`]);
};
