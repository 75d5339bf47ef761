import { z } from "zod";
import type { Resource } from "../../../../schema/common/resource.js";
import { ApiError } from "../../../errors.js";
import type { StoredActivity } from "../../../store/store.js";
import type { ConnectedAccount } from "../../../unified/account.js";
import { listActivity } from "../../../unified/activity/list.js";
import { objectsOf } from "../../../unified/activity/objects.js";
import { ok } from "../answers.js";
import type { Call } from "../call.js";
import { type Answer, type Endpoint, endpoint } from "../endpoint.js";
import { pageSize, text, time } from "../parameters.js";

/** Pages of the store that are looked through for one page of a range of time. */
const LOOKED_THROUGH = 20;

/** Where a reader stands: after a number, and within a range of time that its cursors keep. */
interface Position {
  after: number;
  from: number;
  until: number;
}
const EVER = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

export const activityQuery = z.object({
  cursor: text.optional().describe("The last one seen; `after-auth` or `0`: all that is kept."),
  from: time.optional().describe("Only at or after; not beside `cursor`."),
  until: time.optional().describe("Only before; takes `from`."),
  page_size: pageSize(100),
});

const activity = z
  .object({
    id: text.describe("Of what happened; of a deleted file or folder, its own."),
    account: z.int(),
    subscription: text,
    type: text.describe("What happened: `add`, `update`, `delete` …"),
    action: text,
    modified: text.describe("When."),
    user_id: text.nullable(),
    ip: text.nullable(),
    metadata: z.record(text, z.unknown()).describe("What it happened to, as it is now; of what is gone, its id alone."),
    previous_metadata: z.null(),
    api: z.literal("events"),
    raw: z.null(),
  })
  .meta({ id: "Activity", description: "Something that happened in an account." });

export const activityList = z
  .object({
    cursor: text,
    upstream_cursor: text,
    count: z.int(),
    remaining: z.int(),
    objects: z.array(activity),
    type: z.literal("object_list"),
    api: z.literal("events"),
  })
  .meta({ id: "ActivityList" });

/** There is no `page` here: clients go on by `cursor`, which stays as it is when there is nothing new. */
export const answerActivity = async (
  call: Call<z.output<typeof activityQuery>, unknown>,
  subscription: string,
): Promise<Answer> => {
  const { account, query } = call;
  await checkEvents(call);
  const position = positionOf(query);
  const { items, upTo, more } = await within(account, position, query.page_size);
  const objects = await objectsOf(account, items, call.raw);
  const cursor = toCursor({ ...position, after: upTo });
  const { activity } = account.session.unified.store;
  return ok({
    cursor,
    upstream_cursor: cursor,
    count: items.length,
    remaining: more ? await activity.count({ accounts: [account.account], after: upTo }) : 0,
    objects: items.map((item, index) => render(call, subscription, item, objects[index] ?? null)),
    type: "object_list",
    api: "events",
  });
};

/** The cursor of now. */
export const answerLatest = async (call: Pick<Call, "account" | "session">): Promise<Answer> => {
  await checkEvents(call);
  const { account } = call;
  const { activity } = account.session.unified.store;
  await listActivity(account, { after: await activity.newest(), limit: 1 });
  return ok({ cursor: toCursor({ after: await activity.newest(), ...EVER }) });
};

/** The application collects events. */
const checkEvents = async ({ session }: Pick<Call, "session">): Promise<void> => {
  if (!(await session.application()).eventsEnabled)
    throw new ApiError("forbidden", "The application does not collect events: switch on `events_enabled`.");
};

const within = async (account: ConnectedAccount, { after, from, until }: Position, limit: number) => {
  const items: StoredActivity[] = [];
  let read = { upTo: after, more: true };
  for (let pages = 0; read.more && items.length < limit && pages < LOOKED_THROUGH; pages++) {
    const page = await listActivity(account, {
      after: read.upTo === 0 ? null : read.upTo,
      limit: limit - items.length,
    });
    items.push(...page.items.filter(({ occurred }) => Date.parse(occurred) >= from && Date.parse(occurred) < until));
    read = page;
  }
  return { items, upTo: read.upTo, more: read.more };
};

const positionOf = ({ cursor, from, until }: z.output<typeof activityQuery>): Position => {
  if (cursor !== undefined && (from !== undefined || until !== undefined))
    throw new ApiError("bad_request", "`cursor` cannot be given beside `from` or `until`.");
  if (until !== undefined && from === undefined) throw new ApiError("bad_request", "`until` takes `from`.");
  if (from !== undefined)
    return { after: 0, from: Date.parse(from), until: until === undefined ? EVER.until : Date.parse(until) };
  return cursor === undefined || cursor === "after-auth" ? { after: 0, ...EVER } : fromCursor(cursor);
};

/** `1029`, or `1029:1700000000000:` with the ends of a range. */
const toCursor = ({ after, from, until }: Position): string =>
  from === EVER.from ? String(after) : `${after}:${from}:${until === EVER.until ? "" : until}`;

const fromCursor = (cursor: string): Position => {
  const [, after, from, until] = /^(\d{1,15})(?::(-?\d{1,15}):(-?\d{1,15})?)?$/.exec(cursor) ?? [];
  if (after === undefined) throw new ApiError("invalid_parameters", "`cursor` is not one of this list.");
  return {
    after: Number(after),
    from: from === undefined ? EVER.from : Number(from),
    until: until === undefined ? EVER.until : Number(until),
  };
};

/** `type` is what happened. Of a deleted file or folder `id` is its own: clients look for it. */
const render = (
  call: Pick<Call, "account" | "render">,
  subscription: string,
  { number, kind, api, type, object, user, ip, occurred }: StoredActivity,
  now: Resource | null,
) => {
  const { account } = call;
  const id = String(api === "meta" ? account.account : account.ref(api, type, object));
  return {
    id: kind === "DELETE" && api === "storage" ? id : String(number),
    account: account.account,
    subscription,
    type: kind.toLowerCase(),
    action: "-",
    modified: occurred,
    user_id: user?.id == null ? null : String(account.ref("team", "user", user.id)),
    ip,
    metadata: now ? call.render(now) : { id, type, api, account: account.account },
    previous_metadata: null,
    api: "events",
    raw: null,
  };
};

/** Source: the unified API, "Events endpoints (v1)". */
export const events: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/accounts/:account/events",
    title: "What happened in an account, oldest first; go on with `cursor` until `remaining` is 0.",
    right: "read",
    query: activityQuery,
    answers: { 200: activityList },
    handle: (call) => answerActivity(call, "default"),
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/events/latest",
    title: "The cursor of now.",
    right: "read",
    answers: { 200: z.object({ cursor: text }) },
    handle: (call) => answerLatest(call),
  }),
];
