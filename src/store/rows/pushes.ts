import { PUSHES_KEPT_FOR, type Pushes } from "../store.js";
import { type Rows, timeOf } from "./row.js";

export const pushes = ({ database, now }: Rows): Pushes => ({
  async take(service, id) {
    const { numInsertedOrUpdatedRows } = await database
      .insertInto("pushes")
      .values({ service, id, received: timeOf(now()) })
      .onConflict((row) => row.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  },
  async sweep(limit) {
    const { numDeletedRows } = await database
      .deleteFrom("pushes")
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple("service", "id"),
          "in",
          selectFrom("pushes")
            .select(["service", "id"])
            .where("received", "<=", timeOf(now() - PUSHES_KEPT_FOR))
            .orderBy("received")
            .limit(limit)
            .$asTuple("service", "id"),
        ),
      )
      .executeTakeFirst();
    return Number(numDeletedRows) === limit;
  },
});
