import assert from "node:assert/strict";
import { isIP } from "node:net";
import { after, before, describe } from "node:test";
import type { AuditEvent } from "../../schema/audit/event.js";
import type { AuditQuery } from "../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import type { UnifiedCollection } from "../../src/unified/collection.js";
import { fails } from "../support/fails.js";
import { casesOf, collectionCases, type OpenedCategory } from "./collection.js";
import { everyItem } from "./storage/bench.js";
import { assertTime } from "./storage/shape.js";

export interface OpenedAudit extends OpenedCategory {
  /** Does something in the service that its trail tells, and says what was done to which of its objects, by native id. */
  act?(): Promise<{ action: string; target: string }>;
}

/** What every connector of an audit trail owes. The account begins with at least twenty entries of several people. */
export const auditConformance = (
  name: string,
  open: () => Promise<OpenedAudit>,
  deviations: Readonly<Record<string, string>> = {},
): void => {
  describe(`${name}: audit`, () => {
    let opened: OpenedAudit | undefined;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());
    const check = casesOf(name, deviations);
    const account = (): ConnectedAccount => (opened as OpenedAudit).account;
    const events = (): UnifiedCollection<AuditEvent, AuditQuery> => account().apis(false).audit.events;
    const all = (query: AuditQuery = {}, limit = 100): Promise<AuditEvent[]> =>
      everyItem(limit, (paging) => events().list({ ...query, ...paging }));
    const list = () => [["audit.events.list", events().can("list")]] as const;
    const listAndAct = () => [...list(), ["a way to make something happen", opened?.act !== undefined]] as const;

    collectionCases<AuditEvent, AuditQuery, object>(check, account, {
      name: "audit.events",
      of: (account, raw) => account.apis(raw).audit.events,
      query: async () => ({}),
      shape({ action, occurred, outcome, ip, actor, targets }) {
        assert.ok(action.length > 0);
        assertTime(occurred);
        assert.ok(outcome === null || outcome === "success" || outcome === "failure", `outcome ${outcome}`);
        assert.ok(ip === null || isIP(ip) !== 0, `ip ${ip}`);
        for (const one of [...(actor ? [actor] : []), ...targets])
          assert.ok(one.id !== null || one.name !== null, "of what nothing is known is not told");
      },
    });

    check(
      "the newest comes first",
      async () => {
        const times = (await all()).map(({ occurred }) => Date.parse(occurred));
        assert.deepEqual(
          times,
          times.toSorted((one, other) => other - one),
        );
      },
      list,
    );

    check(
      "a window begins with its first moment and ends before its last",
      async () => {
        const whole = await all();
        const [until, since] = [whole[2], whole.at(-3)].map((entry) => (entry as AuditEvent).occurred) as [
          string,
          string,
        ];
        const inside = (await all({ since, until }, 7)).map(idOf);
        const expected = whole.filter(({ occurred }) => occurred >= since && occurred < until);
        assert.deepEqual(inside, expected.map(idOf));
        assert.ok(expected.some(({ occurred }) => occurred === since));
        assert.deepEqual(await all({ since, until: since }), [], "a window without length holds something");
        assert.deepEqual(await all({ since: until, until: since }), [], "a window that ends before it begins");
      },
      list,
    );

    check(
      "windows that follow one another tell everything once",
      async () => {
        const whole = await all();
        const cuts = [0, 1, 2, 3].map((part) => (whole[Math.floor((whole.length * part) / 4)] as AuditEvent).occurred);
        const windows = [
          { since: cuts[0] },
          { since: cuts[1], until: cuts[0] },
          { since: cuts[2], until: cuts[1] },
          { since: cuts[3], until: cuts[2] },
          { until: cuts[3] },
        ];
        const told = (await Promise.all(windows.map((window) => all(window)))).flat();
        assert.deepEqual(told.map(idOf), whole.map(idOf));
      },
      list,
    );

    check(
      "what one did, what was done, and what it was done to, are as in the whole trail",
      async () => {
        const whole = await all();
        const expect = async (query: AuditQuery, fits: (entry: AuditEvent) => boolean) => {
          const expected = whole.filter(fits).map(idOf);
          assert.deepEqual((await all(query, 3)).map(idOf), expected, JSON.stringify(query));
          return expected.length;
        };
        const users = new Set(whole.flatMap(({ actor }) => actor?.id?.native ?? []));
        const actions = new Set(whole.map(({ action }) => action));
        const targets = new Set(whole.flatMap(({ targets }) => targets.flatMap(({ id }) => id?.native ?? [])));
        assert.ok(users.size > 1 && actions.size > 1 && targets.size > 1, "there is nothing to tell apart");
        for (const user of [...users].slice(0, 3))
          assert.ok(await expect({ user }, ({ actor }) => actor?.id?.native === user));
        for (const action of [...actions].slice(0, 3)) {
          assert.ok(await expect({ action }, (entry) => entry.action === action));
          const [user = ""] = users;
          await expect({ action, user }, (entry) => entry.action === action && entry.actor?.id?.native === user);
        }
        for (const target of [...targets].slice(0, 3))
          assert.ok(await expect({ target }, ({ targets }) => targets.some(({ id }) => id?.native === target)));
        for (const query of [{ user: "nobody" }, { action: "nothing" }, { target: "nowhere" }])
          assert.equal(await expect(query, () => false), 0);
      },
      list,
    );

    check(
      "a moment that is none is refused",
      async () => {
        for (const query of [{ since: "yesterday" }, { until: "2026-99-99" }])
          await assert.rejects(
            events().list({ ...query, cursor: null, limit: 1 }),
            fails("invalid_parameters", "bad_request", "request_failed"),
          );
      },
      list,
    );

    check(
      "what is done is told, once",
      async () => {
        const { action, target } = await (opened as Required<OpenedAudit>).act();
        const [entry, ...others] = await all({ action, target });
        assert.equal(others.length, 0);
        assert.equal(entry?.action, action);
        assert.equal(entry.outcome, "success");
        assert.ok(entry.actor, "nobody did it");
        assert.ok(entry.targets.some(({ id }) => id?.native === target));
      },
      listAndAct,
    );

    check(
      "what stood in the trail is told once, whatever happens while its pages are turned",
      async () => {
        const whole = (await all()).map(idOf);
        const told = await everyItem(5, async (paging) => {
          const page = await events().list(paging);
          await (opened as Required<OpenedAudit>).act();
          return page;
        });
        const known = new Set(whole);
        assert.deepEqual(
          told.map(idOf).filter((id) => known.has(id)),
          whole,
        );
        assert.equal(new Set(told.map(idOf)).size, told.length);
      },
      listAndAct,
    );

    check("nothing can be written", async () => {
      const collection = events() as UnifiedCollection<AuditEvent, AuditQuery>;
      for (const operation of ["create", "update", "delete"]) assert.equal(collection.can(operation), false);
      const { items } = await collection.list({ cursor: null, limit: 1 });
      const id = (items[0] as AuditEvent).id.native;
      await assert.rejects(collection.create({}), fails("not_implemented"));
      await assert.rejects(collection.update(id, {}), fails("not_implemented"));
      await assert.rejects(collection.delete(id), fails("not_implemented"));
      assert.ok(!account().capabilities.some((capability) => /^audit\..*(create|update|delete)$/.test(capability)));
      assert.equal((await collection.get(id)).id.native, id);
    });
  });
};

const idOf = ({ id }: AuditEvent): string => id.native;
