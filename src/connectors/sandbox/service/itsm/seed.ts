import type { Person } from "../people.js";
import { between, pick, type Random, randomOf } from "../random.js";
import type { Seed, Sow } from "../shelf/seeding.js";
import type { Body, Kind } from "../shelf/shelf.js";
import { seededId, type World } from "../world.js";
import { keyOf } from "./comments.js";
import { COMMENT, type ItsmType, isClosed, KINDS, type Level, priorityOf } from "./kinds.js";

const DAY = 86_400_000; // milliseconds
const COUNTS = {
  small: { incident: 20, problem: 5, change: 6, article: 8, asset: 15, u_visit_c: 6 },
  large: { incident: 5_000, problem: 1_000, change: 1_000, article: 1_000, asset: 1_000, u_visit_c: 1_000 },
} as const;

/** What breaks, and what is then said of it. */
const TROUBLES = [
  { category: "hardware", model: "Laptop 14", what: "does not start", cure: "Replace its battery" },
  { category: "hardware", model: "Laser printer", what: "jams on every second page", cure: "Change its rollers" },
  { category: "network", model: "VPN gateway", what: "drops connections", cure: "Update its firmware" },
  { category: "network", model: "Access point", what: "is out of reach in the meeting room", cure: "Move it" },
  { category: "software", model: "File server", what: "is slow in the morning", cure: "Move its backup to the night" },
] as const;
type Trouble = (typeof TROUBLES)[number];
/** Of the asset of that number, and of all that is told about it. */
const troubleOf = (asset: number): Trouble => TROUBLES[asset % TROUBLES.length] as Trouble;

/** Incidents are of assets; incidents of one kind of asset have one problem, changes mend problems, articles explain both. */
export const sowItsm: Sow = function* (world) {
  const random = randomOf(`itsm of ${world.colleagues.map(({ id }) => id).join()}`);
  const desk = new Desk(random, world);
  for (const type of Object.keys(COUNTS.small) as ItsmType[])
    for (let number = 0; number < COUNTS[world.size][type]; number++) yield* desk.record(type, number);
};

class Desk {
  #comments = 0;
  constructor(
    private readonly random: Random,
    private readonly world: World,
  ) {}

