import { ApiError } from "../../errors.js";
import type { EmailQuery } from "../connector.js";
import { atom, type Token } from "./session.js";

/** Words of one search. */
const WORDS = 20;
const DAY = 86_400_000;
/** Characters of one command that names threads (servers take lines of 8192, RFC 7162, 4), and of what stands around each name. */
const COMMAND = 7_500;
const FIELD = 26;

/**
 * What the server is asked. It knows days but no hours, and parts of addresses: what it finds is looked at again.
 */
export const criteriaOf = ({ label, query, participant, since, until, unread, thread }: EmailQuery): Token[] => {
  if (label !== undefined) throw new ApiError("not_implemented", "IMAP has folders, and no labels.");
  const criteria: Token[] = [];
  if (unread !== undefined) criteria.push(atom(unread ? "UNSEEN" : "SEEN"));
  if (since !== undefined) criteria.push(...orUndated("SENTSINCE", Date.parse(since) - DAY));
  if (until !== undefined) criteria.push(...orUndated("SENTBEFORE", Date.parse(until) + 2 * DAY));
  if (participant !== undefined)
    criteria.push(...anyOf(["FROM", "TO", "CC", "BCC"].map((field) => [atom(field), textOf(participant)])));
  if (thread !== undefined) criteria.push(...ofThread(thread));
  const words = (query ?? "").split(/\s+/).filter(Boolean);
  if (words.length > WORDS || words.some((word) => word.length > 200))
    throw new ApiError("invalid_parameters", `A search has at most ${WORDS} words.`);
  for (const word of words) criteria.push(atom("TEXT"), textOf(word));
  return criteria.length > 0 ? criteria : [atom("ALL")];
};

/** Those that say no date are kept: they are listed by when they arrived. */
const orUndated = (key: string, time: number): Token[] => [
  atom("OR"),
  atom(key),
  atom(dayOf(time)),
  atom("NOT"),
  atom("HEADER"),
  atom("DATE"),
  textOf(""),
];

/** Mails that name the root of a thread: those of the thread, and some that name it in passing. */
const ofThread = (thread: string): Token[] =>
  anyOf(["MESSAGE-ID", "REFERENCES", "IN-REPLY-TO"].map((field) => [atom("HEADER"), atom(field), textOf(thread)]));

/** The same for several: no more than one command can name. */
export const ofThreads = (threads: readonly string[]): Token[] => anyOf(threads.map(ofThread));

/** Threads in groups that one command can name. */
export const inCommands = (threads: readonly string[]): string[][] => {
  const groups: string[][] = [];
  let left = 0;
  for (const thread of threads) {
    const taken = 3 * (thread.length + FIELD);
    if (taken > left) {
      groups.push([]);
      left = COMMAND;
    }
    left -= taken;
    groups.at(-1)?.push(thread);
  }
  return groups;
};

/** `OR` takes two keys: halves of halves, for servers bound how deep they nest. */
const anyOf = (keys: readonly (readonly Token[])[]): Token[] => {
  if (keys.length === 1) return [...(keys[0] as Token[])];
  const middle = keys.length >> 1;
  return [atom("OR"), ...anyOf(keys.slice(0, middle)), ...anyOf(keys.slice(middle))];
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dayOf = (time: number): string => {
  const date = new Date(time);
  return `${date.getUTCDate()}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
};

const textOf = (text: string): Token =>
  /^[\x20-\x7e]*$/.test(text) ? { type: "STRING", value: text } : { type: "LITERAL", value: Buffer.from(text) };
