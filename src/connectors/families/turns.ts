import type { Context } from "../connector.js";

/** What names a thing within an account: the names from its folder down, or bucket and key. */
type Name = readonly string[];

const turns = new Map<string, Promise<unknown>>();

/**
 * One writer of a name after the other, within this process, for services that look whether a name is free some time before they
 * take it, or do not look at all. Against others only the service can help.
 */
export const inTurn = <Result>(context: Context, name: Name, work: () => Promise<Result>): Promise<Result> => {
  const key = keyOf(context, name);
  const mine = (turns.get(key) ?? Promise.resolve()).then(work);
  const over = mine.then(ignore, ignore).then(() => {
    if (turns.get(key) === over) turns.delete(key);
  });
  turns.set(key, over);
  return mine;
};

const claims = new Set<string>();

/** Holds a name for a long upload that looks for a free one. Null when another has it; else give it back. */
export const claim = (context: Context, name: Name): (() => void) | null => {
  const key = keyOf(context, name);
  if (claims.has(key)) return null;
  claims.add(key);
  return () => claims.delete(key);
};

/** A name, whatever the account. */
export const keyOf = (context: Context, name: Name): string => {
  const { application, account } = context.ref("folder", "").scope;
  return JSON.stringify([application, account, name]);
};

const ignore = () => undefined;
