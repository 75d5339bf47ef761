import { z } from "zod";
import { note } from "../audit/trail.js";
import { type Call, parse, type Reply, type Route, readJson, route, type Service } from "../http.js";
import { peopleOf } from "../people.js";
import { notFound } from "../refusal.js";
import { orError, paging, toldPage } from "../shelf/collection.js";
import { Shelf, type Thing } from "../shelf/shelf.js";
import { COMMENT, type CommentBody, type ItsmType, KINDS, TYPES } from "./kinds.js";

const writable = z.strictObject({ text: z.string().trim().min(1).max(10_000), internal: z.boolean().default(false) });

/** `GET POST /itsm/incidents/:id/comments`: oldest first, never changed. */
export const commentRoutes = (service: Service, path: string, type: ItsmType): Route[] => {
  const record = (call: Call): Thing => new Shelf(service, call, KINDS[type]).get(call.parameters.id as string);

  const list = (call: Call): Reply => {
    const key = ["record", keyOf(type, record(call).id)] as const;
    const page = new Shelf(service, call, COMMENT).page({ keys: [key] }, parse(paging, call.query));
    return { json: toldPage(page, describe(call)) };
  };

  /** A record has changed when something was written beneath it. */
  const add = async (call: Call): Promise<Reply> => {
    const { text, internal } = await readJson(writable, call.request);
    const comment = service.database.transaction(() => {
      const { id, body } = record(call);
      const author_id = peopleOf(call.account)[call.actor]?.id as string;
      const made = new Shelf(service, call, COMMENT).create({ record: keyOf(type, id), author_id, text, internal });
      new Shelf(service, call, KINDS[type]).update(id, body);
      note(service, call, `itsm.${type}.comment`, id);
      return made;
    });
    return { status: 201, json: describe(call)(comment) };
  };

  return [route(`GET ${path}/:id/comments`, list), route(`POST ${path}/:id/comments`, add)];
};

const listsBody = z.strictObject({
  records: z
    .array(z.strictObject({ table: z.string(), id: z.string() }))
    .min(1)
    .max(50),
  limit: z.int().min(1).max(200).default(100),
});

/** `POST /itsm/comments/lists`: the first page of each record's, or why there is none, in the order of the records. */
export const commentLists = (service: Service): Route =>
  route("POST /itsm/comments/lists", async (call) => {
    const { records, limit } = await readJson(listsBody, call.request);
    const comments = new Shelf(service, call, COMMENT);
    const first = (table: string, id: string): object => {
      const type = TYPES.find((one) => one === table);
      if (!type) throw notFound("table");
      new Shelf(service, call, KINDS[type]).get(id);
      return toldPage(comments.page({ keys: [["record", keyOf(type, id)]] }, { limit }), describe(call));
    };
    return { json: { results: records.map(({ table, id }) => orError(() => first(table, id))) } };
  });

/** With their record. */
export const forgetComments = (service: Service, call: Call, type: ItsmType, id: string): void =>
  new Shelf(service, call, COMMENT).removeAll(["record", keyOf(type, id)]);

export const keyOf = (type: ItsmType, id: string): string => `${type} ${id}`;

const describe =
  ({ account }: Call) =>
  ({ id, created_at, body: { author_id, text, internal } }: Thing<CommentBody>) => ({
    id,
    author: peopleOf(account).find((person) => person.id === author_id) ?? null,
    text,
    internal,
    created_at,
  });
