import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from "graphql";
import { createSchema } from "../../resolvers/schema.js";
import { type RestServing, restForTest } from "./support.js";

/** A type in both APIs: where objects of it are found over REST, and what is not the same name in snake case. */
interface Compared {
  /** Of the account; `{x}`: the first object of that path's list. */
  list: string;
  /** The graph's field → REST's attribute, dots leading inwards; null: the graph alone has it. */
  names?: Readonly<Record<string, string | null>>;
  /** Attributes that REST alone has. */
  rest?: readonly string[];
}

const owned = { owner: "owner", rawType: null } as const;
/** Counted, walked or handed over another way by the graph. */
const OF_GRAPH = new Set(["account", "api", "type", "raw", "id", "__typename"]);
const OF_REST = new Set(["id", "api", "type", "raw", "raw_id", "href"]);

const TYPES: Readonly<Record<string, Compared>> = {
  File: {
    list: "storage/folders/root/contents?recursive=true&page_size=1000",
    names: { parent: "parent.id", ancestors: "ancestors.id", downloadUrl: null, thumbnailUrl: null },
    rest: ["account"],
  },
  Folder: {
    list: "storage/folders/root/contents?page_size=1000",
    names: { parent: "parent.id", ancestors: "ancestors.id" },
    rest: ["account", "size", "creator", "last_modifier"],
  },
  CrmAccount: { list: "crm/accounts", names: owned },
  Contact: { list: "crm/contacts", names: { ...owned, company: "account" } },
  Lead: { list: "crm/leads", names: owned },
  Opportunity: { list: "crm/opportunities", names: { ...owned, company: "account" } },
  Campaign: { list: "crm/campaigns", names: owned },
  CrmTask: { list: "crm/tasks", names: { ...owned, company: "account", due: "due_date" } },
  Calendar: { list: "cal/calendars", names: { timeZone: "timezone" }, rest: ["account_id"] },
  Event: {
    list: "cal/calendars/primary/events?start=2020-01-01T00:00:00Z&end=2030-01-01T00:00:00Z&page_size=50",
    names: { calendar: "calendar_id", recurringMaster: "recurring_master_id", recurrence: "recurrence.rrule" },
    rest: ["account_id", "reminder"],
  },
  EmailMessage: {
    list: "email/messages?page_size=5",
    names: { author: "from", text: "text_body", html: null, folder: "folder_id", thread: "thread_id" },
    rest: ["body"],
  },
  MailFolder: { list: "email/folders", names: { parent: "parent_id" } },
  Label: { list: "email/labels" },
  EmailThread: { list: "email/threads?page_size=5" },
  Conversation: { list: "messaging/conversations", names: { members: "members" } },
  ChatMessage: {
    list: "messaging/conversations/{messaging/conversations}/messages",
    names: { author: "user_id", conversation: "conversation_id", thread: "thread_id", text: "text" },
  },
  TeamUser: { list: "team/users" },
  TeamGroup: { list: "team/groups", rest: ["role"] },
  Incident: { list: "itsm/incidents" },
  Problem: { list: "itsm/problems" },
  ChangeRequest: { list: "itsm/changes" },
  Article: { list: "itsm/articles" },
  Asset: { list: "itsm/assets" },
  AuditEvent: {
    list: "audit/events?page_size=5",
    names: { action: "event_type", occurred: "timestamp", outcome: "status", targets: "resources" },
    rest: ["account"],
  },
};

