import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import type { CrmResource } from "../../schema/crm/crmResource.js";
import type { CrmOperations } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { Unified } from "../../src/unified/category.js";
import { fails } from "../support/fails.js";
import { type CollectionCase, casesOf, collectionCases, type OpenedCategory } from "./collection.js";
import { everyItem } from "./storage/bench.js";

export interface OpenedCrm extends OpenedCategory {
  /** A type of the service's own, with at least three objects. */
  rawType?: string;
  /** A field of the service's own that contacts may carry as text. */
  customField?: string;
}

/** What every CRM connector owes. The account begins with some objects of each type that it declares. */
export const crmConformance = (
  name: string,
  open: () => Promise<OpenedCrm>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: crm`, () => {
    let opened: OpenedCrm | undefined;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const check = casesOf(name, deviations);
    const account = (): ConnectedAccount => (opened as OpenedCrm).account;
    const crm = (): Unified<CrmOperations> => account().apis(false).crm;
    const firstOf = async (collection: "accounts" | "contacts" | "campaigns"): Promise<string> => {
      const { items } = await crm()[collection].list({ cursor: null, limit: 1 });
      const [item] = items;
      assert.ok(item, `there is none of the ${collection}`);
      return item.id.native;
    };
    const has = (
      collection: keyof Omit<CrmOperations, "search" | "schemas" | "schema" | "contactsByEmail">,
      operation: string,
    ) => [`crm.${collection}.${operation}`, crm()[collection].can(operation)] as const;

    const OWNED = ["description", "ownerId"] as const;
    const types = [
      {
        name: "crm.accounts",
        of: (account, raw) => account.apis(raw).crm.accounts,
        query: async () => ({}),
        draft: async () => ({ name: "Suite & Söhne", phone: "+1 555 0100", employees: 12, annualRevenue: 1.5 }),
        changes: [
          { change: { name: "Renamed" }, after: { name: "Renamed" } },
          { change: { phone: null, employees: 13 }, after: { phone: null, employees: 13 } },
        ],
        stay: [...OWNED, "name", "phone", "employees", "annualRevenue"],
        shape: (item) => assert.ok(item.name.length > 0),
      } satisfies CollectionCase<Item<"accounts">, object, Draft<"accounts">>,
      {
        name: "crm.contacts",
        of: (account, raw) => account.apis(raw).crm.contacts,
        query: async () => ({}),
        draft: async () => ({
          lastName: "O'Suite",
          firstName: "Ünal",
          email: "unal@suite.example",
          company: await firstOf("accounts"),
        }),
        changes: [
          { change: { title: "CTO" }, after: { title: "CTO" } },
          { change: { company: null }, after: { companyId: null } },
        ],
        stay: [...OWNED, "firstName", "lastName", "email", "companyId"],
        shape: (item) => assert.ok(item.companyId === null || item.companyId.type === "account"),
      } satisfies CollectionCase<Item<"contacts">, object, Draft<"contacts">>,
      {
        name: "crm.leads",
        of: (account, raw) => account.apis(raw).crm.leads,
        query: async () => ({}),
        draft: async () => ({ company: "Suite", lastName: "Lead", email: "lead@suite.example" }),
        changes: [{ change: { status: "Contacted" }, after: { status: "Contacted" } }],
        stay: [...OWNED, "company", "lastName", "email"],
        shape: () => undefined,
      } satisfies CollectionCase<Item<"leads">, object, Draft<"leads">>,
      {
        name: "crm.opportunities",
        of: (account, raw) => account.apis(raw).crm.opportunities,
        query: async () => ({}),
        draft: async () => ({
          name: "Deal",
          stageName: "Proposal",
          closingDate: "2026-12-24T00:00:00.000Z",
          amount: 99.5,
          company: await firstOf("accounts"),
        }),
        changes: [
          {
            change: { stageName: "Negotiation", probability: 75 },
            after: { stageName: "Negotiation", probability: 75 },
          },
          { change: { amount: null }, after: { amount: null } },
        ],
        stay: [...OWNED, "name", "stageName", "amount", "companyId"],
        shape: ({ probability }) => assert.ok(probability === null || (probability >= 0 && probability <= 100)),
      } satisfies CollectionCase<Item<"opportunities">, object, Draft<"opportunities">>,
      {
        name: "crm.campaigns",
        of: (account, raw) => account.apis(raw).crm.campaigns,
        query: async () => ({}),
        draft: async () => ({ name: "Fair", status: "Planned", budgetedCost: 1000 }),
        changes: [{ change: { status: "Completed" }, after: { status: "Completed" } }],
        stay: [...OWNED, "name", "budgetedCost"],
        shape: (item) => assert.ok(item.parentId === null || item.parentId.type === "campaign"),
      } satisfies CollectionCase<Item<"campaigns">, object, Draft<"campaigns">>,
      {
        name: "crm.tasks",
        of: (account, raw) => account.apis(raw).crm.tasks,
        query: async () => ({}),
        draft: async () => ({ subject: "Call", status: "Not Started", priority: "High" }),
        changes: [{ change: { status: "Completed" }, after: { status: "Completed" } }],
        stay: [...OWNED, "subject", "priority"],
        shape: () => undefined,
      } satisfies CollectionCase<Item<"tasks">, object, Draft<"tasks">>,
      {
        name: "crm.objects",
        of: (account, raw) => account.apis(raw).crm.objects,
        query: async () => ({ rawType: opened?.rawType ?? "" }),
        draft: async () => ({ rawType: opened?.rawType ?? "", name: "Of its own type" }),
        changes: [{ change: { name: "Renamed" }, after: { name: "Renamed" } }],
        stay: ["rawType", "description"],
        shape: ({ rawType, values }) => {
          assert.equal(rawType, opened?.rawType);
          assert.ok(Object.keys(values).length > 0);
        },
      } satisfies CollectionCase<Item<"objects">, { rawType: string }, Draft<"objects">>,
    ] as const;
    for (const type of types)
      describe(type.name, () =>
        collectionCases(check, account, type as unknown as CollectionCase<CrmResource, object, object>),
      );

    check(
      "contacts and opportunities of one company, and of no other",
      async () => {
        const company = await firstOf("accounts");
        for (const collection of [crm().contacts, crm().opportunities] as const) {
          const items = await everyItem<{ companyId: Ref | null }>(3, (paging) =>
            collection.list({ company, ...paging }),
          );
          assert.ok(items.length > 0);
          assert.ok(items.every(({ companyId }) => companyId?.native === company));
        }
      },
      () => [has("accounts", "list"), has("contacts", "list"), has("opportunities", "list")],
    );

    check(
      "what changed or was made since a moment, and the order that was asked for",
      async () => {
        const items = await everyItem(50, (paging) => crm().contacts.list({ orderBy: "-modified", ...paging }));
        const times = items.map(({ modified }) => modified as string);
        assert.deepEqual(times, times.toSorted().reverse());
        for (const [since, time] of [
          ["modifiedSince", "modified"],
          ["createdSince", "created"],
        ] as const) {
          const middle = items.map((item) => item[time] as string).toSorted()[items.length >> 1] as string;
          const later = await everyItem(50, (paging) => crm().contacts.list({ [since]: middle, ...paging }));
          assert.deepEqual(
            later.map(({ id }) => id.native).sort(),
            items
              .filter((item) => (item[time] as string) >= middle)
              .map(({ id }) => id.native)
              .sort(),
          );
        }
        await assert.rejects(
          crm().contacts.list({ orderBy: "shoe size", cursor: null, limit: 1 }),
          fails("invalid_parameters", "not_implemented"),
        );
      },
      () => [has("contacts", "list")],
    );

    check(
      "a search finds by a word, in any case, objects of several types",
      async () => {
        const { items } = await crm().accounts.list({ cursor: null, limit: 1 });
        const [first] = items;
        assert.ok(first);
        const word = (first.name.split(" ")[0] as string).toUpperCase();
        const search = { query: word, language: "keyword" } as const;
        const found = await everyItem(7, (paging) => crm().search({ ...search, ...paging }));
        assert.ok(found.some(({ type, id }) => type === "account" && id.native === first.id.native));
        assert.equal(new Set(found.map(({ id, type }) => `${type} ${id.native}`)).size, found.length);
        const nothing = await crm().search({ ...search, query: "xyzzy nowhere", cursor: null, limit: 10 });
        assert.deepEqual([nothing.items, nothing.next], [[], null]);
      },
      () => [["crm.search", crm().can("search")], has("accounts", "list")],
    );

    check(
      "types and their fields are told, the custom ones among them",
      async () => {
        const schemas = await crm().schemas();
        assert.ok(schemas.length > 0);
        for (const { name, label, fields } of schemas) assert.ok(name && label && fields.length > 0);
        const rawType = opened?.rawType;
        if (rawType) assert.equal(schemas.find(({ name }) => name === rawType)?.custom, true);
        assert.deepEqual(await crm().schema(schemas[0]?.name as string), schemas[0]);
        await assert.rejects(crm().schema("nothing_of_the_kind"), fails("not_found"));
      },
      () => [
        ["crm.schemas", crm().can("schemas")],
        ["crm.schema", crm().can("schema")],
      ],
    );

    check(
      "the contacts of e-mail addresses, in any case, aligned",
      async () => {
        const contacts = await everyItem(50, (paging) => crm().contacts.list(paging));
        const some = contacts.filter(({ email }) => email !== null).slice(0, 3);
        const addresses = some.map(({ email }) => (email as string).toUpperCase());
        const found = await crm().contactsByEmail(["nobody@nowhere.invalid", ...addresses]);
        assert.deepEqual(
          found.map((contact) => contact?.id.native ?? null),
          [null, ...some.map(({ id }) => id.native)],
        );
      },
      () => [["crm.contactsByEmail", crm().can("contactsByEmail")], has("contacts", "list")],
    );

    check(
      "custom fields go in and come out through raw",
      async () => {
        const field = opened?.customField as string;
        const made = await crm().contacts.create({ lastName: "Custom", raw: { [field]: "blue" } });
        const read = await account().apis(true).crm.contacts.get(made.id.native);
        assert.equal(customOf(read, field), "blue");
        await crm().contacts.update(made.id.native, { title: "Dr." });
        const after = await account().apis(true).crm.contacts.get(made.id.native);
        assert.equal(customOf(after, field), "blue", "a change has blanked it");
        await crm().contacts.delete(made.id.native, { permanent: true });
      },
      () => [
        ["a custom field", opened?.customField !== undefined],
        has("contacts", "create"),
        has("contacts", "update"),
      ],
    );

    check(
      "a reference that names nothing is refused, and nothing is made",
      async () => {
        const before = await everyItem(50, (paging) => crm().contacts.list(paging));
        await assert.rejects(crm().contacts.create({ lastName: "Lost", company: "nothing" }), (error) => {
          assert.ok(error instanceof ApiError && error.status < 500, String(error));
          return true;
        });
        assert.equal((await everyItem(50, (paging) => crm().contacts.list(paging))).length, before.length);
      },
      () => [has("contacts", "create"), has("contacts", "list")],
    );

    check(
      "owners are read by their ids",
      async () => {
        const owned = (await everyItem(50, (paging) => crm().contacts.list(paging))).find(({ ownerId }) => ownerId);
        assert.ok(owned?.ownerId instanceof Ref);
        const [user] = await crm().users.getMany([owned.ownerId.native]);
        assert.ok(user && !(user instanceof Error));
        assert.equal(user.id.native, owned.ownerId.native);
      },
      () => [["crm.users.read", crm().users.can("get") || crm().users.can("getMany")], has("contacts", "list")],
    );
  });
};

/** A field of the service's own object. */
const customOf = ({ raw }: CrmResource, field: string): unknown => {
  assert.ok(raw);
  return (raw.object as Record<string, unknown>)[field];
};

type Collections = Unified<CrmOperations>;
type Item<Name extends keyof CrmOperations & keyof Collections> = Collections[Name] extends {
  get(id: string): Promise<infer One>;
}
  ? One
  : never;
type Draft<Name extends keyof CrmOperations & keyof Collections> = Collections[Name] extends {
  create(draft: infer One): unknown;
}
  ? One
  : never;
