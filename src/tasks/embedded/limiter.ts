import type { DatabaseSync } from "node:sqlite";
import type { Limiter } from "../limiter.js";

/** Passes between two sweeps of names that nobody has used for a while. */
const SWEEP_EVERY = 10_000;
/** Milliseconds that a name is remembered. */
const KEPT = 60_000;

/**
 * A window that slides over the times of the last passes, in a table that the processes of one machine share. What a crash loses
 * of it is over a second later, so nothing waits for the disk. `now`: milliseconds since 1970.
 */
export const openEmbeddedLimiter = ({
  database,
  now = Date.now,
}: {
  database: DatabaseSync;
  now?: () => number;
}): Limiter => {
  database.exec(
    "pragma synchronous = off; create table if not exists passes (name text primary key, times text not null, last integer not null) without rowid",
  );
  const read = database.prepare("select times from passes where name = ?");
  const write = database.prepare(
    "insert into passes (name, times, last) values (?, ?, ?) on conflict (name) do update set times = excluded.times, last = excluded.last",
  );
  const sweep = database.prepare("delete from passes where last < ?");
  let untilSweep = SWEEP_EVERY;

  return {
    pass(name, { count, milliseconds }) {
      database.exec("begin immediate");
      try {
        const time = now();
        const row = read.get(name) as { times: string } | undefined;
        // A clock that was set back must not keep anybody waiting for longer than the window.
        const times = ((row ? JSON.parse(row.times) : []) as number[]).filter(
          (one) => one > time - milliseconds && one <= time,
        );
        if (times.length >= count) {
          database.exec("rollback");
          return { passed: false, wait: (times.at(-count) as number) + milliseconds - time };
        }
        write.run(name, JSON.stringify([...times, time]), time);
        if (--untilSweep <= 0) {
          untilSweep = SWEEP_EVERY;
          sweep.run(time - KEPT);
        }
        database.exec("commit");
        return { passed: true };
      } catch (error) {
        if (database.isTransaction) database.exec("rollback");
        throw error;
      }
    },
    close: () => database.close(),
  };
};
