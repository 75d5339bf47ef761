import { z } from "zod";
import type { Resource } from "../../../../schema/common/resource.js";
import type { Api } from "../../../ids.js";
import type { AccountApis } from "../../../unified/categories.js";
import type { UnifiedCollection } from "../../../unified/collection.js";
import { created, noContent, ok } from "../answers.js";
import type { Call } from "../call.js";
import { type Drafting, toDraft } from "../draft.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { cursorList, pagingOf } from "../lists.js";
import { cursorPaging, flag } from "../parameters.js";

// biome-ignore lint/suspicious/noExplicitAny: each collection has a query and a draft of its own; what is given to it was made for it.
type AnyCollection = UnifiedCollection<any, any, any>;

/** Objects of one type, as the reference lets them be listed, made, read, changed and deleted. */
export interface CollectionOf<Query extends z.ZodObject, Draft extends z.ZodObject> extends Drafting {
  api: Exclude<Api, "meta" | "storage">;
  type: string;
  /** Below the account: `crm/contacts`. */
  path: string;
  /** Other spellings of the path. */
  also?: readonly string[];
  /** `a contact` and `contacts`. */
  title: string;
  titles: string;
  collection(apis: AccountApis): AnyCollection;
  pageSize?: number;
  /** Beside `page` and `page_size`. */
  query?: Query;
  /** What the query asks of the collection. */
  queryOf?(query: z.output<Query>, call: Pick<Call, "ref" | "account">): object;
  /** Attributes of a body that a new one needs; all others may be absent. */
  needs?: readonly string[];
  /** What can be written; absent: nothing. */
  draft?: Draft;
  /** Parameters of all five. */
  always?: z.ZodRawShape;
  /** The native id of what the path names. Absent: what its id says. */
  nativeOf?(call: Call): string;
  /** What a new one says where its body does not. */
  complete?(draft: Readonly<Record<string, unknown>>, call: Call): object;
  /** Objects come with the service's own wherever they are read. */
  raw?: true;
}

/** Their five endpoints; what a service lacks answers `not_implemented` by itself. */
export const collectionEndpoints = <Query extends z.ZodObject, Draft extends z.ZodObject>(
  made: CollectionOf<Query, Draft>,
): Endpoint[] => {
  const { api, type, path, also = [], title, titles, pageSize, draft, needs = [], always = {}, complete } = made;
  const list = { path: `/accounts/:account/${path}`, also: also.map((one) => `/accounts/:account/${one}`) };
  const one = { path: `${list.path}/:id`, also: list.also.map((spelling) => `${spelling}/:id`) };
  const object = `${api}.${type}` as const;
  const collectionOf = ({ account, raw }: Pick<Call, "account" | "raw">) =>
    made.collection(account.apis(raw || made.raw === true));
  const nativeOf = made.nativeOf ?? ((call: Call) => call.ref(call.param("id"), api, type).native);

  const reading: Endpoint[] = [
    endpoint({
      method: "GET",
      ...list,
      title: `Lists ${titles}.`,
      right: "read",
      query: z.object({ ...cursorPaging(pageSize), ...made.query?.shape, ...always }),
      answers: { 200: { list: [object], style: "cursor" } },
      async handle(call) {
        const query = made.queryOf?.(call.query as z.output<Query>, call) ?? {};
        const page = await collectionOf(call).list({ ...query, ...pagingOf(call.query) });
        return ok(
          cursorList(
            api,
            call.query,
            page,
            page.items.map((item: Resource) => call.render(item)),
          ),
        );
      },
    }),
    endpoint({
      method: "GET",
      ...one,
      title: `Reads ${title}.`,
      right: "read",
      query: z.object(always),
      answers: { 200: object },
      handle: async (call) => ok(call.render(await collectionOf(call).get(nativeOf(call)))),
    }),
  ];
  if (!draft) return reading;
  const whole = draft.partial().required(Object.fromEntries(needs.map((name) => [name, true])) as never);
  return [
    ...reading,
    endpoint({
      method: "POST",
      ...list,
      title: `Makes ${title}.`,
      right: "write",
      query: z.object(always),
      body: whole,
      answers: { 201: object },
      async handle(call) {
        const draft = toDraft<Record<string, unknown>>(call.account, call.body, made);
        return created(call.render(await collectionOf(call).create({ ...draft, ...complete?.(draft, call) })));
      },
    }),
    endpoint({
      method: "PATCH",
      ...one,
      title: `Changes ${title}: what is absent stays, null clears.`,
      right: "write",
      query: z.object(always),
      body: draft.partial(),
      answers: { 200: object },
      handle: async (call) =>
        ok(call.render(await collectionOf(call).update(nativeOf(call), toDraft(call.account, call.body, made)))),
    }),
    endpoint({
      method: "DELETE",
      ...one,
      title: `Deletes ${title}.`,
      right: "write",
      query: z.object({ permanent: flag.default(false), ...always }),
      answers: { 204: null },
      async handle(call) {
        await collectionOf(call).delete(nativeOf(call), { permanent: call.query.permanent });
        return noContent;
      },
    }),
  ];
};
