import { z } from "zod";
import { ApiError } from "../../../errors.js";
import type { Subscription } from "../../../store/store.js";
import { created, noContent, ok } from "../answers.js";
import type { Call } from "../call.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { cursorList } from "../lists.js";
import { cursorPaging, text } from "../parameters.js";
import { activityList, activityQuery, answerActivity, answerLatest } from "./events.js";

const LIST = "/accounts/:account/subscriptions";
const ONE = `${LIST}/:id`;

const subscription = z
  .object({
    id: z.int(),
    account: z.int(),
    subscription_type: z.literal("changes"),
    monitored_resources: z.array(text),
    default: z.boolean(),
    active: z.boolean(),
    created: text,
    modified: text,
    type: z.literal("subscription"),
    api: z.literal("events"),
    href: text,
  })
  .meta({ id: "Subscription", description: "That what happens in an account is kept." });

const render = (
  { base }: Pick<Call, "base">,
  { id, account, active, created, modified }: Subscription,
): z.output<typeof subscription> => ({
  id,
  account,
  subscription_type: "changes",
  monitored_resources: [],
  default: true,
  active,
  created,
  modified,
  type: "subscription",
  api: "events",
  href: `${base}/v1/accounts/${account}/subscriptions/${id}`,
});

/** By number, or as `default`: an account has one. */
const findFor = async (call: Pick<Call, "account" | "session" | "param">): Promise<Subscription> => {
  const found = await call.session.unified.store.subscriptions.of(call.account.account);
  const id = call.param("id");
  if (found && (id === "default" || id === String(found.id))) return found;
  throw new ApiError("not_found", "There is no such subscription.");
};

/** An account's activity is wanted. Source: the unified API, "Subscriptions and activity". */
export const subscriptions: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: LIST,
    title: "Lists an account's subscriptions.",
    right: "read",
    query: z.object(cursorPaging()),
    answers: { 200: { list: [subscription], style: "cursor" } },
    async handle(call) {
      const found = await call.session.unified.store.subscriptions.of(call.account.account);
      return ok(cursorList("events", call.query, { next: null }, found ? [render(call, found)] : []));
    },
  }),
  endpoint({
    method: "POST",
    path: LIST,
    title: "Begins to keep what happens in an account.",
    right: "write",
    body: z.object({
      subscription_type: z.literal("changes", "must be `changes`").default("changes"),
      monitored_resources: z.array(text).default([]),
      active: z.boolean().default(true),
    }),
    answers: { 201: subscription },
    async handle(call) {
      const { monitored_resources, active } = call.body;
      if (monitored_resources.length > 0)
        throw new ApiError(
          "not_implemented",
          "A subscription is to all of an account; `monitored_resources` must be empty.",
        );
      // What happens is kept from now on.
      await answerLatest(call);
      const { account } = call.account;
      const made = await call.session.unified.store.subscriptions.create({ account, active });
      if (!made) throw new ApiError("data_conflict", "The account has a subscription already.");
      return created(render(call, made));
    },
  }),
  endpoint({
    method: "GET",
    path: ONE,
    title: "A subscription, by its number or as `default`.",
    right: "read",
    answers: { 200: subscription },
    handle: async (call) => ok(render(call, await findFor(call))),
  }),
  endpoint({
    method: "PATCH",
    path: ONE,
    title: "Switches a subscription on or off.",
    right: "write",
    body: z.object({ active: z.boolean() }),
    answers: { 200: subscription },
    async handle(call) {
      const { account } = await findFor(call);
      const { subscriptions } = call.session.unified.store;
      return ok(render(call, (await subscriptions.update(account, call.body)) as Subscription));
    },
  }),
  endpoint({
    method: "DELETE",
    path: ONE,
    title: "Ends a subscription.",
    right: "write",
    answers: { 204: null },
    async handle(call) {
      const { account } = await findFor(call);
      await call.session.unified.store.subscriptions.delete(account);
      return noContent;
    },
  }),
  endpoint({
    method: "GET",
    path: `${ONE}/activity`,
    title: "What happened, as `events` tells it.",
    right: "read",
    query: activityQuery,
    answers: { 200: activityList },
    handle: async (call) => answerActivity(call, await activeOne(call)),
  }),
  endpoint({
    method: "GET",
    path: `${ONE}/activity/latest`,
    title: "The cursor of now.",
    right: "read",
    answers: { 200: z.object({ cursor: text }) },
    async handle(call) {
      await activeOne(call);
      return answerLatest(call);
    },
  }),
];

const activeOne = async (call: Pick<Call, "account" | "session" | "param">): Promise<string> => {
  const { active } = await findFor(call);
  if (!active) throw new ApiError("forbidden", "This subscription is switched off.");
  return "default";
};
