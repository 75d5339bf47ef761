import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  subscribe,
} from "graphql";
import { createContext } from "../../resolvers/context.js";
import { createSchema } from "../../resolvers/schema.js";
import type { Caller } from "../../src/auth/caller.js";
import type { Api } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { connectAccount } from "../../src/unified/accounts.js";
import { stageUpload } from "../../src/unified/email/staged.js";
import { createLink } from "../../src/unified/links.js";
import { startTask } from "../../src/unified/tasks/start.js";
import { ask, codeOf } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

/** Objects that every sandbox account begins with: unified type → native id. */
const SEEDED = {
  "audit.actor": "svc_backup",
  "audit.audit_event": "aud_000001",
  "calendar.calendar": "cal_000001",
  "calendar.event": "evt_000001",
  "crm.account": "acc_000001",
  "crm.campaign": "cmp_000001",
  "crm.contact": "con_000001",
  "crm.lead": "led_000001",
  "crm.object": "invoice_c\ninv_000001",
  "crm.opportunity": "opp_000001",
  "crm.task": "tsk_000001",
  "crm.user": "usr_x",
  "messaging.conversation": "cnv_000001",
  "messaging.message": "msg_000001",
  "team.group": "grp_000001",
  "team.membership": "grp_000001\nusr_bruno_kumar",
  "team.user": "usr_bruno_kumar",
  "itsm.article": "art_000001",
  "itsm.asset": "ast_000001",
  "itsm.change": "chg_000001",
  "itsm.comment": "incident\ncom_000001\ninc_000001",
  "itsm.incident": "inc_000001",
  "itsm.object": "u_visit_c\nvis_000001",
  "itsm.problem": "prb_000001",
  "itsm.user": "usr_x",
  "email.folder": "fld_000006",
  "email.label": "lbl_000001",
  "email.message": "msg_000001",
  "email.thread": "thr_000001",
} as const;
const seeded = Object.keys(SEEDED) as (keyof typeof SEEDED)[];

type Kind =
  | "account"
  | "activity"
  | "file"
  | "folder"
  | "link"
  | "task"
  | "service"
  | "user"
  | "upload"
  | keyof typeof SEEDED;

/** What an argument takes. `user`: also a name of the service's own, which the service judges. */
type Rule = readonly [Kind, ...Kind[]];
const ANYTHING: Rule = ["file", "folder", "account", "activity", "task", "link", "service", ...seeded];
const KEPT: ReadonlySet<string> = new Set([
  "audit.actor",
  "audit.audit_event",
  "crm.user",
  "email.thread",
  "itsm.comment",
  "itsm.user",
  "team.group",
  "team.membership",
  "team.user",
]);
/** What can be deleted. */
const MADE: Rule = ["file", "folder", "link", ...seeded.filter((kind) => !KEPT.has(kind))];

