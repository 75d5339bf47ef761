import type { Context } from "../connector.js";
import { type Names, urlOf } from "./paths.js";

const turns = new Map<string, Promise<unknown>>();

/**
 * One writer of a name after the other, within this process: rclone answers 201 to an MKCOL of a folder that is there, and
 * Apache looks whether a name is free some time before it takes it. Against others only the server can help.
 */
export const inTurn = <Result>(context: Context, names: Names, work: () => Promise<Result>): Promise<Result> => {
  const { application, account } = context.ref("folder", "").scope;
  const key = JSON.stringify([application, account, urlOf(context, names, false)]);
  const mine = (turns.get(key) ?? Promise.resolve()).then(work);
  const over = mine.then(ignore, ignore).then(() => {
    if (turns.get(key) === over) turns.delete(key);
  });
  turns.set(key, over);
  return mine;
};

const ignore = () => undefined;
