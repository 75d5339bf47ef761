import { ApiError } from "../../errors.js";
import { openAccount, type UnifiedJob } from "./job.js";

export type DeleteInput = {
  type: "file" | "folder";
  id: string;
  recursive: boolean;
  permanent: boolean;
};

/** Done again after a lost worker, what is gone already counts as deleted. */
export const deleteItem: UnifiedJob<DeleteInput> = async (setting) => {
  const { task } = setting;
  const { type, id, recursive, permanent } = task.input;
  const { storage } = await openAccount(setting);
  await storage.delete({ type, id }, { recursive, permanent }).catch((error: unknown) => {
    if (task.attempt === 1 || !(error instanceof ApiError) || error.code !== "not_found") throw error;
  });
  return null;
};
