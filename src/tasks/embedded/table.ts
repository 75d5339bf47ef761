import type { DatabaseSync } from "node:sqlite";
import { RESULT_SECONDS, type Task, type TaskStatus } from "../queue.js";

/** Steps from nothing to today's table, in order; append only. Times are milliseconds since 1970. */
const MIGRATIONS = [
  `create table tasks (
    sequence integer primary key,
    id text not null unique,
    application text not null,
    account integer not null,
    user text,
    operation text not null,
    input text not null,
    on_worker_loss text not null,
    status text not null default 'PENDING',
    attempt integer not null default 0,
    lost integer not null default 0,
    worker text,
    lease_until integer not null default 0,
    progress text,
    checkpoint text,
    result text,
    error text,
    created integer not null,
    started integer,
    finished integer
  ) strict;
  create index tasks_open on tasks (sequence) where finished is null;
  create index tasks_open_of_account on tasks (account) where finished is null;
  create index tasks_ended on tasks (finished) where finished is not null;
  create index tasks_of_account on tasks (account, sequence);`,
];

/** Safe when several processes start at once: the second one waits for the first and finds nothing left to do. */
export const migrateTasks = (database: DatabaseSync): void => {
  database.exec("begin immediate");
  try {
    database.exec("create table if not exists task_migrations (version integer primary key) strict");
    const row = database.prepare("select coalesce(max(version), 0) as version from task_migrations").get();
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (index < Number(row?.version)) continue;
      database.exec(statements);
      database.prepare("insert into task_migrations (version) values (?)").run(index + 1);
    }
    database.exec("commit");
  } catch (error) {
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
};

/** A row with `clock`: the time at which it was read. */
export interface Row {
  id: string;
  application: string;
  account: number;
  user: string | null;
  operation: string;
  input: string;
  on_worker_loss: string;
  status: string;
  attempt: number;
  lost: number;
  progress: string | null;
  checkpoint: string | null;
  result: string | null;
  error: string | null;
  created: number;
  started: number | null;
  finished: number | null;
  clock: number;
}

/** As the row's clock says: after its ten minutes an outcome is forgotten. */
export const toTask = (row: Row): Task => {
  const expires = row.finished === null ? null : row.finished + RESULT_SECONDS * 1000;
  const forgotten = expires !== null && expires <= row.clock;
  const kept = <T>(json: string | null): T | null => (json === null || forgotten ? null : (JSON.parse(json) as T));
  return {
    id: row.id,
    application: row.application,
    account: row.account,
    user: row.user,
    operation: row.operation,
    input: JSON.parse(row.input) as Task["input"],
    onWorkerLoss: row.on_worker_loss as Task["onWorkerLoss"],
    status: forgotten ? "UNKNOWN" : (row.status as TaskStatus),
    attempt: row.attempt,
    lost: row.lost,
    progress: kept(row.progress),
    checkpoint: kept(row.checkpoint),
    result: kept(row.result),
    error: kept(row.error),
    created: new Date(row.created).toISOString(),
    started: toText(row.started),
    finished: toText(row.finished),
    expires: toText(expires),
  };
};

const toText = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
