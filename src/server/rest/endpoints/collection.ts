import { z } from "zod";
import type { Resource } from "../../../../schema/common/resource.js";
import type { Page, Paging } from "../../../connectors/connector.js";
import type { Api } from "../../../ids.js";
import type { AccountApis } from "../../../unified/categories.js";
import { created, noContent, ok } from "../answers.js";
import type { Call } from "../call.js";
import { type Drafting, toDraft } from "../draft.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { cursorList, pagingOf } from "../lists.js";
import { cursorPaging, flag } from "../parameters.js";

/** Any of them: each has a query and a draft of its own, and what is given to it was made for it. */
interface AnyCollection {
  list(query: Paging): Promise<Page<Resource>>;
  get(id: string): Promise<Resource>;
  create(draft: object): Promise<Resource>;
  update(id: string, change: object): Promise<Resource>;
  delete(id: string, how: { permanent: boolean }): Promise<void>;
}

/** Of a request, what says which objects it is about. */
export type Naming = Pick<Call, "account" | "param" | "ref">;
export type Listing = Naming & Pick<Call, "apis">;

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
  /** One page, where that takes more than asking the collection. */
  page?(call: Listing, query: z.output<Query>, paging: Paging): Promise<Page<Resource>>;
  /** Attributes of a body that a new one needs; all others may be absent. */
  needs?: readonly string[];
  /** Attributes of a body that only a new one can be given. */
  once?: readonly string[];
  /** A draft as the collection takes it, where one attribute depends on another. */
  finish?(draft: object): object;
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
  const { api, type, path, also = [], title, titles, pageSize, draft, needs = [], once = [], always = {} } = made;
  const list = { path: `/accounts/:account/${path}`, also: also.map((one) => `/accounts/:account/${one}`) };
  const one = { path: `${list.path}/:id`, also: list.also.map((spelling) => `${spelling}/:id`) };
  const object = `${api}.${type}` as const;
  const collectionOf = ({ account, raw }: Pick<Call, "account" | "raw">) =>
    made.collection(account.apis(raw || made.raw === true));
  const nativeOf = made.nativeOf ?? ((call: Naming) => call.ref(call.param("id"), api, type).native);

  const reading: Endpoint[] = [
    endpoint({
      method: "GET",
      ...list,
      title: `Lists ${titles}.`,
      right: "read",
      query: z.object({ ...cursorPaging(pageSize), ...made.query?.shape, ...always }),
      answers: { 200: { list: [object], style: "cursor" } },
      async handle(call) {
        const asked = call.query as z.output<Query>;
        const paging = pagingOf(call.query);
        const page = made.page
          ? await made.page(call, asked, paging)
          : await collectionOf(call).list({ ...made.queryOf?.(asked, call), ...paging });
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
  const draftOf = (call: Pick<Call, "account" | "body">) => {
    const given = toDraft<Record<string, unknown>>(call.account, call.body as Record<string, unknown>, made);
    return (made.finish?.(given) ?? given) as Record<string, unknown>;
  };
  return [
    ...reading,
    endpoint({
      method: "POST",
      ...list,
      title: `Makes ${title}.`,
      right: "write",
      query: z.object(always),
      body: draft.partial().required(allOf(needs)),
      answers: { 201: object },
      async handle(call) {
        const draft = draftOf(call);
        return created(call.render(await collectionOf(call).create({ ...draft, ...made.complete?.(draft, call) })));
      },
    }),
    endpoint({
      method: "PATCH",
      ...one,
      title: `Changes ${title}: what is absent stays, null clears.`,
      right: "write",
      query: z.object(always),
      body: draft.partial().omit(allOf(once)),
      answers: { 200: object },
      handle: async (call) => ok(call.render(await collectionOf(call).update(nativeOf(call), draftOf(call)))),
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

/** Names as zod takes them. */
const allOf = (names: readonly string[]): never => Object.fromEntries(names.map((name) => [name, true])) as never;
