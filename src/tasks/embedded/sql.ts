import { MAXIMUM_LOST, OPEN_TASKS, RESULT_SECONDS, SWEEP_SECONDS } from "../queue.js";

/** Milliseconds since 1970 by the database's clock, unless the caller brings its own. Fixed within one statement. */
const NOW = "coalesce(:now, cast(round(unixepoch('subsec') * 1000) as integer))";
const ROW = `id, application, account, user, operation, input, on_worker_loss, status, attempt, lost, progress, checkpoint,
  result, error, created, started, finished, ${NOW} as clock`;

/** Nobody holds it: a waiting task has never had a lease, or gave it back. */
const FREE = `finished is null and lease_until <= ${NOW}`;
/** Of the free ones, those whose last worker died (`worker` still stands there) and that nobody may go on with. */
const LOST_FOR_GOOD = `(worker is not null and (on_worker_loss = 'report' or lost + 1 >= ${MAXIMUM_LOST}))`;
const MINE = "id = :id and worker = :worker and finished is null";

/** Every statement of the queue; one is one transaction. */
export const sqlOfTasks = {
  add: `insert into tasks (id, application, account, user, operation, input, on_worker_loss, created)
    select :id, :application, :account, :user, :operation, :input, :onWorkerLoss, ${NOW}
    where (select count(*) from tasks where account = :account and finished is null) < ${OPEN_TASKS}
    returning ${ROW}`,

  get: `select ${ROW} from tasks where id = :id`,

  list: `select ${ROW} from tasks where account in (select value from json_each(:accounts))
    and (finished is null or finished + ${RESULT_SECONDS * 1000} > ${NOW}) order by sequence desc limit :limit`,

  claim: `update tasks set status = 'STARTED', attempt = attempt + 1, lost = lost + (worker is not null),
      worker = :worker, lease_until = ${NOW} + :lease,
      started = iif(on_worker_loss = 'rerun', ${NOW}, coalesce(started, ${NOW})),
      progress = iif(on_worker_loss = 'rerun', null, progress),
      checkpoint = iif(on_worker_loss = 'rerun', null, checkpoint)
    where sequence = (select sequence from tasks where ${FREE} and not ${LOST_FOR_GOOD} order by sequence limit 1)
    returning ${ROW}`,

  failLost: `update tasks set status = 'FAILED', finished = ${NOW}, lost = lost + 1, worker = null,
      error = iif(on_worker_loss = 'report', :report, :poisoned)
    where ${FREE} and ${LOST_FOR_GOOD} returning ${ROW}`,

  progress: `update tasks set lease_until = ${NOW} + :lease,
      progress = coalesce(:progress, progress), checkpoint = coalesce(:checkpoint, checkpoint)
    where ${MINE} returning ${ROW}`,

  finish: `update tasks set status = :status, result = :result, error = :error, finished = ${NOW}, worker = null
    where ${MINE} returning ${ROW}`,

  release: `update tasks set status = 'PENDING', lease_until = 0, worker = null where ${MINE} returning ${ROW}`,

  cancel: `update tasks set status = 'CANCELLED', finished = ${NOW}, worker = null
    where id = :id and finished is null returning ${ROW}`,

  cancelAccount: `update tasks set status = 'CANCELLED', finished = ${NOW}, worker = null
    where account = :account and finished is null returning ${ROW}`,

  sweep: `delete from tasks where finished < ${NOW} - ${SWEEP_SECONDS * 1000} returning sequence`,

  waiting: `select 1 from tasks where ${FREE} limit 1`,
} as const;
