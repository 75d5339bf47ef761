import type { Context } from "../../connector.js";
import type { Names } from "./names.js";

const turns = new Map<string, Promise<unknown>>();

/**
 * One writer of a name after the other, within this process, for servers that look whether a name is free some time before they
 * take it, or do not look at all. Against others only the server can help.
 */
export const inTurn = <Result>(context: Context, names: Names, work: () => Promise<Result>): Promise<Result> => {
  const { application, account } = context.ref("folder", "").scope;
  const key = JSON.stringify([application, account, names]);
  const mine = (turns.get(key) ?? Promise.resolve()).then(work);
  const over = mine.then(ignore, ignore).then(() => {
    if (turns.get(key) === over) turns.delete(key);
  });
  turns.set(key, over);
  return mine;
};

const ignore = () => undefined;
