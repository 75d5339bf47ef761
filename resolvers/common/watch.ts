import type { Resource } from "../../schema/common/resource.js";
import { type Change, ROOT } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import { type EventBus, Overrun, topics } from "../../src/tasks/bus.js";
import { type Context, renew } from "../context.js";
import type { ObjectRef } from "../objectRef.js";
import { pause, stream } from "../streams.js";
import { readRef } from "./node.js";
import { watchTask } from "./task.js";

/** Milliseconds between two looks at what is kept here and announced nowhere: accounts and links. */
const LOOK = 2_000;

/** One object now, then whenever it reads differently, until it is gone. */
export const watchNode = async (
  context: Context,
  id: string,
  raw: boolean,
): Promise<AsyncIterableIterator<Resource>> => {
  const { type, api } = await context.session.resolve(id);
  if (type === "task") return watchTask(context, id);
  return stream(context.signal, async (signal) => {
    const ref = await context.session.resolve(id);
    const isStored = api === "meta" || type === "link";
    // Before the first read, so that nothing falls between the two.
    const moments = isStored ? looks(signal) : stirrings(context, ref, signal);
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

async function* looks(signal: AbortSignal): AsyncGenerator<void, void, void> {
  for (;;) {
    await pause(LOOK, signal);
    if (signal.aborted) return;
    yield;
  }
}

/** Whenever the account's feed tells something that may concern the object. */
const stirrings = (
  { session, caller }: Context,
  { scope, native }: ObjectRef,
  signal: AbortSignal,
): AsyncIterable<void> => {
  const { bus, changes } = session.unified;
  const news = changesOf(bus, scope.account, signal);
  changes.listen(caller.application, scope.account, signal);
  return filtered(news, native);
};

async function* filtered(
  news: AsyncIterable<readonly Change[] | null>,
  native: string,
): AsyncGenerator<void, void, void> {
  for await (const changes of news) if (!changes || changes.some((change) => concerns(change, native))) yield;
}

/** A folder that went may have taken it along; the root is known by two names. */
const concerns = ({ id, kind, type }: Change, native: string): boolean =>
  id === native || native === ROOT || (type === "folder" && kind !== "ADD" && kind !== "UPDATE");

/** The account's changes from this moment on; null where the reader has to look for itself. */
const changesOf = (
  bus: EventBus,
  account: number,
  signal: AbortSignal,
): AsyncGenerator<Change[] | null, void, void> => {
  const subscribe = () => bus.subscribe(topics.changes(account), { signal });
  let events = subscribe();
  return (async function* () {
    while (!signal.aborted)
      try {
        for await (const { data } of events) yield data as Change[] | null;
        return;
      } catch (error) {
        if (!(error instanceof Overrun)) throw error;
        events = subscribe();
        yield null;
      }
  })();
};
