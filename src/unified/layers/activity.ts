import type { Layer } from "../layer.js";

/** Operations that change what an account holds, by the last word of their name. */
const CHANGING: ReadonlySet<string> = new Set([
  "create",
  "createFolder",
  "update",
  "delete",
  "copy",
  "upload",
  "complete",
  "setPermissions",
  "setProperties",
  "respond",
  "send",
  "addComment",
]);

/** Who listens to the account is told at once of what is changed through us, also when its answer was lost on the way. */
export const activity: Layer = async ({ account, operation }, next) => {
  try {
    return await next();
  } finally {
    if (CHANGING.has(operation.slice(operation.lastIndexOf(".") + 1)))
      account.session.unified.feeds.nudge(account.account);
  }
};
