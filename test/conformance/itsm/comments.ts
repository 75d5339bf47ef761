import assert from "node:assert/strict";
import type { Comment } from "../../../schema/itsm/comment.js";
import type { ItsmItem, ItsmKey } from "../../../src/connectors/connector.js";
import { Ref } from "../../../src/ids.js";
import { fails } from "../../support/fails.js";
import { everyItem } from "../storage/bench.js";
import { assertTime } from "../storage/shape.js";
import { type Desk, idOf, type Name } from "./desk.js";

/** What is written beneath records of every type. */
export const commentCases = (desk: Desk): void => {
  const { check } = desk;
  const comments = (record: ItsmKey, limit = 100): Promise<Comment[]> =>
    everyItem(limit, (paging) => desk.itsm.comments(record, paging));
  const both = () =>
    [
      ["itsm.comments", desk.itsm.can("comments")],
      ["itsm.addComment", desk.itsm.can("addComment")],
    ] as const;
  const makers: Readonly<Record<Exclude<Name, "users">, () => Promise<ItsmItem>>> = {
    incidents: () => desk.itsm.incidents.create({ subject: "Commented" }),
    problems: () => desk.itsm.problems.create({ subject: "Commented" }),
    changes: () => desk.itsm.changes.create({ subject: "Commented" }),
    articles: () => desk.itsm.articles.create({ title: "Commented" }),
    assets: () => desk.itsm.assets.create({ name: "Commented" }),
    objects: () => desk.itsm.objects.create({ rawType: desk.opened().rawType ?? "", name: "Commented" }),
  };

  for (const name of Object.keys(makers) as (keyof typeof makers)[])
    check(
      `itsm.${name}: comments are told in the order in which they were written, whatever the page's size`,
      async () => {
        const item = await makers[name]();
        const record = { type: item.type, id: idOf(item) };
        assert.deepEqual(await comments(record), []);
        const texts = Array.from({ length: 7 }, (_, number) => `${number}: „Grüße“ <b>&amp;</b>\nsecond line 🖨`);
        for (const [number, text] of texts.entries()) {
          const made = await desk.itsm.addComment(record, { text, internal: number % 2 === 1 });
          assert.equal(made.text, text);
        }
        const whole = await comments(record);
        assert.deepEqual(
          whole.map(({ text, internal }) => ({ text, internal })),
          texts.map((text, number) => ({ text, internal: number % 2 === 1 })),
        );
        assert.equal(new Set(whole.map(({ id }) => id.native)).size, texts.length);
        for (const limit of [1, 2, 7])
          assert.deepEqual(
            (await comments(record, limit)).map(({ id }) => id.native),
            whole.map(({ id }) => id.native),
          );
        for (const { id, author, created } of whole) {
          assert.ok(id instanceof Ref);
          assert.deepEqual([id.api, id.type], ["itsm", "comment"]);
          assert.ok(author && (author.id || author.name || author.email), "nobody wrote it");
          assertTime(created);
        }
        await desk.remove(name, item);
        await assert.rejects(comments(record), fails("not_found"));
      },
      () => [
        ...both(),
        desk.has(name, "create"),
        desk.has(name, "delete"),
        ...(name === "objects" ? [["a table of its own", desk.opened().rawType !== undefined] as const] : []),
      ],
    );

  check(
    "pages of comments hold while one more is written: it comes last",
    async () => {
      const item = await makers.incidents();
      const record = { type: item.type, id: idOf(item) };
      for (const text of ["one", "two", "three"]) await desk.itsm.addComment(record, { text, internal: false });
      const told: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await desk.itsm.comments(record, { cursor, limit: 2 });
        told.push(...page.items.map(({ text }) => text));
        if (cursor === null) await desk.itsm.addComment(record, { text: "four", internal: false });
        if (page.next === null) break;
        cursor = page.next;
      }
      assert.deepEqual(told, ["one", "two", "three", "four"]);
      await desk.remove("incidents", item);
    },
    () => [...both(), desk.has("incidents", "create"), desk.has("incidents", "delete")],
  );

  check(
    "comments of one record are no other's, and a comment changes nothing of its record",
    async () => {
      const [one, other] = [await makers.incidents(), await makers.incidents()];
      await desk.itsm.addComment({ type: one.type, id: idOf(one) }, { text: "of one", internal: false });
      assert.deepEqual(await comments({ type: other.type, id: idOf(other) }), []);
      const after = await desk.itsm.incidents.get(idOf(one));
      const { modified: _, ...rest } = JSON.parse(JSON.stringify(after));
      const { modified: __, ...before } = JSON.parse(JSON.stringify(one));
      assert.deepEqual(rest, before);
      for (const item of [one, other]) await desk.remove("incidents", item);
    },
    () => [...both(), desk.has("incidents", "create"), desk.has("incidents", "delete"), desk.has("incidents", "get")],
  );

  check(
    "first pages of comments of several records are aligned with them, and a record that is not there fails alone",
    async () => {
      const { items } = await desk.itsm.incidents.list({ cursor: null, limit: 3 });
      const nowhere = { type: "incident", id: "0000000000nowhere" } as const;
      const records: ItsmKey[] = items.map((item) => ({ type: "incident", id: idOf(item) }));
      records.splice(1, 0, nowhere, { type: "asset", id: await desk.first("assets") });
      const pages = await desk.account.apis(false).comments.listMany(records, 2);
      for (const [index, page] of pages.entries()) {
        const record = records[index] as ItsmKey;
        if (record === nowhere) fails("not_found")(page);
        else {
          assert.ok(!(page instanceof Error), String(page));
          const alone = await desk.itsm.comments(record, { cursor: null, limit: 2 });
          assert.deepEqual(JSON.parse(JSON.stringify(page)), JSON.parse(JSON.stringify(alone)));
        }
      }
    },
    () => [["itsm.comments", desk.itsm.can("comments")], desk.has("incidents", "list"), desk.has("assets", "list")],
  );

  check(
    "a record that is not there has no comments and takes none; an empty comment is refused",
    async () => {
      for (const record of [
        { type: "incident", id: "0000000000nowhere" },
        { type: "object", id: "u_nowhere_c\n1" },
        { type: "asset", id: "../.." },
      ] as const) {
        await assert.rejects(comments(record), fails("not_found"));
        await assert.rejects(desk.itsm.addComment(record, { text: "Lost", internal: false }), fails("not_found"));
      }
      const record = { type: "incident", id: await desk.first("incidents") } as const;
      const before = await comments(record);
      for (const text of ["", "  \n"])
        await assert.rejects(
          desk.itsm.addComment(record, { text, internal: false }),
          fails("invalid_parameters", "bad_request", "request_failed"),
        );
      assert.equal((await comments(record)).length, before.length);
    },
    () => [...both(), desk.has("incidents", "list")],
  );
};
