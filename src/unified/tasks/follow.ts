import { type EventBus, topics } from "../../tasks/bus.js";
import type { Task, TaskQueue } from "../../tasks/queue.js";

/** Milliseconds between two looks of one's own: what another process does to a task may not be announced here. */
const LOOK = 2_000;

/**
 * A task as it is now, then at each change, until it has ended or is forgotten. Whoever reads slowly is told the newest. The signal
 * ends it.
 */
export async function* followTask(
  { bus, queue }: { bus: EventBus; queue: TaskQueue },
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Task, void, void> {
  const events = bus.subscribe(topics.task(id), { coalesce: true, signal });
  let news: Task | undefined;
  let wake = (): void => undefined;
  const listen = async (): Promise<void> => {
    for await (const { data } of events) {
      news = data as Task;
      wake();
    }
  };
  // A reader that is let go leaves us with our own looks.
  void listen()
    .catch(() => undefined)
    .finally(() => wake());
  try {
    let told = "";
    for (let task = await queue.get(id); task && !signal.aborted; ) {
      const now = facts(task);
      if (now !== told) yield task;
      told = now;
      if (task.finished !== null) return;
      if (!news && !signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      task = news ?? (await queue.get(id));
      news = undefined;
    }
  } finally {
    await events.return?.();
  }
}

/** What a reader sees change. */
const facts = ({ status, attempt, progress }: Task): string => JSON.stringify([status, attempt, progress]);
