import assert from "node:assert/strict";
import type { ItsmQuery, TicketQuery } from "../../../src/connectors/connector.js";
import type { UnifiedCollection } from "../../../src/unified/collection.js";
import { type Desk, idOf, TICKETS } from "./desk.js";

interface Told {
  id: { native: string };
  modified: string | null;
  status: string | null;
  subject?: string | null;
  title?: string | null;
  name?: string | null;
  active?: boolean | null;
  priority?: string | null;
  assigneeId?: { native: string } | null;
}

/** Narrowed lists, judged by the whole list. */
export const filterCases = (desk: Desk): void => {
  const { check } = desk;
  for (const name of [...TICKETS, "articles", "assets"] as const) {
    const collection = () => desk.itsm[name] as unknown as UnifiedCollection<Told & { id: never }, TicketQuery, never>;
    const list = () => [desk.has(name, "list")];
    const all = (query: TicketQuery, limit = 100): Promise<Told[]> => desk.all(collection(), query, limit);
    const isTicket = TICKETS.some((one) => one === name);

    check(
      `itsm.${name}: a narrowed list is what the whole one says`,
      async () => {
        const whole = await all({});
        const expect = async (query: TicketQuery, fits: (item: Told) => boolean): Promise<void> => {
          const expected = whole.filter(fits);
          assert.deepEqual((await all(query, 3)).map(idOfTold), expected.map(idOfTold), JSON.stringify(query));
        };
        const valuesOf = <Value>(of: (item: Told) => Value) => [...new Set(whole.map(of))].filter((one) => one != null);
        for (const status of valuesOf((item) => item.status) as string[])
          await expect({ status }, (item) => item.status === status);
        await expect({ status: "no such status" }, () => false);
        if (name === "articles") return;
        const assignees = valuesOf((item) => item.assigneeId?.native) as string[];
        assert.ok(assignees.length > 0, "nobody works on anything");
        for (const assignee of assignees) await expect({ assignee }, (item) => item.assigneeId?.native === assignee);
        await expect({ assignee: "nobody" }, () => false);
        if (!isTicket) return;
        for (const active of [true, false]) await expect({ active }, (item) => item.active === active);
        for (const priority of valuesOf((item) => item.priority) as string[]) {
          await expect({ priority }, (item) => item.priority === priority);
          await expect({ priority, active: true }, (item) => item.priority === priority && item.active === true);
        }
        for (const assignee of assignees)
          await expect(
            { assignee, active: false },
            (item) => item.assigneeId?.native === assignee && item.active === false,
          );
      },
      list,
    );

    check(
      `itsm.${name}: what changed since a moment, that moment included`,
      async () => {
        const whole = await all({});
        const times = whole.map(({ modified }) => modified as string).toSorted();
        for (const modifiedSince of [times[0], times[times.length >> 1], times.at(-1)] as string[]) {
          const expected = whole.filter(({ modified }) => (modified as string) >= modifiedSince);
          assert.ok(expected.length > 0);
          assert.deepEqual((await all({ modifiedSince })).map(idOfTold), expected.map(idOfTold));
        }
        const later = new Date(Date.parse(times.at(-1) as string) + 86_400_000).toISOString();
        assert.deepEqual(await all({ modifiedSince: later }), []);
      },
      list,
    );

    check(
      `itsm.${name}: words are found in any case, and what is nowhere is not`,
      async () => {
        const whole = await all({});
        const called = ({ subject, title, name }: Told): string => subject ?? title ?? name ?? "";
        const [word = ""] = called(whole[0] as Told).split(" ");
        const found = (await all({ query: word.toUpperCase() } satisfies ItsmQuery, 3)).map(idOfTold);
        for (const item of whole)
          if (called(item).split(" ").includes(word)) assert.ok(found.includes(idOfTold(item)), called(item));
        assert.equal(new Set(found).size, found.length);
        assert.ok(found.every((id) => whole.some((item) => idOfTold(item) === id)));
        assert.deepEqual(await all({ query: "xyzzy nowhere" }), []);
      },
      list,
    );
  }

  check(
    "every page holds when records are made and deleted meanwhile: what stays is told once",
    async () => {
      const collection = desk.itsm.incidents;
      const ofSuite = await Promise.all([1, 2, 3].map((n) => collection.create({ subject: `While turning ${n}` })));
      const whole = (await desk.all(collection, {})).map(idOf);
      let pages = 0;
      const told: string[] = [];
      for (let cursor: string | null = null; ; pages++) {
        const page = await collection.list({ cursor, limit: 4 });
        told.push(...page.items.map(idOf));
        if (pages < 2) ofSuite.push(await collection.create({ subject: "Made meanwhile" }));
        // The last one told is gone before the next page is asked for.
        const last = page.items.at(-1);
        if (pages === 0 && last) await desk.remove("incidents", last);
        if (page.next === null) break;
        cursor = page.next;
      }
      assert.ok(pages >= 2, "too few pages to show anything");
      const known = new Set(whole);
      assert.deepEqual(
        told.filter((id) => known.has(id)),
        whole,
      );
      assert.equal(new Set(told).size, told.length);
      for (const item of ofSuite) await desk.remove("incidents", item);
    },
    () => [desk.has("incidents", "list"), desk.has("incidents", "create"), desk.has("incidents", "delete")],
  );
};

const idOfTold = ({ id }: Told): string => id.native;
