import type { Selectable } from "kysely";
import type { Code, Codes } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf } from "./row.js";

export const codes = ({ database, now }: Rows): Codes => ({
  create: ({ hash, application, account, redirectUri, endUser, expires }) =>
    database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("codes").where("expires", "<=", timeOf(now())).execute();
      await transaction
        .insertInto("codes")
        .values({
          hash,
          application,
          account,
          redirect_uri: redirectUri,
          end_user: endUser,
          created: timeOf(now()),
          expires: timeOf(Date.parse(expires)),
        })
        .execute();
    }),
  async take(hash) {
    const row = await database.deleteFrom("codes").where("hash", "=", hash).returningAll().executeTakeFirst();
    return row && row.expires > timeOf(now()) ? toCode(row) : null;
  },
});

const toCode = ({ redirect_uri, end_user, ...row }: Selectable<Tables["codes"]>): Code => ({
  ...row,
  redirectUri: redirect_uri,
  endUser: end_user,
});
