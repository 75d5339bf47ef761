import type { EventsOperations } from "../connector.js";
import { toChange } from "./map.js";
import { watch } from "./watch.js";
import type { WireChanges } from "./wire.js";

export const events: EventsOperations = {
  async changes(context, cursor) {
    const wire = await context.upstream.json<WireChanges>({ path: "/changes", query: { cursor: cursor ?? undefined } });
    return { changes: wire.changes.map(toChange), next: wire.cursor, more: wire.has_more };
  },

  watch,
};
