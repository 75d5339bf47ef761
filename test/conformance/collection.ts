import assert from "node:assert/strict";
import { test } from "node:test";
import type { Resource } from "../../schema/common/resource.js";
import { Ref } from "../../src/ids.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { UnifiedCollection } from "../../src/unified/collection.js";
import { fails } from "../support/fails.js";
import { everyItem } from "./storage/bench.js";
import { assertTime } from "./storage/shape.js";

/** An account that holds a few objects of the category already. */
export interface OpenedCategory {
  account: ConnectedAccount;
  close(): Promise<void>;
}

/** A case of a suite: skipped only because an operation is not declared, or because of a known deviation; either way it says so. */
export type Case = (
  title: string,
  steps: () => Promise<void>,
  takes?: () => readonly (readonly [operation: string, declared: boolean])[],
) => void;

export const casesOf =
  (service: string, deviations: Readonly<Record<string, string>>): Case =>
  (title, steps, takes = () => []) => {
    test(title, async (context) => {
      const lacking = takes().find(([, declared]) => !declared);
      if (lacking) return context.skip(`${service} declares no ${lacking[0]}`);
      if (deviations[title]) return context.skip(deviations[title]);
      await steps();
    });
  };

export interface CollectionCase<Item extends Resource, Query extends object, Draft extends object> {
  /** `crm.contacts` */
  name: string;
  of(account: ConnectedAccount, raw: boolean): UnifiedCollection<Item, Query, Draft>;
  /** The list that the suite works in. */
  query(): Promise<Query>;
  /** A new object. Absent: the type is made in another way, or not at all. */
  draft?(): Promise<Draft>;
  /** Changes, each with what must be read afterwards. */
  changes?: readonly { change: Draft; after: Partial<Item> }[];
  /** Fields that must be the same before and after a change that does not name them. */
  stay?: readonly (keyof Item)[];
  /** What every object of the type must satisfy. */
  shape(item: Item): void;
}

