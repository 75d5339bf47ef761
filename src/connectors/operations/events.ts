import type { Person } from "../../../schema/common/person.js";
import type { ActivityKind } from "../../../schema/events/activity.js";
import type { Api } from "../../ids.js";
import type { Context } from "./context.js";

/** Something changed. */
export interface Change {
  kind: keyof typeof ActivityKind;
  api: Api;
  type: string;
  /** Native. */
  id: string;
  /** ISO 8601. */
  occurred: string;
  user?: Person | null;
  ip?: string | null;
}

/** What happens in an account, whichever category it belongs to. Source: the unified API, "Events / Activity API". */
export interface EventsOperations {
  /**
   * Since a cursor, oldest first; without one, nothing but the cursor of now. `next` is never null: keep it and ask again. It lasts
   * across restarts and in other processes, for as long as the service remembers; an older one is refused as `invalid_parameters`.
   * What it names is told the same each time: a reader may die before it has kept the answer. It is kept as text and may be large.
   */
  changes(context: Context, cursor: string | null): Promise<{ changes: Change[]; next: string; more: boolean }>;
  /** Tells that something may have changed, so `changes` is asked at once and not at the next interval. */
  watch?(context: Context, changed: () => void): Promise<() => void>;
}
