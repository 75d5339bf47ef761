import { z } from "zod";
import type { Right } from "../../../../store/store.js";
import type { Session } from "../../../../unified/session.js";
import { created, noContent, ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { type Answer, type Endpoint, endpoint, type Method } from "../../endpoint.js";
import { countedList } from "../../lists.js";
import { countedPaging } from "../../parameters.js";

/** Whoever manages applications needs it. */
export const ADMIN: Right = "admin";

/** Below `/v1/meta` now, below `/v1` in earlier clients. */
export const metaPath = (path: string): { path: string; also: readonly string[] } => ({
  path: `/meta/applications${path}`,
  also: [`/applications${path}`],
});

export interface Kind<Item> {
  /** `redirect_uris` */
  path: string;
  /** `a redirect URI` and `redirect URIs`. */
  title: string;
  titles: string;
  item: z.ZodObject;
  render(item: Item, application: string): object;
  list(session: Session, application: string): Promise<readonly Item[]>;
  remove(session: Session, application: string, id: string): Promise<void>;
}

/** What an application has several of: listed, made and deleted alike. */
export const kindEndpoints = <Item, Body extends z.ZodType>(
  { path, title, titles, item, render, list, remove }: Kind<Item>,
  body: Body,
  create: (session: Session, application: string, body: z.output<Body>) => Promise<Item>,
): Endpoint[] => {
  const one = (method: Method, suffix: string, more: Partial<Endpoint>): Endpoint =>
    endpoint({ method, ...metaPath(`/:app${suffix}`), right: ADMIN, ...more } as Endpoint);
  return [
    one("GET", `/${path}`, {
      title: `Lists ${titles} of an application.`,
      query: z.object(countedPaging()),
      answers: { 200: { list: [item], style: "counted" } },
      handle: async (call) => {
        const application = call.param("app");
        const all = await list(call.session, application);
        return ok(
          pageOf(
            call as never,
            all.map((single) => render(single, application)),
          ),
        );
      },
    }),
    one("POST", `/${path}`, {
      title: `Makes ${title}.`,
      body,
      answers: { 201: item },
      handle: async (call): Promise<Answer> => {
        const application = call.param("app");
        return created(render(await create(call.session, application, call.body as z.output<Body>), application));
      },
    }),
    one("DELETE", `/${path}/:id`, {
      title: `Deletes ${title}.`,
      answers: { 204: null },
      handle: async (call): Promise<Answer> => {
        await remove(call.session, call.param("app"), call.param("id"));
        return noContent;
      },
    }),
  ];
};

/** One page of what is read as a whole. */
export const pageOf = (
  { query }: Pick<Call<{ page: number; page_size: number }>, "query">,
  objects: readonly object[],
) => {
  const { page, page_size } = query;
  return countedList("meta", query, objects.length, objects.slice((page - 1) * page_size, page * page_size));
};