  *record(type: ItsmType, number: number): Iterable<Seed> {
    const id = seededId(KINDS[type].prefix, number);
    const { created, modified } = this.#times();
    const body = this[type](number, created);
    yield seedOf(KINDS[type], id, created, modified, body);
    for (let count = between(this.random, 0, 3), at = created; count > 0; count--) {
      at += between(this.random, 60, (modified - at) / 1_000 / count) * 1_000;
      yield seedOf(COMMENT as unknown as Kind, seededId("com", this.#comments++), at, at, this.#comment(type, id));
    }
  }

  incident(number: number, created: number): Body {
    const asset = between(this.random, 0, this.#count("asset") - 1);
    const { category, model, what } = troubleOf(asset);
    return {
      ...this.#ticket(["New", "In Progress", "On Hold", "Resolved", "Closed"]),
      subject: `${model} ${this.#tag(asset)} ${what}`,
      description: `It began on ${new Date(created).toISOString().slice(0, 10)}.`,
      category,
      asset_id: seededId("ast", asset),
      // The problem of that number is of assets of the same kind.
      problem_id: this.random() < 0.5 ? this.#of("problem", asset % TROUBLES.length) : null,
      change_id: number % 10 === 0 ? this.#of("change", asset % TROUBLES.length) : null,
      responder_id: this.#person().id,
      due_date: moment(created + 3 * DAY),
      escalation: number % 7 === 0 ? "overdue" : null,
    };
  }
  problem(number: number, created: number): Body {
    const { category, model, what, cure } = troubleOf(number);
    const known = this.random() < 0.6;
    return {
      ...this.#ticket(["New", "Root Cause Analysis", "Fix in Progress", "Closed"]),
      subject: `${model}: again and again it ${what}`,
      description: null,
      category,
      change_id: this.random() < 0.7 ? this.#of("change", number) : null,
      due_date: moment(created + 30 * DAY),
      escalation: null,
      known_error: known,
      workaround: known ? `${cure}; until then, use another one.` : null,
    };
  }
  change(number: number, created: number): Body {
    const { category, model, cure } = troubleOf(number);
    const start = created + between(this.random, 2, 20) * DAY;
    return {
      ...this.#ticket(["New", "Assess", "Scheduled", "Implement", "Closed", "Canceled"]),
      subject: `${model}: ${cure.toLowerCase()}`,
      description: null,
      category,
      change_type: pick(this.random, ["standard", "normal", "emergency"]),
      risk: pick(this.random, ["low", "moderate", "high"]),
      start: moment(start),
      end: moment(start + 2 * 3_600_000),
    };
  }
  article(number: number, created: number): Body {
    const { category, model, what, cure } = troubleOf(number);
    const status = pick(this.random, ["published", "published", "draft", "retired"]);
    return {
      title: `What to do when a ${model.toLowerCase()} ${what}`,
      body: `<p>${cure}. When that does not help, open an incident and name the tag of the asset.</p>`,
      description: null,
      category,
      knowledge_base: "IT",
      status,
      author_id: this.#person().id,
      published: status === "draft" ? null : moment(created),
      views: between(this.random, 0, 900),
    };
  }
  asset(number: number, created: number): Body {
    const { category, model } = troubleOf(number);
    const inUse = this.random() < 0.8;
    return {
      name: `${model} ${this.#tag(number)}`,
      description: null,
      asset_tag: this.#tag(number),
      serial_number: `SN-${(number * 7919 + 100_003).toString(36).toUpperCase()}`,
      model,
      category,
      location: pick(this.random, ["Building A", "Building B", "Data centre"]),
      status: inUse ? "In Use" : pick(this.random, ["In Stock", "Retired"]),
      cost: between(this.random, 80, 4_000),
      purchase_date: moment(created - 30 * DAY),
      warranty_expiration: moment(created + 700 * DAY),
      assignee_id: inUse ? this.#person().id : null,
      owner_id: this.#person().id,
    };
  }
  /** Somebody of a customer comes to see the place. */
  u_visit_c(number: number, created: number): Body {
    const company = this.world.companies[number % this.world.companies.length] as World["companies"][number];
    return {
      name: `Visit of ${company.name}`,
      description: null,
      assignee_id: this.#person().id,
      at_c: moment(created + 14 * DAY),
      place_c: company.city,
      done_c: this.random() < 0.5,
    };
  }

  #ticket(statuses: readonly string[]): Body {
    const [impact, urgency] = [this.#level(), this.#level()];
    const status = pick(this.random, statuses);
    return {
      active: !isClosed(status),
      status,
      impact,
      urgency,
      priority: priorityOf(impact, urgency),
      requester_id: this.#person().id,
      assignee_id: status === "New" ? null : this.#person().id,
    };
  }
  #comment(type: ItsmType, id: string): Body {
    return {
      record: keyOf(type, id),
      author_id: this.#person().id,
      text: pick(this.random, ["I will have a look.", "Seen again today.", "Please try once more.", "Ordered a part."]),
      internal: this.random() < 0.3,
    };
  }
  #level(): Level {
    return pick(this.random, ["low", "medium", "high"]);
  }
  #person(): Person {
    return pick(this.random, this.world.colleagues);
  }
  #count(type: ItsmType): number {
    return COUNTS[this.world.size][type];
  }
  /** One of those that are about this kind of trouble. */
  #of(type: "problem" | "change", trouble: number): string {
    const place = trouble % TROUBLES.length;
    const rounds = Math.floor((this.#count(type) - 1 - place) / TROUBLES.length);
    return seededId(KINDS[type].prefix, place + between(this.random, 0, rounds) * TROUBLES.length);
  }
  #tag(asset: number): string {
    return `P${1_000_000 + asset}`;
  }
  #times(): { created: number; modified: number } {
    const created = this.world.today - between(this.random, 86_400, 240 * 86_400) * 1_000;
    return { created, modified: created + between(this.random, 3_600, (this.world.today - created) / 1_000) * 1_000 };
  }
}

const moment = (milliseconds: number): string => new Date(milliseconds).toISOString();

const seedOf = (kind: Kind, id: string, created: number, modified: number, body: Body): Seed => ({
  kind,
  thing: { id, created_at: moment(created), modified_at: moment(modified), body },
});
