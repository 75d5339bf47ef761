import { once } from "node:events";
import { z } from "zod";
import { changesSince, latest } from "./changes.js";
import type { Account } from "./database.js";
import { type Call, decodeCursor, encodeCursor, parse, type Reply, type Route, route, type Service } from "./http.js";
import { Refusal } from "./refusal.js";

const changesQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
const nextQuery = z.object({ cursor: z.string(), seconds: z.coerce.number().int().min(1).max(60).default(20) });

/** What happens in an account, of every category. */
export const feedRoutes = (service: Service): Route[] => {
  const { database } = service;

  /** Without a cursor: nothing but the cursor of now. */
  const changes = ({ account, query }: Call): Reply => {
    const { cursor, ...page } = parse(changesQuery, query);
    if (cursor === undefined) {
      const now = encodeCursor([latest(database, account.number)]);
      return { json: { changes: [], cursor: now, has_more: false } };
    }
    const [since] = decodeCursor(cursor, 1);
    if (typeof since !== "number") throw new Refusal(400, "invalid_cursor", "The cursor is not one of this feed.");
    const { changes, read, more } = changesSince(database, account, since, page.limit);
    return { json: { changes, cursor: encodeCursor([read]), has_more: more } };
  };

  /** Answers once something has changed after the cursor, or when the seconds are over. */
  const next = async ({ account, query, request }: Call): Promise<Reply> => {
    const { cursor, ...wait } = parse(nextQuery, query);
    const [since] = decodeCursor(cursor, 1);
    if (latest(database, account.number) === since) await news(service, account, wait.seconds, request.signal);
    const last = latest(database, account.number);
    return { json: { changed: last !== since, cursor: encodeCursor([last]) } };
  };

  return [route("GET /changes", changes), route("GET /changes/next", next)];
};

const news = async ({ changed }: Service, { number }: Account, seconds: number, caller: AbortSignal): Promise<void> => {
  const over = AbortSignal.timeout(seconds * 1000);
  await once(changed, String(number), { signal: AbortSignal.any([over, caller]) }).catch((error) => {
    if (!over.aborted) throw error;
  });
};
