import type { Resource } from "../../schema/common/resource.js";
import { ROOT } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { StoredActivity } from "../../src/store/store.js";
import { topics } from "../../src/tasks/bus.js";
import { Bell } from "../../src/unified/activity/bell.js";
import type { Listening } from "../../src/unified/activity/feeds.js";
import { isTold } from "../../src/unified/activity/source.js";
import type { UnifiedApi } from "../../src/unified/api.js";
import { type Context, renew } from "../context.js";
import type { ObjectRef } from "../objectRef.js";
import { pause, stream } from "../streams.js";
import { readRef } from "./node.js";
import { watchTask } from "./task.js";

/** Milliseconds between two looks at what is kept here and announced nowhere: accounts and links. */
const LOOK = 2_000;
/** The same at what no feed tells of: longer and longer. */
const SOONEST = 1_000;
const LATEST = 30_000;
/** What happened, read from the store at once. */
const BATCH = 1_000;

/** One object now, then whenever it reads differently, until it is gone. */
export const watchNode = async (
  context: Context,
  id: string,
  raw: boolean,
): Promise<AsyncIterableIterator<Resource>> => {
  const { type, api } = await context.session.resolve(id);
  if (type === "task" && api === "meta") return watchTask(context, id);
  return stream(context.signal, async (signal) => {
    const ref = await context.session.resolve(id);
    // Before the first read, so that nothing falls between the two.
    const moments = await momentsOf(context, ref, signal);
    return versions(context, id, raw, moments, await readRef(context, ref, raw));
  });
};

/** The first version, then what each moment shows that is another one. */
async function* versions(
  context: Context,
  id: string,
  raw: boolean,
  moments: AsyncIterable<void>,
  first: Resource,
): AsyncGenerator<Resource, void, void> {
  let told = JSON.stringify(first);
  yield first;
  for await (const _ of moments) {
    renew(context);
    const now = await read(context, id, raw);
    if (!now) return;
    const telling = JSON.stringify(now);
    if (telling !== told) yield now;
    told = telling;
  }
}

/** Null when it is gone, or is not this caller's any more. */
const read = async (context: Context, id: string, raw: boolean): Promise<Resource | null> => {
  try {
    return await readRef(context, await context.session.resolve(id), raw);
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return null;
    throw error;
  }
};

const momentsOf = async (
  { session: { unified }, caller }: Context,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<AsyncIterable<void>> => {
  const { scope, api, type } = ref;
  const isStored = api === "meta" || api === "events" || (api === "storage" && type === "link");
  if (isStored) return looks(signal);
  const bell = new Bell(signal);
  const ringFor = (topic: string) => void bell.follow(unified.bus.subscribe(topic, { coalesce: true, signal }));
  ringFor(topics.changes(scope.account));
  if (!isTold(scope, api)) {
    ringFor(topics.stirs(scope.account));
    return glances(bell, signal);
  }
  const after = await unified.store.activity.newest();
  const listening = unified.feeds.listen(caller.application, scope.account, signal);
  return stirrings(unified, ref, { bell, after, listening, signal });
};

async function* looks(signal: AbortSignal): AsyncGenerator<void, void, void> {
  for (;;) {
    await pause(LOOK, signal);
    if (signal.aborted) return;
    yield;
  }
}

async function* glances(bell: Bell, signal: AbortSignal): AsyncGenerator<void, void, void> {
  for (let interval = SOONEST; ; interval = Math.min(LATEST, interval * 1.5)) {
    await bell.wait(interval);
    if (signal.aborted) return;
    yield;
  }
}

interface Feed {
  bell: Bell;
  after: number;
  listening: Listening;
  signal: AbortSignal;
}

/** Whenever the account's feed tells something that may concern the object, and whenever the account itself is changed. */
async function* stirrings(
  { store }: UnifiedApi,
  ref: ObjectRef,
  { bell, after, listening, signal }: Feed,
): AsyncGenerator<void, void, void> {
  const { account } = ref.scope;
  const state = async (): Promise<string> => JSON.stringify(await store.accounts.getMany([account]));
  let known = await state();
  await Promise.race([listening.caughtUp, pause(LATEST, signal)]);
  // What happened before the cursor of now, no look of the feed will ever find.
  if (!listening.isCurrent) yield;
  for (let last = after; !signal.aborted; ) {
    let concerned = false;
    for (let more = true; more; ) {
      const happened = await store.activity.read({ accounts: [account], after: last, limit: BATCH });
      concerned ||= happened.items.some((one) => concerns(one, ref));
      last = happened.upTo;
      more = happened.more;
    }
    const now = await state();
    if (concerned || now !== known) yield;
    known = now;
    if (listening.hasEnded) {
      // The reader meets what is in our way. If that is nothing, it has to look for itself.
      yield;
      return yield* glances(bell, signal);
    }
    await bell.wait(LATEST);
  }
}

/** A folder that went may have taken it along; the root is known by two names; a gap may hide anything. */
const concerns = ({ api, type, object, kind }: StoredActivity, ref: ObjectRef): boolean => {
  if (api === "meta") return true;
  if (api !== ref.api) return false;
  if (api !== "storage") return object === ref.native && type === ref.type;
  return object === ref.native || ref.native === ROOT || (type === "folder" && kind !== "ADD" && kind !== "UPDATE");
};
