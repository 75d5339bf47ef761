import type { Expression, ExpressionBuilder, Selectable, SqlBool } from "kysely";
import type { Account, AccountFilter, Accounts } from "../store.js";
import type { Tables } from "../tables.js";
import { aligned, given, type Rows, timeOf, toFlag } from "./row.js";

export const accounts = ({ database, now }: Rows): Accounts => ({
  create: ({ application, service, name, settings, admin, scope, customProperties, endUser, subject }, seal) =>
    database.transaction().execute(async (transaction) => {
      const created = timeOf(now());
      const row = await transaction
        .insertInto("accounts")
        .values({
          application,
          service,
          name,
          settings: JSON.stringify(settings),
          active: 1,
          enabled: 1,
          admin: toFlag(admin ?? false),
          scope: scope ?? null,
          custom_properties: JSON.stringify(customProperties ?? {}),
          end_user: endUser ?? null,
          search: searchable(name, service),
          subject: subject ?? null,
          created,
          modified: created,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto("credentials")
        .values({ account: row.id, version: 1, sealed: seal(row.id), state: "valid" })
        .execute();
      return toAccount(row);
    }),
  async getMany(ids) {
    if (ids.length === 0) return [];
    const rows = await database
      .selectFrom("accounts")
      .selectAll()
      .where("id", "in", [...new Set(ids)])
      .execute();
    return aligned(ids, rows.map(toAccount), ({ id }) => id);
  },
  async list(filter, { after, limit, offset = 0 }) {
    const rows = await database
      .selectFrom("accounts")
      .selectAll()
      .where((row) => matches(row, filter))
      .where("id", ">", after)
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(toAccount);
  },
  async count(filter) {
    const { count } = await database
      .selectFrom("accounts")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where((row) => matches(row, filter))
      .executeTakeFirstOrThrow();
    return Number(count);
  },
  async bySubjects(service, subjects, limit) {
    if (subjects.length === 0) return [];
    const rows = await database
      .selectFrom("accounts")
      .select("id")
      .where("service", "=", service)
      .where("subject", "in", [...subjects])
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  },
  update: (id, { name, settings, active, enabled, admin, scope, customProperties, endUser }) =>
    database.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable("accounts")
        .set({
          ...given({
            name,
            settings: settings && JSON.stringify(settings),
            active: active === undefined ? undefined : toFlag(active),
            enabled: enabled === undefined ? undefined : toFlag(enabled),
            admin: admin === undefined ? undefined : toFlag(admin),
            scope,
            custom_properties: customProperties && JSON.stringify(customProperties),
            end_user: endUser,
          }),
          modified: timeOf(now()),
        })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (row && name !== undefined)
        await transaction
          .updateTable("accounts")
          .set({ search: searchable(name, row.service) })
          .where("id", "=", id)
          .execute();
      return row ? toAccount(row) : null;
    }),
  async delete(id) {
    // Credential, tokens, links and uploads go with it by their foreign keys, in the same statement.
    const { numDeletedRows } = await database.deleteFrom("accounts").where("id", "=", id).executeTakeFirst();
    return numDeletedRows > 0n;
  },
});

/** The accounts that a filter lets through. */
export const matches = (row: ExpressionBuilder<Tables, "accounts">, filter: AccountFilter): Expression<SqlBool> => {
  const { application, ids, endUser, services, enabled, active, admin, usable, query } = filter;
  const conditions: Expression<SqlBool>[] = [row("application", "=", application)];
  if (ids) conditions.push(ids.length > 0 ? row("id", "in", ids) : row.lit(false));
  if (endUser !== undefined) conditions.push(row("end_user", "=", endUser));
  if (services) conditions.push(services.length > 0 ? row("service", "in", services) : row.lit(false));
  if (enabled !== undefined) conditions.push(row("enabled", "=", toFlag(enabled)));
  if (active !== undefined) conditions.push(row("active", "=", toFlag(active)));
  if (admin !== undefined) conditions.push(row("admin", "=", toFlag(admin)));
  if (usable !== undefined) {
    const both = row.and([row("enabled", "=", 1), row("active", "=", 1)]);
    conditions.push(usable ? both : row.not(both));
  }
  if (query !== undefined) conditions.push(row(row.fn<number>("instr", ["search", row.val(fold(query))]), ">", 0));
  return row.and(conditions);
};

const fold = (text: string): string => text.normalize("NFC").toLowerCase();
const searchable = (name: string, service: string): string => fold(`${name}\n${service}`);

const toAccount = ({
  search: _,
  subject: __,
  end_user,
  custom_properties,
  ...row
}: Selectable<Tables["accounts"]>): Account => ({
  ...row,
  settings: JSON.parse(row.settings) as Account["settings"],
  active: row.active === 1,
  enabled: row.enabled === 1,
  admin: row.admin === 1,
  customProperties: JSON.parse(custom_properties) as Account["customProperties"],
  endUser: end_user,
});