/** What every collection owes, whatever lives in it. */
export const collectionCases = <Item extends Resource, Query extends object, Draft extends object>(
  check: Case,
  account: () => ConnectedAccount,
  { name, of, query, draft, changes = [], stay = [], shape }: CollectionCase<Item, Query, Draft>,
): void => {
  const plain = () => of(account(), false);
  const takes =
    (...operations: string[]) =>
    () =>
      operations.map((operation): [string, boolean] => [
        `${name}.${operation}`,
        operation === "read" ? plain().can("get") || plain().can("getMany") : plain().can(operation),
      ]);
  const all = async (limit = 100): Promise<Item[]> => {
    const asked = await query();
    return everyItem(limit, (paging) => plain().list({ ...asked, ...paging }));
  };
  const made = async (): Promise<Item> => plain().create(await (draft as () => Promise<Draft>)());
  const idOf = ({ id }: Item): string => id.native;

  check(
    `${name}: a list ends and names every object once, whatever the page's size`,
    async () => {
      const whole = await all();
      assert.ok(whole.length > 2, `${whole.length} objects are too few to show anything`);
      assert.equal(new Set(whole.map(idOf)).size, whole.length);
      for (const limit of [1, 2, 1000].filter((limit) => limit > 1 || whole.length < 60))
        assert.deepEqual((await all(limit)).map(idOf), whole.map(idOf));
    },
    takes("list"),
  );

  check(
    `${name}: every object has its shape`,
    async () => {
      for (const item of await all()) {
        assert.ok(item.id instanceof Ref);
        assert.deepEqual([item.id.api, item.id.type], [item.api, item.type]);
        const { created, modified } = item as { created?: string | null; modified?: string | null };
        for (const time of [created, modified]) if (time !== undefined) assertTime(time);
        shape(item);
      }
    },
    takes("list"),
  );

  check(
    `${name}: an object reads the same alone, among many and in a list`,
    async () => {
      const listed = (await all()).slice(0, 5);
      const many = await plain().getMany(listed.map(idOf));
      for (const [index, item] of listed.entries()) {
        assert.deepEqual(JSON.parse(JSON.stringify(await plain().get(idOf(item)))), JSON.parse(JSON.stringify(item)));
        assert.deepEqual(JSON.parse(JSON.stringify(many[index])), JSON.parse(JSON.stringify(item)));
      }
    },
    takes("list", "read"),
  );

  check(
    `${name}: many at once keep their order, and one that is not there fails alone`,
    async () => {
      const [first, second] = (await all()).map(idOf);
      const many = await plain().getMany([second as string, NOWHERE, first as string, second as string]);
      assert.deepEqual(
        many.map((item) => (item instanceof Error ? null : idOf(item))),
        [second, null, first, second],
      );
      fails("not_found")(many[1]);
    },
    takes("list", "read"),
  );

  check(
    `${name}: an id that names nothing is not found`,
    async () => {
      for (const id of [NOWHERE, "../..", "a/b?c#d", "é".repeat(30)])
        await assert.rejects(plain().get(id), fails("not_found"), id);
    },
    takes("read"),
  );

  check(
    `${name}: first pages of several lists are aligned with their questions`,
    async () => {
      const asked = await query();
      const pages = await plain().listMany([asked, asked], 2);
      const { items } = await plain().list({ ...asked, cursor: null, limit: 2 });
      for (const page of pages) {
        assert.ok(!(page instanceof Error), String(page));
        assert.deepEqual(page.items.map(idOf), items.map(idOf));
      }
    },
    takes("list", "listMany"),
  );

  check(
    `${name}: the service's own object comes when it is asked for, and only then`,
    async () => {
      const asked = await query();
      const { items } = await of(account(), true).list({ ...asked, cursor: null, limit: 3 });
      for (const item of items) assert.ok(item.raw?.object, "no raw object");
      for (const item of await all()) assert.equal(item.raw, undefined);
    },
    takes("list"),
  );

  check(
    `${name}: a cursor that nobody gave out is refused`,
    async () => {
      const asked = await query();
      await assert.rejects(
        plain().list({ ...asked, cursor: "nonsense", limit: 10 }),
        fails("invalid_parameters", "bad_request", "not_found", "request_failed"),
      );
    },
    takes("list"),
  );

  if (!draft) return;

  check(
    `${name}: what is made is listed and read; what is deleted is gone`,
    async () => {
      const item = await made();
      shape(item);
      assert.ok(
        (await all()).some((one) => idOf(one) === idOf(item)),
        "it is not in the list",
      );
      assert.equal(idOf(await plain().get(idOf(item))), idOf(item));
      await plain().delete(idOf(item), { permanent: true });
      await assert.rejects(plain().get(idOf(item)), fails("not_found"));
      await assert.rejects(plain().delete(idOf(item), { permanent: true }), fails("not_found"));
      assert.ok(!(await all()).some((one) => idOf(one) === idOf(item)), "it is still in the list");
    },
    takes("list", "read", "create", "delete"),
  );

  for (const [index, { change, after: wanted }] of changes.entries())
    check(
      `${name}: a change of ${Object.keys(change).join(", ")} (${index + 1}) leaves all else as it was`,
      async () => {
        const before = await made();
        const after = await plain().update(idOf(before), change);
        for (const item of [after, await plain().get(idOf(after))]) {
          for (const [field, value] of Object.entries(wanted))
            assert.deepEqual(item[field as keyof Item], value, `${field} is not what it was changed to`);
          for (const field of stay)
            if (!(field in wanted))
              assert.deepEqual(text(item[field]), text(before[field]), `${String(field)} has changed`);
        }
        await plain().delete(idOf(after), { permanent: true });
      },
      takes("read", "create", "update", "delete"),
    );

  check(
    `${name}: what is not there cannot be changed`,
    async () => {
      const [{ change } = { change: {} as Draft }] = changes;
      await assert.rejects(plain().update(NOWHERE, change), fails("not_found"));
    },
    takes("update"),
  );
};

/** Well formed for most services, and nobody's. */
const NOWHERE = "0000000000nowhere";

const text = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