describe("an object says the same in REST and in GraphQL", () => {
  let api: RestServing;
  let number: number;
  let schema: Awaited<ReturnType<typeof createSchema>>;
  before(async () => {
    api = await restForTest({ seed: "none" });
    schema = await createSchema();
    const connected = await api.ask(
      `mutation { connectAccount(input: { service: "sandbox", fields: { seed: "same", size: "small" } }) { account { number } } }`,
    );
    assert.deepEqual(connected.body.errors, undefined);
    number = connected.body.data.connectAccount.account.number;
  });
  after(() => api.closeCore());

  const listed = async (path: string): Promise<Record<string, unknown>[]> => {
    const [, within] = /\{(.*)\}/.exec(path) ?? [];
    const inner = within ? (await listed(within))[0]?.id : "";
    return (await api.expect(200, "GET", `/accounts/${number}/${path.replace(/\{.*\}/, String(inner))}`)).objects;
  };

  /** Somebody who is named has an id of its own in the graph, and in REST that of the organisation's user. */
  const asUsers = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asUsers);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asUsers(one)]));
    const { ids } = api.core.unified;
    const named = typeof value === "string" ? ids.tryDecode(api.core.application, value) : null;
    return named?.type === "person" ? ids.encode(api.core.application, { ...named, type: "user" }) : value;
  };

  for (const [name, compared] of Object.entries(TYPES))
    test(name, async () => {
      const type = schema.getType(name) as GraphQLObjectType;
      const kind = /\W(\w+)$/.exec(compared.list.split("?")[0] as string)?.[1];
      const objects = (await listed(compared.list)).filter((one) =>
        name !== "File" && name !== "Folder" ? kind : one.type === name.toLowerCase(),
      );
      assert.ok(objects.length > 0, `the sandbox has no ${name}`);
      const fields = Object.values(type.getFields()).filter((field) => isCompared(field, compared));
      for (const object of objects.slice(0, 5)) {
        const href = new URL(object.href as string);
        const rest = await api.expect(200, "GET", href.pathname.replace(/^\/v1/, "") + href.search);
        const query = `query ($id: ID!) { node(id: $id) { ... on ${name} { ${fields.map(selectionOf).join(" ")} } } }`;
        const { body } = await api.ask(query, { id: rest.id });
        assert.deepEqual(body.errors, undefined);
        const told = new Set(OF_REST);
        for (const { name: field, type: fieldType } of fields) {
          const attribute = compared.names?.[field] ?? snake(field);
          told.add(attribute.split(".")[0] as string);
          const wanted = asUsers(comparable(body.data.node[field], fieldType));
          const [one, other] = inCommon(reached(rest, attribute), wanted);
          assert.deepEqual(one, other, `${name}.${field} is not ${attribute}`);
        }
        const more = Object.keys(rest).filter((one) => !told.has(one) && !compared.rest?.includes(one));
        assert.deepEqual(more, [], `${name}: nobody says what these are in the graph`);
      }
    });
});

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Lists that go on and questions of their own have endpoints of their own. */
const isCompared = ({ name, type, args }: GraphQLField<unknown, unknown>, { names }: Compared): boolean => {
  if (OF_GRAPH.has(name) || names?.[name] === null) return false;
  if (args.length > 0) return false;
  const named = getNamedType(type);
  if (/Connection$/.test(named.name) || ["Permission", "Property"].includes(named.name))
    return names?.[name] !== undefined || name === "customProperties";
  return true;
};

/** What refers to an object of its own is known by its id. */
const selectionOf = ({ name, type }: { name: string; type: GraphQLOutputType }): string => {
  const named = getNamedType(type);
  if (isScalarType(named) || isEnumType(named)) return name;
  if (!isObjectType(named)) return `${name} { id }`;
  const fields = Object.values(named.getFields());
  const isResource = named.getInterfaces().some(({ name: one }) => one === "Resource");
  if (isResource) return `${name} { id }`;
  const plain = fields.filter(
    ({ args, type: one }) =>
      args.length === 0 && (isScalarType(getNamedType(one)) || isEnumType(getNamedType(one))) && !isFollowed(one),
  );
  return `${name} { ${plain.map((field) => field.name).join(" ")} }`;
};
const isFollowed = (type: GraphQLOutputType): boolean =>
  isObjectType(getNamedType(type)) && !isListType(type) && !isNonNullType(type);

/** A graph's value as REST spells it: enums in small letters, an object that is only referred to by its id. */
const comparable = (value: unknown, type: GraphQLOutputType): unknown => {
  if (value === null || value === undefined) return null;
  if (isNonNullType(type)) return comparable(value, type.ofType);
  if (isListType(type)) return (value as unknown[]).map((one) => comparable(one, type.ofType));
  if (isEnumType(type)) return String(value).toLowerCase();
  if (typeof value !== "object" || isScalarType(type)) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "id") return entries[0][1];
  const fields = (type as GraphQLObjectType).getFields();
  return Object.fromEntries(
    entries.map(([name, one]) => [snake(name), comparable(one, (fields[name] as { type: GraphQLOutputType }).type)]),
  );
};

/** `parent.id`, and of a list that of each. */
const reached = (value: unknown, path: string): unknown => {
  const [first, ...rest] = path.split(".") as [string];
  const inner = (value as Record<string, unknown>)?.[first];
  if (rest.length === 0) return inner === undefined ? "(missing)" : inner;
  if (inner === null || inner === undefined) return null;
  return Array.isArray(inner) ? inner.map((one) => reached(one, rest.join("."))) : reached(inner, rest.join("."));
};

/** What REST has, cut down to what the graph says: a person's id where it has nothing more, value objects by their common attributes. */
const inCommon = (rest: unknown, wanted: unknown): [unknown, unknown] => {
  if (Array.isArray(rest) && Array.isArray(wanted)) {
    const pairs = rest.map((one, index) => inCommon(one, wanted[index]));
    return [pairs.map(([one]) => one), pairs.length === wanted.length ? pairs.map(([, other]) => other) : wanted];
  }
  if (typeof wanted !== "object" || wanted === null) return [rest, wanted];
  if (typeof rest === "string") return [rest, (wanted as { id?: unknown }).id];
  if (typeof rest !== "object" || rest === null) return [rest, wanted];
  const shared = Object.keys(wanted).filter((name) => name in rest || !GRAPH_VALUES.has(name));
  const pick = (from: object) =>
    Object.fromEntries(shared.map((name) => [name, (from as Record<string, unknown>)[name]]));
  return [pick(rest), pick(wanted)];
};
/** Attributes of value objects that the reference does not have, or calls otherwise. */
const GRAPH_VALUES = new Set(["url", "size", "inline", "download_url"]);
