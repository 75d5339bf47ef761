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
export type UnifiedJob<Input> = (setting: JobSetting<Input>) => Promise<TaskResult | null>;

/** An account of the task's application: its own, unless said otherwise. */
export const openAccount = (
  { task, session }: JobSetting<unknown>,
  account: number = task.account,
  user: string | null = task.user,
): Promise<ConnectedAccount> => session.account(account, user === null ? {} : { user });

export const resultOf = ({ id, api, type }: StorageItem): TaskResult => ({
  account: id.scope.account,
  api,
  type,
  id: id.native,
});
