import type { Kysely, Selectable } from "kysely";
import type { Credentials, StoredCredential } from "../store.js";
import type { Tables } from "../tables.js";
import { type Rows, timeOf } from "./row.js";

export const credentials = ({ database, now }: Rows): Credentials => ({
  get: (account) => find(database, account),
  async claim(account, version, owner, seconds) {
    const at = now();
    const claimed = await database
      .updateTable("credentials")
      .set((row) => ({
        // Only a lease that ran out leaves these two states behind with nobody at work.
        state: row
          .case()
          .when("state", "in", ["refreshing", "uncertain"])
          .then("uncertain" as const)
          .else("refreshing" as const)
          .end(),
        lease_owner: owner,
        lease_until: timeOf(at + seconds * 1000),
        retry_at: null,
      }))
      .where("account", "=", account)
      .where("version", "=", version)
      .where("state", "!=", "dead")
      .where((row) => row.or([row("lease_until", "is", null), row("lease_until", "<=", timeOf(at))]))
      .where((row) => row.or([row("retry_at", "is", null), row("retry_at", "<=", timeOf(at))]))
      .returningAll()
      .executeTakeFirst();
    return claimed
      ? { claimed: true, credential: toCredential(claimed) }
      : { claimed: false, credential: await find(database, account) };
  },
  async swap(account, version, sealed) {
    const { numUpdatedRows } = await database
      .updateTable("credentials")
      .set({
        version: version + 1,
        sealed,
        state: "valid",
        lease_owner: null,
        lease_until: null,
        retry_at: null,
      })
      .where("account", "=", account)
      .where("version", "=", version)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
  async release(account, owner, state, retryAfterSeconds) {
    const { numUpdatedRows } = await database
      .updateTable("credentials")
      .set({
        state,
        lease_owner: null,
        lease_until: null,
        retry_at: retryAfterSeconds === undefined ? null : timeOf(now() + retryAfterSeconds * 1000),
      })
      .where("account", "=", account)
      .where("lease_owner", "=", owner)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
});

const find = async (database: Kysely<Tables>, account: number): Promise<StoredCredential | null> => {
  const row = await database.selectFrom("credentials").selectAll().where("account", "=", account).executeTakeFirst();
  return row ? toCredential(row) : null;
};

const toCredential = (row: Selectable<Tables["credentials"]>): StoredCredential => ({
  account: row.account,
  version: row.version,
  sealed: row.sealed,
  state: row.state,
  leaseOwner: row.lease_owner,
  leaseUntil: row.lease_until,
  retryAt: row.retry_at,
});
