import { z } from "zod";
import { type Call, decodeCursor, encodeCursor, parse, type Reply, type Route, route, type Service } from "./http.js";
import { commentLists, commentRoutes, forgetComments } from "./itsm/comments.js";
import { type ItsmType, KEYS, KINDS, PEOPLE, REFERENCES, REQUIRED, TYPES, writableOf } from "./itsm/kinds.js";
import { completeOf, reviseOf } from "./itsm/rules.js";
import { sowItsm } from "./itsm/seed.js";
import { peopleOf } from "./people.js";
import { invalid, notFound } from "./refusal.js";
import { checkReferences, collectionRoutes, flagged, paging } from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import type { Body, Question } from "./shelf/shelf.js";

/** `?q=printer&active=true&status=New&priority=high&assignee_id=…&modified_since=…` */
const questions = z
  .strictObject({
    q: z.string().trim().min(1).max(500).optional(),
    active: flagged.optional(),
    status: z.string().optional(),
    priority: z.string().optional(),
    assignee_id: z.string().optional(),
    modified_since: z.string().optional(),
  })
  .transform(
    (query): Question => ({
      keys: KEYS.flatMap((name) => (query[name] === undefined ? [] : [[name, String(query[name])] as const])),
      words: query.q,
      modifiedSince: query.modified_since,
    }),
  );

const PATHS: Readonly<Record<ItsmType, string>> = {
  incident: "/itsm/incidents",
  problem: "/itsm/problems",
  change: "/itsm/changes",
  article: "/itsm/articles",
  asset: "/itsm/assets",
  u_visit_c: "/itsm/tables/u_visit_c",
};

/** Their order never changes, so a cursor is a place in it. */
const users = ({ account, query }: Call): Reply => {
  const { cursor, limit } = parse(paging, query);
  const start = cursor === undefined ? 0 : Number(decodeCursor(cursor, 1)[0]);
  const people = peopleOf(account);
  const end = start + limit;
  return {
    json: {
      entries: people.slice(start, end),
      cursor: end < people.length ? encodeCursor([end]) : null,
      total: people.length,
    },
  };
};

/** The service desk. */
export const itsmRoutes = (service: Service): Route[] => {
  const check = (type: ItsmType) => (call: Call, content: Body) => {
    const required = REQUIRED[type];
    if (content[required] == null) throw invalid(`${required}: must be given.`);
    const people = peopleOf(call.account);
    for (const name of PEOPLE) {
      const id = content[name];
      if (id != null && !people.some((person) => person.id === id)) throw invalid(`${name}: names nobody.`);
    }
    const named = Object.entries(REFERENCES).map(([field, of]) => [field, content[field], KINDS[of]] as const);
    checkReferences(service, call, named);
  };
  const routesOf = (type: ItsmType, path = PATHS[type]): Route[] => [
    ...collectionRoutes<Body>(service, {
      path,
      kind: KINDS[type],
      writable: writableOf(type) as z.ZodType<Body>,
      asked: questions,
      complete: completeOf(service, type),
      revise: reviseOf(service, type),
      check: check(type),
      removed: (call, { id }) => forgetComments(service, call, type, id),
    }),
    ...commentRoutes(service, path, type),
  ];

  return sown(service, "itsm", sowItsm, [
    ...TYPES.flatMap((type) => routesOf(type)),
    // Every table by its name as well, as one asks for those that nobody foresaw.
    ...TYPES.filter((type) => type !== "u_visit_c").flatMap((type) => routesOf(type, `/itsm/tables/${type}`)),
    commentLists(service),
    route("GET /itsm/users", users),
    route("GET /itsm/users/:id", ({ account, parameters }) => {
      const found = peopleOf(account).find(({ id }) => id === parameters.id);
      if (!found) throw notFound("user");
      return { json: found };
    }),
  ]);
};
