import type { Selectable } from "kysely";
import { ApiError } from "../../errors.js";
import type { Link, Links } from "../store.js";
import type { Tables } from "../tables.js";
import { given, type Rows, timeOf, toFlag, toTime } from "./row.js";

export const links = ({ database, now }: Rows): Links => ({
  async create({ id, account, file, direct, password, expires }) {
    const created = timeOf(now());
    const row = await database
      .insertInto("links")
      .values({
        id,
        account,
        file,
        direct: toFlag(direct),
        password,
        expires: toTime(expires),
        active: 1,
        created,
        modified: created,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toLink(row);
  },
  async get(id) {
    const row = await database.selectFrom("links").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? toLink(row) : null;
  },
  async list(account, { after, limit, active }) {
    let listed = database
      .selectFrom("links")
      .selectAll()
      .where("account", "=", account)
      .orderBy("created", "desc")
      .orderBy("id", "desc")
      .limit(limit);
    if (active !== undefined) listed = listed.where("active", "=", toFlag(active));
    if (after !== null) {
      const last = await database
        .selectFrom("links")
        .select("created")
        .where("id", "=", after)
        .where("account", "=", account)
        .executeTakeFirst();
      if (!last) throw new ApiError("invalid_parameters", "The link that this page follows is gone; start again.");
      listed = listed.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("created", "id"), "<", tuple(last.created, after)),
      );
    }
    return (await listed.execute()).map(toLink);
  },
  async page(accounts, { offset, limit, active, order: { by, descending } }) {
    const direction = descending ? "desc" : "asc";
    let counted = database.selectFrom("links").where("account", "in", accounts);
    if (active !== undefined) counted = counted.where("active", "=", toFlag(active));
    const { total } = await counted.select(({ fn }) => fn.countAll<number>().as("total")).executeTakeFirstOrThrow();
    const rows = await counted
      .selectAll()
      .orderBy(by, direction)
      .orderBy("id", direction)
      .limit(limit)
      .offset(offset)
      .execute();
    return { items: rows.map(toLink), total: Number(total) };
  },
  async update(id, { active, password, expires }) {
    const row = await database
      .updateTable("links")
      .set({
        ...given({
          active: active === undefined ? undefined : toFlag(active),
          password,
          expires: expires === undefined ? undefined : toTime(expires),
        }),
        modified: timeOf(now()),
      })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirst();
    return row ? toLink(row) : null;
  },
  async delete(id) {
    const { numDeletedRows } = await database.deleteFrom("links").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

const toLink = (row: Selectable<Tables["links"]>): Link => ({
  ...row,
  direct: row.direct === 1,
  active: row.active === 1,
});
