import assert from "node:assert/strict";
import type { Incident } from "../../../schema/itsm/incident.js";
import { ApiError } from "../../../src/errors.js";
import type { Ref } from "../../../src/ids.js";
import { fails } from "../../support/fails.js";
import { type Desk, idOf, TICKETS } from "./desk.js";

const LEVELS = ["low", "medium", "high"] as const;
/** By impact, then by urgency. */
const PRIORITIES = [
  ["low", "low", "medium"],
  ["low", "medium", "high"],
  ["medium", "high", "critical"],
] as const;

/** What becomes of a ticket, and what it names. */
export const ticketCases = (desk: Desk): void => {
  const { check } = desk;
  const making = (name: (typeof TICKETS)[number]) => () =>
    [desk.has(name, "create"), desk.has(name, "delete")] as const;

  for (const name of TICKETS) {
    check(
      `itsm.${name}: the priority of a new one is what its impact and urgency add up to`,
      async () => {
        for (const [row, impact] of LEVELS.entries())
          for (const [column, urgency] of LEVELS.entries()) {
            const made = await desk.itsm[name].create({ subject: "Matrix", impact, urgency });
            assert.deepEqual([made.impact, made.urgency], [impact, urgency]);
            assert.equal(made.priority, PRIORITIES[row]?.[column], `${impact} and ${urgency}`);
            await desk.remove(name, made);
          }
      },
      making(name),
    );

    check(
      `itsm.${name}: a priority that was said is kept`,
      async () => {
        const said = await desk.itsm[name].create({
          subject: "Said",
          impact: "low",
          urgency: "low",
          priority: "critical",
        });
        assert.equal(said.priority, "critical");
        await desk.remove(name, said);
      },
      making(name),
    );

    check(
      `itsm.${name}: one that is closed is not active, one that is opened again is`,
      async () => {
        const { open, closed } = desk.opened().statuses as { open: string; closed: string };
        const made = await desk.itsm[name].create({ subject: "Closing", status: open });
        assert.equal(made.active, true);
        const change = (status: string) => desk.itsm[name].update(idOf(made), { status });
        assert.deepEqual(pick(await change(closed)), { status: closed, active: false });
        assert.deepEqual(pick(await desk.itsm[name].get(idOf(made))), { status: closed, active: false });
        const { items } = await desk.itsm[name].list({ active: true, cursor: null, limit: 1000 });
        assert.ok(!items.some((item) => idOf(item) === idOf(made)), "it is among the active ones");
        assert.deepEqual(pick(await change(open)), { status: open, active: true });
        await desk.remove(name, made);
        const born = await desk.itsm[name].create({ subject: "Closed already", status: closed });
        assert.equal(born.active, false);
        await desk.remove(name, born);
      },
      () => [
        ...making(name)(),
        desk.has(name, "update"),
        desk.has(name, "list"),
        ["statuses", desk.opened().statuses !== undefined],
      ],
    );
  }

  check(
    "what an incident names is there, and of the type that it is named as",
    async () => {
      const incidents = await desk.all(desk.itsm.incidents, {});
      const read = async (
        of: (incident: Incident) => Ref | null,
        type: string,
        name: "problems" | "changes" | "users",
      ) => {
        const refs = incidents.map(of).filter((ref) => ref !== null);
        assert.ok(refs.length > 0, `no incident names one of the ${name}`);
        for (const ref of refs) assert.deepEqual([ref.api, ref.type], ["itsm", type]);
        const natives = [...new Set(refs.map(({ native }) => native))];
        const found = await desk.itsm[name].getMany(natives);
        assert.deepEqual(
          found.map((item) => (item instanceof Error ? String(item) : item.id.native)),
          natives,
        );
      };
      await read(({ problemId }) => problemId, "problem", "problems");
      await read(({ changeId }) => changeId, "change", "changes");
      await read(({ requesterId }) => requesterId, "user", "users");
      await read(({ assigneeId }) => assigneeId, "user", "users");
    },
    () => [
      desk.has("incidents", "list"),
      ...(["problems", "changes", "users"] as const).map(
        (name) => [`itsm.${name}.read`, desk.has(name, "get")[1] || desk.has(name, "getMany")[1]] as const,
      ),
    ],
  );

  check(
    "a reference that names nothing is refused, and nothing is made",
    async () => {
      const before = (await desk.all(desk.itsm.incidents, {})).length;
      for (const wrong of [
        { problem: "nothing" },
        { change: "nothing" },
        { assignee: "nobody" },
        { requester: "nobody" },
      ])
        await assert.rejects(desk.itsm.incidents.create({ subject: "Lost", ...wrong }), (error) => {
          assert.ok(error instanceof ApiError && error.status < 500, `${JSON.stringify(wrong)}: ${error}`);
          return true;
        });
      assert.equal((await desk.all(desk.itsm.incidents, {})).length, before);
    },
    () => [desk.has("incidents", "create"), desk.has("incidents", "list")],
  );

  check(
    "a level that is none is refused",
    async () => {
      for (const wrong of [{ impact: "enormous" }, { urgency: "yesterday" }, { priority: "1" }])
        await assert.rejects(
          desk.itsm.incidents.create({ subject: "Wrong", ...wrong }),
          fails("invalid_parameters", "bad_request", "request_failed"),
        );
    },
    () => [desk.has("incidents", "create")],
  );

  check(
    "fields of the service's own go in through raw and come out among the values",
    async () => {
      const { rawType = "", customField = "" } = desk.opened();
      const made = await desk.itsm.objects.create({ rawType, name: "Custom", raw: { [customField]: "blue – bleu" } });
      assert.equal(made.rawType, rawType);
      await desk.itsm.objects.update(idOf(made), { description: "Changed" });
      const read = await desk.itsm.objects.get(idOf(made));
      assert.equal(read.values[customField], "blue – bleu", "a change has blanked it");
      assert.deepEqual([read.name, read.description], ["Custom", "Changed"]);
      const cleared = await desk.itsm.objects.update(idOf(made), { raw: { [customField]: null } });
      assert.equal(cleared.values[customField], null);
      assert.equal(cleared.description, "Changed");
      await desk.remove("objects", made);
    },
    () => [
      ["a table with a custom field", desk.opened().customField !== undefined],
      desk.has("objects", "create"),
      desk.has("objects", "update"),
      desk.has("objects", "get"),
    ],
  );

  check(
    "a table that is not there is told",
    async () => {
      for (const rawType of ["u_nothing_of_the_kind", "../incidents", ""])
        await assert.rejects(
          desk.itsm.objects.list({ rawType, cursor: null, limit: 1 }),
          fails("not_found", "invalid_parameters", "bad_request"),
        );
    },
    () => [desk.has("objects", "list")],
  );
};

const pick = ({ status, active }: { status: string | null; active: boolean | null }) => ({ status, active });
