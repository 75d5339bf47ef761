import type { Context } from "../../connector.js";
import type { Place } from "./store.js";

const turns = new Map<string, Promise<unknown>>();

/**
 * One writer of a name after the other, within this process: a service looks whether a name is free some time before it takes
 * it, if it can be told to look at all. Against others only the service can help.
 */
export const inTurn = <Result>(context: Context, place: Place, work: () => Promise<Result>): Promise<Result> => {
  const key = keyOf(context, place);
  const mine = (turns.get(key) ?? Promise.resolve()).then(work);
  const over = mine.then(ignore, ignore).then(() => {
    if (turns.get(key) === over) turns.delete(key);
  });
  turns.set(key, over);
  return mine;
};

const claims = new Set<string>();

/** Holds a name for a long upload that looks for a free one. Null when another has it; else give it back. */
export const claim = (context: Context, place: Place): (() => void) | null => {
  const key = keyOf(context, place);
  if (claims.has(key)) return null;
  claims.add(key);
  return () => claims.delete(key);
};

const keyOf = (context: Context, { bucket, key }: Place): string => {
  const { application, account } = context.ref("folder", "").scope;
  return JSON.stringify([application, account, bucket, key]);
};

const ignore = () => undefined;
