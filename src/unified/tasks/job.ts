import type { StorageItem } from "../../connectors/connector.js";
import type { Task, TaskResult } from "../../tasks/queue.js";
import type { ConnectedAccount } from "../account.js";
import type { Session } from "../session.js";

/** What a task of the unified API runs with. */
export interface JobSetting<Input> {
  task: Task & { input: Input };
  session: Session;
  control: {
    signal: AbortSignal;
    /** In the job's own unit. A checkpoint is kept for the worker that takes over. */
    progress(done: number, total: number | null, checkpoint?: Record<string, unknown>): Promise<void>;
  };
}
export type UnifiedJob<Input> = (setting: JobSetting<Input>) => Promise<UnifiedResult | null>;

/** What a task gave, and as which user of the account's organisation it is seen. */
export interface UnifiedResult extends TaskResult {
  user: string | null;
}

/** An account of the task's application: its own, unless said otherwise. */
export const openAccount = (
  { task, session }: JobSetting<unknown>,
  account: number = task.account,
  user: string | null = task.user,
): Promise<ConnectedAccount> => session.account(account, viewOf(user));

/** The account that a task belongs to, or that its result is in, as the task's own caller saw it. */
export const accountOf = (
  session: Session,
  { account, user = null }: { account: number; user?: string | null },
): Promise<ConnectedAccount> => session.account(account, viewOf(user));

const viewOf = (user: string | null) => (user === null ? {} : { user });

export const resultOf = ({ id, api, type }: StorageItem): UnifiedResult => ({
  account: id.scope.account,
  user: id.scope.user ?? null,
  api,
  type,
  id: id.native,
});
