import { threadKey } from "../families/mime/thread.js";
import { headersOf } from "./map.js";
import type { Merged } from "./merged.js";
import type { Found } from "./rank.js";
import { lookAt } from "./reading.js";
import type { Session } from "./session.js";

/** Mails that are passed on the way to one page of threads, and those whose roots are read at once. */
const PASSED = 1_000;
const TOGETHER = 100;

/** The roots of the threads to which the next mails belong, and the last of these mails where more follow. */
export const pass = async (
  session: Session,
  mails: Merged,
  most: number,
): Promise<{ roots: string[]; next: Found | null }> => {
  const roots = new Set<string>();
  let last: Found | undefined;
  for (let passed = 0; passed < PASSED && !mails.isAtEnd; passed += TOGETHER) {
    const found = await mails.take(TOGETHER);
    const known = await lookAt(session, found, (_box, uids) => rootsOf(session, uids));
    for (const one of found) {
      if (known.has(one)) roots.add(known.get(one) as string);
      if (roots.size === most) return { roots: [...roots], next: one === found.at(-1) && mails.isAtEnd ? null : one };
    }
    last = found.at(-1);
  }
  return { roots: [...roots], next: last && !mails.isAtEnd ? last : null };
};

/** What mails of the open folder refer to, by UID. */
const rootsOf = async (session: Session, uids: readonly number[]): Promise<Map<number, string>> => {
  const roots = new Map<number, string>();
  for (const wire of await session.fetch(uids, { headers: ["message-id", "in-reply-to", "references"] })) {
    const root = threadKey(await headersOf(wire));
    if (root !== null) roots.set(wire.uid, root);
  }
  return roots;
};