/** Every argument of type ID in the schema, inputs looked into. A new one without a rule fails the sweep. */
const RULES: Readonly<Record<string, Rule>> = {
  "Contact.correspondence(accounts)": ["account"],
  "Contact.files(accounts)": ["account"],
  "Contact.meetings(accounts)": ["account"],
  "Query.account(id)": ["account"],
  "Query.account(options.asUser)": ["user"],
  "Query.agenda(accounts)": ["account"],
  "Query.availability(accounts)": ["account"],
  "Query.availability(calendars)": ["calendar.calendar"],
  "Query.files(accounts)": ["account"],
  "Query.inbox(accounts)": ["account"],
  "Query.search(accounts)": ["account"],
  "Query.node(id)": ANYTHING,
  "Query.nodes(ids)": ANYTHING,
  "Query.task(id)": ["task"],
  "Subscription.activity(accounts)": ["account"],
  "Subscription.node(id)": ["file", "folder", "account", "activity", "task", "link", ...seeded],
  "Subscription.task(id)": ["task"],
  "Subscription.tasks(accounts)": ["account"],
  "Account.calendar(id)": ["calendar.calendar"],
  "Account.impersonate(user)": ["user"],
  "Crm.contacts(account)": ["crm.account"],
  "Crm.opportunities(account)": ["crm.account"],
  "Crm.tasks(account)": ["crm.account"],
  "Mutation.createCalendar(input.account)": ["account"],
  "Mutation.createCampaign(input.account)": ["account"],
  "Mutation.createCampaign(input.owner)": ["crm.user"],
  "Mutation.createCampaign(input.parent)": ["crm.campaign"],
  "Mutation.createConversation(input.account)": ["account"],
  "Mutation.createConversation(input.members)": ["team.user"],
  "Mutation.createContact(input.account)": ["account"],
  "Mutation.createContact(input.company)": ["crm.account"],
  "Mutation.createContact(input.lead)": ["crm.lead"],
  "Mutation.createContact(input.owner)": ["crm.user"],
  "Mutation.createCrmAccount(input.account)": ["account"],
  "Mutation.createCrmAccount(input.owner)": ["crm.user"],
  "Mutation.createCrmRecord(input.account)": ["account"],
  "Mutation.createCrmTask(input.account)": ["account"],
  "Mutation.createCrmTask(input.company)": ["crm.account"],
  "Mutation.createCrmTask(input.contact)": ["crm.contact"],
  "Mutation.createCrmTask(input.owner)": ["crm.user"],
  "Mutation.createEvent(input.calendar)": ["calendar.calendar"],
  "Mutation.createLead(input.account)": ["account"],
  "Mutation.createLead(input.owner)": ["crm.user"],
  "Mutation.createOpportunity(input.account)": ["account"],
  "Mutation.createOpportunity(input.campaign)": ["crm.campaign"],
  "Mutation.createOpportunity(input.company)": ["crm.account"],
  "Mutation.createOpportunity(input.owner)": ["crm.user"],
  "Mutation.respondToEvent(input.id)": ["calendar.event"],
  "Mutation.updateCalendar(input.id)": ["calendar.calendar"],
  "Mutation.updateCampaign(input.id)": ["crm.campaign"],
  "Mutation.updateCampaign(input.owner)": ["crm.user"],
  "Mutation.updateCampaign(input.parent)": ["crm.campaign"],
  "Mutation.updateContact(input.company)": ["crm.account"],
  "Mutation.updateContact(input.id)": ["crm.contact"],
  "Mutation.updateContact(input.lead)": ["crm.lead"],
  "Mutation.updateContact(input.owner)": ["crm.user"],
  "Mutation.postMessage(input.conversation)": ["messaging.conversation"],
  "Mutation.postMessage(input.thread)": ["messaging.message"],
  "Mutation.updateConversation(input.id)": ["messaging.conversation"],
  "Mutation.updateConversation(input.members)": ["team.user"],
  "Mutation.updateMessage(input.id)": ["messaging.message"],
  "Mutation.updateCrmAccount(input.id)": ["crm.account"],
  "Mutation.updateCrmAccount(input.owner)": ["crm.user"],
  "Mutation.updateCrmRecord(input.id)": ["crm.object"],
  "Mutation.updateCrmTask(input.company)": ["crm.account"],
  "Mutation.updateCrmTask(input.contact)": ["crm.contact"],
  "Mutation.updateCrmTask(input.id)": ["crm.task"],
  "Mutation.updateCrmTask(input.owner)": ["crm.user"],
  "Mutation.updateEvent(input.id)": ["calendar.event"],
  "Mutation.updateLead(input.id)": ["crm.lead"],
  "Mutation.updateLead(input.owner)": ["crm.user"],
  "Mutation.updateOpportunity(input.campaign)": ["crm.campaign"],
  "Mutation.updateOpportunity(input.company)": ["crm.account"],
  "Mutation.updateOpportunity(input.id)": ["crm.opportunity"],
  "Mutation.updateOpportunity(input.owner)": ["crm.user"],
  "Messaging.conversation(id)": ["messaging.conversation"],
  "Team.group(id)": ["team.group"],
  "Team.user(id)": ["team.user"],
  "Account.audit(user)": ["audit.actor", "team.user"],
  "Itsm.assets(assignee)": ["itsm.user"],
  "Itsm.changes(assignee)": ["itsm.user"],
  "Itsm.incidents(assignee)": ["itsm.user"],
  "Itsm.problems(assignee)": ["itsm.user"],
  "Mutation.addComment(input.id)": [
    "itsm.incident",
    "itsm.problem",
    "itsm.change",
    "itsm.article",
    "itsm.asset",
    "itsm.object",
  ],
  "Mutation.createArticle(input.account)": ["account"],
  "Mutation.createArticle(input.author)": ["itsm.user"],
  "Mutation.createAsset(input.account)": ["account"],
  "Mutation.createAsset(input.assignee)": ["itsm.user"],
  "Mutation.createAsset(input.owner)": ["itsm.user"],
  "Mutation.createChangeRequest(input.account)": ["account"],
  "Mutation.createChangeRequest(input.assignee)": ["itsm.user"],
  "Mutation.createChangeRequest(input.requester)": ["itsm.user"],
  "Mutation.createIncident(input.account)": ["account"],
  "Mutation.createIncident(input.assignee)": ["itsm.user"],
  "Mutation.createIncident(input.change)": ["itsm.change"],
  "Mutation.createIncident(input.problem)": ["itsm.problem"],
  "Mutation.createIncident(input.requester)": ["itsm.user"],
  "Mutation.createIncident(input.responder)": ["itsm.user"],
  "Mutation.createItsmRecord(input.account)": ["account"],
  "Mutation.createProblem(input.account)": ["account"],
  "Mutation.createProblem(input.assignee)": ["itsm.user"],
  "Mutation.createProblem(input.change)": ["itsm.change"],
  "Mutation.createProblem(input.requester)": ["itsm.user"],
  "Mutation.updateArticle(input.author)": ["itsm.user"],
  "Mutation.updateArticle(input.id)": ["itsm.article"],
  "Mutation.updateAsset(input.assignee)": ["itsm.user"],
  "Mutation.updateAsset(input.id)": ["itsm.asset"],
  "Mutation.updateAsset(input.owner)": ["itsm.user"],
  "Mutation.updateChangeRequest(input.assignee)": ["itsm.user"],
  "Mutation.updateChangeRequest(input.id)": ["itsm.change"],
  "Mutation.updateChangeRequest(input.requester)": ["itsm.user"],
  "Mutation.updateIncident(input.assignee)": ["itsm.user"],
  "Mutation.updateIncident(input.change)": ["itsm.change"],
  "Mutation.updateIncident(input.id)": ["itsm.incident"],
  "Mutation.updateIncident(input.problem)": ["itsm.problem"],
  "Mutation.updateIncident(input.requester)": ["itsm.user"],
  "Mutation.updateIncident(input.responder)": ["itsm.user"],
  "Mutation.updateItsmRecord(input.id)": ["itsm.object"],
  "Mutation.updateProblem(input.assignee)": ["itsm.user"],
  "Mutation.updateProblem(input.change)": ["itsm.change"],
  "Mutation.updateProblem(input.id)": ["itsm.problem"],
  "Mutation.updateProblem(input.requester)": ["itsm.user"],
  "Mailbox.message(id)": ["email.message"],
  "Mailbox.messages(folder)": ["email.folder"],
  "Mailbox.messages(label)": ["email.label"],
  "Mailbox.messages(thread)": ["email.thread"],
  "Mailbox.threads(folder)": ["email.folder"],
  "Mailbox.threads(label)": ["email.label"],
  "Mutation.createLabel(input.account)": ["account"],
  "Mutation.createMailFolder(input.account)": ["account"],
  "Mutation.createMailFolder(input.parent)": ["email.folder"],
  "Mutation.sendEmail(input.account)": ["account"],
  "Mutation.sendEmail(input.answers)": ["email.message"],
  "Mutation.sendEmail(input.attachments.file)": ["file"],
  "Mutation.sendEmail(input.attachments.upload)": ["upload"],
  "Mutation.updateEmail(input.folder)": ["email.folder"],
  "Mutation.updateEmail(input.id)": ["email.message"],
  "Mutation.updateEmail(input.labels)": ["email.label"],
  "Mutation.updateLabel(input.id)": ["email.label"],
  "Mutation.updateMailFolder(input.id)": ["email.folder"],
  "Mutation.updateMailFolder(input.parent)": ["email.folder"],
  "Storage.file(id)": ["file"],
  "Storage.folder(id)": ["folder"],
  "Storage.search(in)": ["folder"],
  "Mutation.cancelTask(input.id)": ["task"],
  "Mutation.copyFile(input.id)": ["file"],
  "Mutation.copyFile(input.parent)": ["folder"],
  "Mutation.copyFolder(input.id)": ["folder"],
  "Mutation.copyFolder(input.parent)": ["folder"],
  "Mutation.createDirectUpload(input.parent)": ["folder"],
  "Mutation.createFolder(input.parent)": ["folder"],
  "Mutation.createLink(input.file)": ["file"],
  "Mutation.createUpload(input.account)": ["account"],
  "Mutation.createUpload(input.parent)": ["folder"],
  "Mutation.delete(input.id)": MADE,
  "Mutation.disconnectAccount(input.id)": ["account"],
  "Mutation.encodeRawId(input.account)": ["account"],
  "Mutation.importFile(input.parent)": ["folder"],
  "Mutation.rawRequest(input.account)": ["account"],
  "Mutation.setPermissions(input.id)": ["file", "folder"],
  "Mutation.setPermissions(input.permissions.id)": ["user"],
  "Mutation.setProperties(input.id)": ["file", "folder"],
  "Mutation.updateAccount(input.id)": ["account"],
  "Mutation.updateFile(input.id)": ["file"],
  "Mutation.updateFile(input.parent)": ["folder"],
  "Mutation.updateFolder(input.id)": ["folder"],
  "Mutation.updateFolder(input.parent)": ["folder"],
  "Mutation.updateLink(input.id)": ["link"],
};

