import { z } from "zod";
import { APIS, type Api } from "../../ids.js";
import { type Change, type Context, type EventsOperations, personRef } from "../connector.js";
import { ask, at, PAGE } from "./requests.js";
import { id, moment, reference, text } from "./wire.js";
import { within } from "./within.js";

/** Numbers in the oldest installations. */
const cursor = z.union([z.string().min(1), z.number()]).transform(String);

/** Source: the unified API, "Event (activity) object". */
const event = z.object({
  type: z.string(),
  modified: moment,
  user_id: reference,
  ip: text,
  /** The object as it is now. */
  metadata: z
    .object({ id, type: z.string(), api: z.enum(APIS), calendar_id: reference, conversation_id: reference })
    .nullish()
    .catch(null),
});
const answer = z.object({ cursor, remaining: z.number().nullish(), objects: z.array(event) });

const KINDS: ReadonlySet<string> = new Set([
  "ADD",
  "UPDATE",
  "DELETE",
  "MOVE",
  "RENAME",
  "COPY",
  "RESTORE",
  "SHARE",
  "DOWNLOAD",
]);

/** Of what an event does not say whose it is, nothing can be told. */
const toChange = (context: Context, { type, modified, user_id, ip, metadata }: z.output<typeof event>): Change[] => {
  if (!metadata) return [];
  const kind = type.toUpperCase();
  return [
    {
      kind: (KINDS.has(kind) ? kind : "OTHER") as Change["kind"],
      api: metadata.api,
      type: metadata.type,
      id: nativeOf(metadata),
      occurred: modified,
      user: user_id === null ? null : { id: personRef(context, user_id), name: null, email: null },
      ip,
    },
  ];
};

const nativeOf = ({
  id,
  api,
  type,
  calendar_id,
  conversation_id,
}: {
  id: string;
  api: Api;
  type: string;
  calendar_id: string | null;
  conversation_id: string | null;
}): string => {
  if (api === "calendar" && type === "event") return within(calendar_id, id);
  return api === "messaging" && type === "message" ? within(conversation_id, id) : id;
};

/** Source: the unified API, "Events endpoints (v1)". */
export const events: EventsOperations = {
  async changes(context, since) {
    if (since === null) {
      const now = await ask(context, z.object({ cursor }), { path: at(context, "events", "latest") });
      return { changes: [], next: now.cursor, more: false };
    }
    const request = { path: at(context, "events"), query: { cursor: since, page_size: PAGE } };
    const { objects, remaining, cursor: next } = await ask(context, answer, request);
    const changes = objects.flatMap((one) => toChange(context, one));
    return { changes, next, more: (remaining ?? 0) > 0 && next !== since };
  },
};
