import { between, pick, type Random, randomOf } from "../random.js";
import type { Sow } from "../shelf/seeding.js";
import type { Body } from "../shelf/shelf.js";
import { seededId, type World } from "../world.js";
import { type CrmType, KINDS } from "./kinds.js";

const DAY = 86_400_000; // milliseconds

/** Deals, by place: the same numbers name the events that are held about them. */
export const dealsOf = ({ size, companies }: World): Deal[] => {
  const random = randomOf(`deals of ${companies.length} companies`);
  const count = size === "small" ? 18 : 2_000;
  return Array.from({ length: count }, (_, number) => {
    const company = companies[number % companies.length] as World["companies"][number];
    const subject = pick(random, ["Licences", "Pilot", "Renewal", "Roll-out", "Service contract", "Training"]);
    return { id: seededId("opp", number), number, company, name: `${company.name} – ${subject}` };
  });
};
export interface Deal {
  id: string;
  number: number;
  company: World["companies"][number];
  name: string;
}

const STAGES = [
  ["Prospecting", 10],
  ["Qualification", 25],
  ["Proposal", 50],
  ["Negotiation", 75],
  ["Closed Won", 100],
  ["Closed Lost", 0],
] as const;

export const sowCrm: Sow = function* (world) {
  const random = randomOf(`crm of ${world.colleagues.map(({ id }) => id).join()}`);
  const { companies, contacts, colleagues } = world;
  const isSmall = world.size === "small";
  const owner = (): string => pick(random, colleagues).id;
  const seed = (type: CrmType, id: string, body: Body) => ({
    kind: KINDS[type],
    thing: { id, ...times(random, world.today), body },
  });

  for (const company of companies)
    yield seed("account", seededId("acc", company.number), {
      name: company.name,
      owner_id: owner(),
      description: null,
      industry: company.industry.name,
      industry_code: company.industry.code,
      employees: between(random, 5, 5_000),
      rating: pick(random, ["Hot", "Warm", "Cold"]),
      phone: null,
      fax: null,
      website: `https://${company.domain}`,
      annual_revenue: between(random, 1, 900) * 100_000,
      billing_address: `1 Market Square, ${company.city}`,
      shipping_address: null,
      customer_number_c: 10_000 + company.number,
    });
  for (const { number, company, first, last, email, title, department, phone } of contacts)
    yield seed("contact", seededId("con", number), {
      account_id: seededId("acc", company.number),
      owner_id: owner(),
      lead_id: null,
      description: null,
      first_name: first,
      middle_name: null,
      last_name: last,
      title,
      department,
      email,
      phone,
      fax: null,
      mailing_address: `1 Market Square, ${company.city}`,
    });
  for (let number = 0; number < (isSmall ? 15 : 1_500); number++) {
    const [first, last] = [pick(random, ["Noor", "Otto", "Paula", "Quinn", "Rosa"]), pick(random, ["Larsen", "Meyer"])];
    yield seed("lead", seededId("led", number), {
      owner_id: owner(),
      description: null,
      first_name: first,
      middle_name: null,
      last_name: last,
      title: null,
      email: `${first}.${last}.${number}@prospects.example`.toLowerCase(),
      phone: null,
      fax: null,
      company: `Prospect ${number + 1}`,
      status: pick(random, ["Open", "Contacted", "Qualified", "Unqualified"]),
      industry: null,
      annual_revenue: null,
      rating: pick(random, ["Hot", "Warm", "Cold"]),
      address: null,
    });
  }
  for (let number = 0; number < (isSmall ? 4 : 40); number++)
    yield seed("campaign", seededId("cmp", number), {
      owner_id: owner(),
      description: null,
      parent_id: number % 4 === 3 ? seededId("cmp", number - 1) : null,
      name: `${pick(random, ["Spring", "Summer", "Autumn", "Winter"])} ${pick(random, ["fair", "mailing", "webinar"])} ${number + 1}`,
      campaign_type: pick(random, ["Email", "Trade Show", "Webinar"]),
      start: new Date(world.today - between(random, 20, 200) * DAY).toISOString(),
      end: new Date(world.today + between(random, 1, 100) * DAY).toISOString(),
      status: pick(random, ["Planned", "In Progress", "Completed"]),
      expected_revenue: between(random, 10, 90) * 1_000,
      actual_cost: between(random, 1, 9) * 1_000,
      budgeted_cost: between(random, 2, 12) * 1_000,
    });
  for (const { id, number, company, name } of dealsOf(world)) {
    const [stage, probability] = pick(random, STAGES);
    yield seed("opportunity", id, {
      account_id: seededId("acc", company.number),
      campaign_id: number % 3 === 0 ? seededId("cmp", number % 4) : null,
      owner_id: owner(),
      description: null,
      name,
      stage_name: stage,
      closing_date: new Date(world.today + between(random, -60, 120) * DAY).toISOString(),
      next_step: pick(random, ["Call back", "Send quote", null]),
      amount: between(random, 2, 200) * 1_000,
      probability,
      opportunity_type: pick(random, ["New Business", "Existing Business"]),
    });
  }
  for (let number = 0; number < (isSmall ? 20 : 2_000); number++) {
    const contact = pick(random, contacts);
    yield seed("task", seededId("tsk", number), {
      account_id: seededId("acc", contact.company.number),
      contact_id: seededId("con", contact.number),
      owner_id: owner(),
      description: null,
      subject: `${pick(random, ["Call", "Visit", "Write to"])} ${contact.first} ${contact.last}`,
      status: pick(random, ["Not Started", "In Progress", "Completed"]),
      priority: pick(random, ["High", "Normal", "Low"]),
      due: new Date(world.today + between(random, -20, 40) * DAY).toISOString(),
    });
  }
  for (let number = 0; number < (isSmall ? 10 : 1_000); number++) {
    const company = pick(random, companies);
    yield seed("invoice_c", seededId("inv", number), {
      name: `Invoice ${2026_0001 + number}`,
      description: null,
      account_id: seededId("acc", company.number),
      amount_c: between(random, 100, 90_000) / 10,
      due_c: new Date(world.today + between(random, -30, 30) * DAY).toISOString(),
      paid_c: random() < 0.6,
    });
  }
};

const times = (random: Random, today: number): { created_at: string; modified_at: string } => {
  const created = today - between(random, 1, 240 * 86_400) * 1_000;
  const modified = created + between(random, 0, (today - created) / 1_000) * 1_000;
  return { created_at: new Date(created).toISOString(), modified_at: new Date(modified).toISOString() };
};