/** The way from a query to an object whose fields take ids. */
const WAYS: Readonly<Record<string, (field: string) => string>> = {
  Account: (field) => `account(id: $account) { ${field} }`,
  Storage: (field) => `account(id: $account) { storage { ${field} } }`,
  Contact: (field) => `account(id: $account) { crm { contacts(first: 1) { nodes { ${field} } } } }`,
  Itsm: (field) => `account(id: $account) { itsm { ${field} } }`,
  Crm: (field) => `account(id: $account) { crm { ${field} } }`,
  Messaging: (field) => `account(id: $account) { messaging { ${field} } }`,
  Team: (field) => `account(id: $account) { team { ${field} } }`,
  Mailbox: (field) => `account(id: $account) { email { ${field} } }`,
};

const REFUSED = new Set(["not_found", "invalid_resource_type", "forbidden", "invalid_parameters", "not_implemented"]);
/** What only the service can judge, it refuses in its own words. */
const JUDGED = new Set([...REFUSED, "service_forbidden", "bad_request", "request_failed"]);

/** One place that takes an id. */
interface Place {
  name: string;
  type: string;
  field: GraphQLField<unknown, unknown>;
  path: readonly string[];
}

const placesOf = (schema: GraphQLSchema): Place[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) =>
            field.args
              .flatMap((argument) => pathsIn(argument, []))
              .map((path) => ({ name: `${type.name}.${field.name}(${path.join(".")})`, type: type.name, field, path })),
          )
        : [],
    );

