import { z } from "zod";
import { type Call, parse, type Reply, type Route, readJson, route, type Service } from "../http.js";
import { invalid, Refusal } from "../refusal.js";
import { type Body, type Kind, type Question, Shelf, type ShelfPage, type Thing } from "./shelf.js";

const LARGEST_PAGE = 1000; // objects
const LARGEST_BATCH = 200; // ids
const MOST_LISTS = 50; // questions of one `POST …/lists`
const LARGEST_LISTED_PAGE = 200; // objects of each

/** Objects of one kind as a REST collection: `GET POST /crm/contacts`, `GET PATCH DELETE /crm/contacts/:id`, and in bulk. */
export interface CollectionRoutes<Content extends Body> {
  /** `/crm/contacts` */
  path: string;
  kind: Kind<Content>;
  /** What may be written. Absent: nothing. */
  writable?: z.ZodType<Partial<Content>>;
  /** Of a new object: what was not said, and what must have been; throws `invalid`. */
  complete?(call: Call, given: Partial<Content>, shelf: Shelf<Content>): Content;
  /** After a change; throws `invalid`. */
  check?(call: Call, content: Content, shelf: Shelf<Content>): void;
  /** The query of a list, beside `cursor` and `limit`. */
  asked: z.ZodType<Question, Record<string, unknown>>;
  /** Cannot be done to an object: throws a `Refusal`. */
  removable?(call: Call, thing: Thing<Content>): void;
  /** What is told of an object, when that is more than lies on the shelf. */
  describe?(call: Call, thing: Thing<Content>): object;
}

export const paging = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(100),
});
const idsBody = z.strictObject({ ids: z.array(z.string()).min(1).max(LARGEST_BATCH) });
const listsBody = z.strictObject({
  queries: z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_LISTS),
  limit: z.int().min(1).max(LARGEST_PAGE).default(100),
});

/** An object as it is told: its id, what it says, its times. */
export const told = <Content extends Body>({ id, body, created_at, modified_at }: Thing<Content>): object => ({
  id,
  ...body,
  created_at,
  modified_at,
});

export const toldPage = <Content extends Body>(
  page: ShelfPage<Content>,
  describe: (thing: Thing<Content>) => object = told,
) => ({
  entries: page.things.map((thing) => describe(thing)),
  cursor: page.cursor,
  total: page.total,
});

export const collectionRoutes = <Content extends Body>(
  service: Service,
  { path, kind, writable, complete, check, asked, removable, describe }: CollectionRoutes<Content>,
): Route[] => {
  const shelfOf = (call: Call) => new Shelf(service, call, kind);
  const idOf = ({ parameters }: Call): string => parameters.id as string;
  const tell = (call: Call) => (thing: Thing<Content>) => (describe ? describe(call, thing) : told(thing));

  const list = (call: Call): Reply => {
    const { cursor: _, limit: __, ...query } = call.query;
    const page = shelfOf(call).page(parse(asked, query), parse(paging, call.query));
    return { json: toldPage(page, tell(call)) };
  };

  /** Each list's first page, or why there is none, in the order of the questions. */
  const lists = async (call: Call): Promise<Reply> => {
    const { queries, limit } = await readJson(listsBody, call.request);
    const shelf = shelfOf(call);
    const page = { limit: Math.min(limit, LARGEST_LISTED_PAGE) };
    const first = (query: object) => toldPage(shelf.page(parse(asked, query), page), tell(call));
    return { json: { results: queries.map((query) => orError(() => first(query))) } };
  };

  /** Each object, or why there is none, in the order of the ids. */
  const several = async (call: Call): Promise<Reply> => {
    const { ids } = await readJson(idsBody, call.request);
    const shelf = shelfOf(call);
    return { json: { results: ids.map((id) => orError(() => tell(call)(shelf.get(id)))) } };
  };

  const create = async (call: Call): Promise<Reply> => {
    const given = await readJson(writable as z.ZodType<Partial<Content>>, call.request);
    const shelf = shelfOf(call);
    const thing = service.database.transaction(() => {
      const content = complete ? complete(call, given, shelf) : (given as Content);
      check?.(call, content, shelf);
      return shelf.create(content);
    });
    return { status: 201, json: tell(call)(thing) };
  };

  /** What is not said stays as it is. */
  const update = async (call: Call): Promise<Reply> => {
    const given = await readJson(writable as z.ZodType<Partial<Content>>, call.request);
    const shelf = shelfOf(call);
    const thing = service.database.transaction(() => {
      const content = { ...shelf.get(idOf(call)).body, ...given };
      check?.(call, content, shelf);
      return shelf.update(idOf(call), content);
    });
    return { json: tell(call)(thing) };
  };

  const remove = (call: Call): Reply => {
    const shelf = shelfOf(call);
    service.database.transaction(() => {
      removable?.(call, shelf.get(idOf(call)));
      shelf.remove(idOf(call));
    });
    return { status: 204 };
  };

  const reading = [
    route(`GET ${path}`, list),
    route(`POST ${path}/batch`, several),
    route(`POST ${path}/lists`, lists),
    route(`GET ${path}/:id`, (call) => ({ json: tell(call)(shelfOf(call).get(idOf(call))) })),
  ];
  if (!writable) return reading;
  return [
    ...reading,
    route(`POST ${path}`, create),
    route(`PATCH ${path}/:id`, update),
    route(`DELETE ${path}/:id`, remove),
  ];
};

/** The answer, or the error that stands in its place. */
export const orError = <Result>(work: () => Result): Result | { error: { code: string; message: string } } => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { error: { code: error.code, message: error.message } };
    throw error;
  }
};

/** Throws unless each reference that is set names an object of its kind. */
export const checkReferences = (
  service: Service,
  call: Call,
  references: readonly (readonly [field: string, id: unknown, kind: Kind])[],
): void => {
  for (const [field, id, kind] of references)
    if (id != null && !new Shelf(service, call, kind).find(String(id))) throw invalid(`${field}: names nothing.`);
};

/** `true`, `false`, as text or as they are. */
export const flagged = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
