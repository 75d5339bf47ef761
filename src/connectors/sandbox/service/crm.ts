import { z } from "zod";
import { type CrmType, FIELDS, KINDS, REFERENCES, REQUIRED, TYPES, writableOf } from "./crm/kinds.js";
import { sowCrm } from "./crm/seed.js";
import {
  type Call,
  decodeCursor,
  encodeCursor,
  parse,
  type Reply,
  type Route,
  readJson,
  route,
  type Service,
} from "./http.js";
import { peopleOf } from "./people.js";
import { invalid, notFound } from "./refusal.js";
import { checkReferences, collectionRoutes, paging, told } from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import { type Body, type Question, Shelf, type Thing } from "./shelf/shelf.js";

const SORTED = { created: "at", modified: "modified", name: "called" } as const;

/** `?account_id=…&owner_id=…&modified_since=…&created_since=…&order_by=-modified` */
const asked = z
  .strictObject({
    account_id: z.string().optional(),
    owner_id: z.string().optional(),
    email: z.string().toLowerCase().optional(),
    modified_since: z.string().optional(),
    created_since: z.string().optional(),
    order_by: z
      .string()
      .regex(/^-?(created|modified|name)$/, "created, modified or name, with a - before it for descending")
      .optional(),
  })
  .transform(({ modified_since, created_since, order_by, ...filters }): Question => {
    const field = order_by?.replace("-", "") as keyof typeof SORTED | undefined;
    return {
      keys: Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
      modifiedSince: modified_since,
      from: created_since,
      ...(field ? { order: { by: SORTED[field], descending: order_by?.startsWith("-") ?? false } } : {}),
    };
  });

const PATHS: Readonly<Record<CrmType, string>> = {
  account: "/crm/accounts",
  contact: "/crm/contacts",
  lead: "/crm/leads",
  opportunity: "/crm/opportunities",
  campaign: "/crm/campaigns",
  task: "/crm/tasks",
  invoice_c: "/crm/types/invoice_c",
};

/** Any type by its own name: what its fields are, and its objects. */
const searchQuery = paging.extend({ q: z.string().trim().min(1).max(500) });
const addressesBody = z.strictObject({ emails: z.array(z.string()).min(1).max(200) });
/** In the order in which a search goes through them. */
const SEARCHED: readonly CrmType[] = ["account", "contact", "lead", "opportunity", "campaign", "task"];

/** The category of customers and what is done with them. */
export const crmRoutes = (service: Service): Route[] => {
  const routesOf = (type: CrmType, path = PATHS[type]): Route[] =>
    collectionRoutes<Body>(service, {
      path,
      kind: KINDS[type],
      writable: writableOf(type) as z.ZodType<Body>,
      asked,
      complete(_, given) {
        for (const name of REQUIRED[type]) if (given[name] == null) throw invalid(`${name}: must be given.`);
        const blank = Object.fromEntries(Object.keys(FIELDS[type]).map((name) => [name, null]));
        return { ...blank, ...given };
      },
      check(call, content) {
        for (const name of REQUIRED[type]) if (content[name] == null) throw invalid(`${name}: must not be empty.`);
        const owner = content.owner_id;
        if (owner != null && !peopleOf(call.account).some(({ id }) => id === owner))
          throw invalid("owner_id: names nobody.");
        const named = Object.entries(REFERENCES).map(([field, of]) => [field, content[field], KINDS[of]] as const);
        checkReferences(service, call, named);
      },
    });

  /** Through the types one after the other; a cursor names a type and a place in it. */
  const search = (call: Call): Reply => {
    const { q, cursor, limit } = parse(searchQuery, call.query);
    let [place, inner] = cursor === undefined ? [0, ""] : (decodeCursor(cursor, 2) as [number, string]);
    const entries: object[] = [];
    while (place < SEARCHED.length && entries.length < limit) {
      const type = SEARCHED[place] as CrmType;
      const shelf = new Shelf(service, call, KINDS[type]);
      const rest = { limit: limit - entries.length, ...(inner === "" ? {} : { cursor: inner }) };
      const page = shelf.page({ words: q }, rest);
      entries.push(...page.things.map((thing) => ({ type, ...told(thing) })));
      inner = page.cursor ?? "";
      if (page.cursor === null) place++;
    }
    return { json: { entries, cursor: place < SEARCHED.length ? encodeCursor([place, inner]) : null, total: null } };
  };

  /** The contact of each address, or null, in the order of the addresses. */
  const byEmail = async (call: Call): Promise<Reply> => {
    const { emails } = await readJson(addressesBody, call.request);
    const shelf = new Shelf(service, call, KINDS.contact);
    const find = (email: string): Thing | undefined =>
      shelf.page({ keys: [["email", email.toLowerCase()]] }, { limit: 1 }).things[0];
    const results = emails.map((email) => {
      const thing = find(email);
      return thing ? told(thing) : null;
    });
    return { json: { results } };
  };

  const users = ({ account }: Call): Reply => ({ json: { entries: peopleOf(account), cursor: null, total: null } });
  const user = ({ account, parameters }: Call): Reply => {
    const found = peopleOf(account).find(({ id }) => id === parameters.id);
    if (!found) throw notFound("user");
    return { json: found };
  };

  return sown(service, "crm", sowCrm, [
    ...TYPES.flatMap((type) => routesOf(type)),
    // Every type by its name as well, as one asks for those that nobody foresaw.
    ...TYPES.filter((type) => type !== "invoice_c").flatMap((type) => routesOf(type, `/crm/types/${type}`)),
    route("GET /crm/search", search),
    route("POST /crm/contacts-by-email", byEmail),
    route("GET /crm/users", users),
    route("GET /crm/users/:id", user),
    route("GET /crm/schemas", () => ({ json: { entries: TYPES.map(schemaOf) } })),
    route("GET /crm/schemas/:type", ({ parameters: { type } }) => {
      const known = TYPES.find((one) => one === type);
      if (!known) throw notFound("type");
      return { json: schemaOf(known) };
    }),
  ]);
};

const schemaOf = (type: CrmType): object => ({
  name: type,
  label: labelOf(type),
  custom: type.endsWith("_c"),
  fields: Object.keys(FIELDS[type]).map((name) => ({
    name,
    label: labelOf(name),
    data_type: typeOf(name),
    required: REQUIRED[type].includes(name),
    read_only: false,
    options: null,
    reference_to: name === "owner_id" ? ["user"] : REFERENCES[name] ? [REFERENCES[name]] : null,
  })),
});

const labelOf = (name: string): string => {
  const words = name.replace(/_(id|c)$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const NUMBERS = /^(employees|annual_revenue|amount(_c)?|probability|expected_revenue|actual_cost|budgeted_cost)$/;
const MOMENTS = /^(closing_date|start|end|due(_c)?)$/;
const typeOf = (name: string): string => {
  if (name.endsWith("_id")) return "reference";
  if (name === "paid_c") return "boolean";
  return NUMBERS.test(name) ? "number" : MOMENTS.test(name) ? "datetime" : "string";
};