const pathsIn = ({ name, type }: GraphQLArgument | GraphQLInputField, above: readonly string[]): string[][] => {
  const named = getNamedType(type);
  const path = [...above, name];
  if (named.name === "ID") return [path];
  return isInputObjectType(named) ? Object.values(named.getFields()).flatMap((field) => pathsIn(field, path)) : [];
};

describe("nobody reaches what is another's, by any argument that takes an id", async () => {
  const schema = await createSchema();
  const places = placesOf(schema);
  let core: TestCore;
  let other: ConnectedAccount;
  const ids = {} as Record<"mine" | "others" | "strangers", Record<Kind, string>>;
  let callers: Record<"key" | "session" | "token", Caller>;
  let before_: string;

  before(async () => {
    core = await testCore();
    const mine = await core.connect("sandbox", {}, "dana");
    other = await core.connect("sandbox", {}, "lee");
    await core.unified.store.applications.create({ id: "another", name: "Another" });
    const abroad = core.unified.internal("another", new AbortController().signal);
    const { account: strange } = await connectAccount(abroad, { service: "sandbox", fields: {}, endUser: "dana" });
    ids.mine = await idsOf(mine);
    ids.others = await idsOf(other);
    ids.strangers = await idsOf(strange);
    const rights = new Set(["read", "write", "raw"] as const);
    callers = {
      key: core.session.caller,
      session: { ...core.session.caller, kind: "session", endUser: "dana", rights },
      token: { ...core.session.caller, kind: "token", accounts: [mine.account], rights },
    };
    before_ = await stateOf(other);
  });
  after(() => core.close());

  test("every argument of type ID has a rule, and every rule an argument", () => {
    assert.deepEqual(places.map(({ name }) => name).sort(), Object.keys(RULES).sort());
    for (const { name, type } of places)
      assert.ok(["Query", "Mutation", "Subscription"].includes(type) || WAYS[type], `${name} has no way to it`);
  });

  for (const place of places) {
    const rule = RULES[place.name];
    if (!rule) continue;
    test(place.name, async () => {
      for (const [what, who, id] of wrongIds(rule)) {
        const { code, told } = await run(place, rule, callers[who], id);
        const accepted = rule.includes("user") ? JUDGED : REFUSED;
        assert.ok(accepted.has(code ?? ""), `${what}: ${code ?? `no error, but ${told}`}`);
        assert.ok(!/"(id|name|token|url|status|deletedId)":"/.test(told), `${what} gave ${told}`);
      }
    });
  }

  test("and nothing of theirs has changed", async () => assert.equal(await stateOf(other), before_));

  /** The wrong ids for an argument, and whose credential is used with each. */
  const wrongIds = (rule: Rule): [what: string, who: keyof typeof callers, id: string][] => {
    const wrong: ReturnType<typeof wrongIds> = [
      ["garbage", "key", "garbage-id"],
      ["an empty id", "key", ""],
      ["control characters", "key", "\u0000\r\nx: y"],
      ["9,000 characters", "key", "A".repeat(9000)],
      ["an id with a changed character", "key", changed(ids.mine.file)],
    ];
    if (rule.includes("user")) return wrong;
    for (const kind of rule.filter((one) => one !== "service")) {
      wrong.push([`another application's ${kind}`, "key", ids.strangers[kind]]);
      wrong.push([`another end user's ${kind}`, "session", ids.others[kind]]);
      wrong.push([`another account's ${kind}`, "token", ids.others[kind]]);
    }
    if (rule.includes("account")) {
      wrong.push(["another end user's account by number", "session", String(other.account)]);
      wrong.push(["another account by number", "token", String(other.account)]);
      wrong.push(["a number without an account", "key", "999999"]);
    }
    for (const kind of Object.keys(ids.mine) as Kind[])
      if (kind !== "user" && !rule.includes(kind)) wrong.push([`a ${kind}`, "key", ids.mine[kind]]);
    return wrong;
  };

  const run = async (place: Place, rule: Rule, caller: Caller, id: string) => {
    const { type, field } = place;
    const call = `${field.name}${argumentsOf(place, id)}${selectionOf(field, rule)}`;
    if (type === "Subscription") return follow(`subscription { ${call} }`, caller);
    const way = WAYS[type];
    const root = type === "Mutation" ? "mutation" : way ? "query ($account: ID!)" : "query";
    const answer = await ask(core, `${root} { ${way ? way(call) : call} }`, { account: ids.mine.account }, caller);
    return { code: codeOf(answer), told: JSON.stringify(answer.data ?? null) };
  };

  const follow = async (source: string, caller: Caller) => {
    const left = new AbortController();
    const contextValue = createContext(core.unified.session(caller, left.signal), core.urls, "test");
    const result = await subscribe({ schema, document: parse(source), contextValue });
    if (!(Symbol.asyncIterator in result)) return { code: codeOf(result), told: JSON.stringify(result.data ?? null) };
    left.abort();
    await result.return?.();
    return { code: undefined, told: "a subscription" };
  };

  /** What the place's field is called with: the id where it belongs, and what else it cannot do without. */
  const argumentsOf = ({ name, field, path }: Place, id: string): string => {
    const root = name.slice(0, name.indexOf("("));
    const written = (argument: GraphQLArgument | GraphQLInputField, above: readonly string[]): string | undefined => {
      const here = [...above, argument.name];
      const isOnPath = here.every((step, index) => path[index] === step);
      if (!isOnPath && !(isNonNullType(argument.type) && argument.defaultValue === undefined)) return undefined;
      const text = value(argument.type, here, isOnPath);
      return `${argument.name}: ${isListType(isNonNullType(argument.type) ? argument.type.ofType : argument.type) ? `[${text}]` : text}`;
    };
    const value = (type: GraphQLInputType, here: readonly string[], isOnPath: boolean): string => {
      const named = getNamedType(type);
      if (isInputObjectType(named)) {
        const fields = Object.values(named.getFields()).flatMap((one) => written(one, here) ?? []);
        return `{ ${fields.join(", ")} }`;
      }
      if (named.name === "ID" && isOnPath) return JSON.stringify(id);
      if (named.name === "ID") return JSON.stringify(ids.mine[RULES[`${root}(${here.join(".")})`]?.[0] as Kind]);
      if (isEnumType(named)) return named.getValues()[0]?.name as string;
      return EXAMPLES[named.name] ?? JSON.stringify("x");
    };
    return `(${field.args.flatMap((argument) => written(argument, []) ?? []).join(", ")})`;
  };

  const idsOf = async (account: ConnectedAccount): Promise<Record<Kind, string>> => {
    const { items } = await account.storage.list("root", { cursor: null, limit: 1000, recursive: true });
    const [file, folder] = ["file", "folder"].map((type) => items.find((item) => item.type === type));
    assert.ok(file && folder);
    const link = await createLink(account, { file: file.id.native, direct: false, password: null, expires: null });
    const task = await startTask(account, "storage.delete", {}, "report");
    const { activity } = core.unified.store;
    const { version } = await activity.feed(account.account);
    const { next } = await account.apis(false).events.changes(null);
    const happened = {
      kind: "ADD",
      api: "storage",
      type: "file",
      object: file.id.native,
      user: null,
      ip: null,
    } as const;
    const appended = await activity.append(account.account, version, next, [
      { ...happened, occurred: "2026-01-01T00:00:00Z" },
    ]);
    const { ids: seal, application } = account;
    const refs = seeded.map((kind) => {
      const [api, type] = kind.split(".") as [Api, string];
      return [kind, String(account.ref(api, type, SEEDED[kind]))];
    });
    return {
      ...(Object.fromEntries(refs) as Record<keyof typeof SEEDED, string>),
      account: String(account.id),
      activity: String(account.ref("events", "activity", String(appended?.last))),
      file: String(file.id),
      folder: String(folder.id),
      link: String(account.ref("storage", "link", link.id)),
      task: String(account.ref("meta", "task", task.id)),
      service: seal.encode(application, { account: 0, api: "meta", type: "service", native: "sandbox" }),
      user: "usr_x",
      upload: (await stageUpload(account, { name: "x", size: 1, mimeType: null })).id,
    };
  };

  /** Everything that a wrong id could have changed, as text. */
  const stateOf = async (account: ConnectedAccount): Promise<string> => {
    const { store, queue } = core.unified;
    const { items } = await account.storage.list("root", { cursor: null, limit: 1000, recursive: true });
    const [record] = await store.accounts.getMany([account.account]);
    const links = await store.links.list(account.account, { after: null, limit: 10 });
    const tasks = (await queue.list([account.account], 10)).map(({ id, status }) => ({ id, status }));
    return JSON.stringify({ items, record, links, tasks });
  };
});

/** Values of scalars that an argument cannot do without. */
const EXAMPLES: Readonly<Record<string, string>> = {
  Boolean: "false",
  Int: "1",
  Float: "1",
  DateTime: '"2026-01-01T00:00:00Z"',
  JSONObject: "{}",
  URL: '"http://files.example/x"',
};

const selectionOf = ({ type }: GraphQLField<unknown, unknown>, rule: Rule): string => {
  const named = getNamedType(type);
  if (rule.includes("user") && named.name === "Account") return "{ storage { root { name } } }";
  if (!isCompositeType(named)) return "";
  return isObjectType(named) && !named.getFields().id ? "{ __typename }" : "{ id }";
};

const changed = (id: string): string => {
  const middle = id.length >> 1;
  return id.slice(0, middle) + (id[middle] === "A" ? "B" : "A") + id.slice(middle + 1);
};
