import { z } from "zod";
import type { Contents } from "./contents.js";
import {
  FOLDER,
  LABEL,
  type Mail,
  type MailFolder,
  type MailLabel,
  type MailThread,
  MESSAGE,
  THREAD,
} from "./email/kinds.js";
import { sowEmail } from "./email/seed.js";
import { sendingRoutes } from "./email/sending.js";
import { settleThread } from "./email/threads.js";
import { type Call, flag, parse, type Reply, type Route, readJson, route, type Service } from "./http.js";
import { invalid, nameTaken, notFound, Refusal } from "./refusal.js";
import { checkReferences, collectionRoutes, flagged, orError } from "./shelf/collection.js";
import { sown } from "./shelf/seeding.js";
import { type Question, Shelf, type Thing } from "./shelf/shelf.js";

const MOST_FOLDERS = 1_000;
const MOST_LABELS = 500;
const MOST_BODIES = 100;

/** `?folder_id&label_id&thread_id&participant&unread&q&since&until` */
const askedMessages = z
  .strictObject({
    folder_id: z.string().optional(),
    label_id: z.string().optional(),
    thread_id: z.string().optional(),
    participant: z.string().toLowerCase().optional(),
    unread: flagged.optional(),
    q: z.string().max(500).optional(),
    since: z.string().optional(),
    until: z.string().optional(),
  })
  .transform(
    ({ folder_id, label_id, thread_id, participant, unread, q, since, until }): Question => ({
      keys: keysOf({
        thread: thread_id,
        ...(folder_id !== undefined && unread ? { unread_in: folder_id } : { unread }),
        participant,
        label: label_id,
        folder: folder_id,
      }),
      words: q,
      from: since,
      until,
    }),
  );

const askedThreads = z
  .strictObject({
    folder_id: z.string().optional(),
    label_id: z.string().optional(),
    q: z.string().max(500).optional(),
  })
  .transform(
    ({ folder_id, label_id, q }): Question => ({ keys: keysOf({ folder: folder_id, label: label_id }), words: q }),
  );

const askedPlain = z.strictObject({}).transform((): Question => ({}));

const keysOf = (filters: Readonly<Record<string, string | boolean | undefined>>) =>
  Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));

const name = z.string().trim().min(1).max(255);
const folderBody = z.strictObject({ name, parent_id: z.string().nullable() }).partial();
const labelBody = z.strictObject({ name }).partial();
const changeBody = z
  .strictObject({
    labels: z.array(z.string()).max(MOST_LABELS),
    folder_id: z.string(),
    read: z.boolean(),
    starred: z.boolean(),
    importance: z.enum(["low", "normal", "high"]),
  })
  .partial();
const deleteQuery = z.object({ permanent: flag });
const bodiesBody = z.strictObject({ ids: z.array(z.string()).min(1).max(MOST_BODIES) });

/** The category of mail. */
export const emailRoutes = (service: Service, contents: Contents): Route[] => {
  const { database } = service;
  const messages = (call: Call) => new Shelf(service, call, MESSAGE);
  const idOf = ({ parameters }: Call): string => parameters.id as string;
  const sending = sendingRoutes(service, contents);
  const labelsOf = labelNames(service);

  /** As listings tell it: its texts are asked for apart. */
  const describe = (call: Call, { id, body, created_at, modified_at }: Thing<Mail>): object => {
    const { text: _, html: __, attachments, labels, ...rest } = body;
    const names = labelsOf(call);
    return {
      id,
      ...rest,
      labels: labels.flatMap((label) => (names.has(label) ? [{ id: label, name: names.get(label) }] : [])),
      attachments: attachments.map(({ content: ___, ...part }) => part),
      created_at,
      modified_at,
    };
  };

  const send = async (call: Call): Promise<Reply> => {
    const id = await sending.send(call);
    return { status: 201, json: describe(call, messages(call).get(id)) };
  };

  /** What is not said stays as it is. */
  const update = async (call: Call): Promise<Reply> => {
    const given = await readJson(changeBody, call.request);
    const thing = database.transaction(() => {
      const { body } = messages(call).get(idOf(call));
      checkReferences(service, call, [
        ["folder_id", given.folder_id, FOLDER],
        ...(given.labels ?? []).map((label) => ["labels", label, LABEL] as const),
      ]);
      const changed = { ...body, ...given, labels: [...new Set(given.labels ?? body.labels)] };
      const updated = messages(call).update(idOf(call), changed);
      settleThread(service, call, body.thread_id);
      return updated;
    });
    return { json: describe(call, thing) };
  };

  /** To the trash; from there, or with `?permanent=true`, for good. */
  const remove = (call: Call): Reply => {
    const { permanent } = parse(deleteQuery, call.query);
    database.transaction(() => {
      const { id, body } = messages(call).get(idOf(call));
      const trash = sending.folderOf(call, "trash");
      if (permanent || body.folder_id === trash) {
        messages(call).remove(id);
        contents.letGo({ account: call.account.number, kind: MESSAGE.name, id });
      } else messages(call).update(id, { ...body, folder_id: trash });
      settleThread(service, call, body.thread_id);
    });
    return { status: 204 };
  };

  /** Texts of each mail, or why there are none, in the order of the ids. */
  const bodies = async (call: Call): Promise<Reply> => {
    const { ids } = await readJson(bodiesBody, call.request);
    const textsOf = (id: string) => {
      const { text, html } = messages(call).get(id).body;
      return { text, html };
    };
    return { json: { results: ids.map((id) => orError(() => textsOf(id))) } };
  };

  const attachment = (call: Call): Reply => {
    const { body } = messages(call).get(idOf(call));
    const part = body.attachments.find(({ id }) => id === call.parameters.part);
    if (!part) throw notFound("attachment");
    return {
      headers: { "content-type": part.mime_type, "content-length": String(part.size) },
      body: contents.read(part.content, 0, part.size),
    };
  };

  const folders = collectionRoutes<MailFolder>(service, {
    path: "/email/folders",
    kind: FOLDER,
    writable: folderBody,
    asked: askedPlain,
    complete(_, given, shelf) {
      if (given.name === undefined) throw invalid("name: must be given.");
      if ((shelf.page({}, { limit: 1 }).total ?? 0) >= MOST_FOLDERS)
        throw new Refusal(507, "too_many_objects", "The account holds no more of these.");
      return { name: given.name, parent_id: given.parent_id ?? null, role: null };
    },
    check(call, content, shelf) {
      const id = call.parameters.id;
      const before = id === undefined ? null : shelf.get(id).body;
      if (before?.role && (before.name !== content.name || before.parent_id !== content.parent_id)) throw fixed();
      checkReferences(service, call, [["parent_id", content.parent_id, FOLDER]]);
      for (let above = content.parent_id; above !== null; above = shelf.get(above).body.parent_id)
        if (above === id) throw new Refusal(400, "invalid_parent", "A folder cannot be moved into itself.");
      const { things } = shelf.page({}, { limit: MOST_FOLDERS });
      const there = things.find(
        ({ id: other, body }) => other !== id && body.name === content.name && body.parent_id === content.parent_id,
      );
      if (there) throw nameTaken({ id: there.id, kind: "folder", name: there.body.name });
    },
    removable(call, { id, body }) {
      if (body.role !== null) throw fixed();
      const holds = messages(call).countKey("folder", id) + new Shelf(service, call, FOLDER).countKey("parent", id);
      if (holds > 0) throw new Refusal(403, "folder_not_empty", "The folder is not empty.");
    },
    describe: (call, { id, body, created_at, modified_at }) => ({
      id,
      ...body,
      total_count: messages(call).countKey("folder", id),
      unread_count: messages(call).countKey("unread_in", id),
      created_at,
      modified_at,
    }),
  });

  const labels = collectionRoutes<MailLabel>(service, {
    path: "/email/labels",
    kind: LABEL,
    writable: labelBody,
    asked: askedPlain,
    complete(_, given, shelf) {
      if (given.name === undefined) throw invalid("name: must be given.");
      if ((shelf.page({}, { limit: 1 }).total ?? 0) >= MOST_LABELS)
        throw new Refusal(507, "too_many_objects", "The account holds no more of these.");
      return { name: given.name };
    },
    check(call, content, shelf) {
      const { things } = shelf.page({}, { limit: MOST_LABELS });
      const there = things.find(({ id, body }) => id !== call.parameters.id && body.name === content.name);
      if (there) throw nameTaken({ id: there.id, kind: "label", name: there.body.name });
    },
  });

  return sown(service, "email", sowEmail(contents), [
    ...collectionRoutes<Mail>(service, { path: "/email/messages", kind: MESSAGE, asked: askedMessages, describe }),
    route("POST /email/messages", send),
    route("PATCH /email/messages/:id", update),
    route("DELETE /email/messages/:id", remove),
    route("GET /email/messages/:id/attachments/:part", attachment),
    route("POST /email/bodies", bodies),
    route("POST /email/uploads", sending.upload),
    route("DELETE /email/uploads/:id", sending.abort),
    ...collectionRoutes<MailThread>(service, {
      path: "/email/threads",
      kind: THREAD,
      asked: askedThreads,
      describe(_, { id, body: { folders: __, labels: ___, said: ____, ...rest }, created_at, modified_at }) {
        return { id, ...rest, created_at, modified_at };
      },
    }),
    ...folders,
    ...labels,
  ]);
};

/** The names of an account's labels, read once for each call. */
const labelNames = (service: Service) => {
  const known = new WeakMap<Call, ReadonlyMap<string, string>>();
  return (call: Call): ReadonlyMap<string, string> => {
    let names = known.get(call);
    if (!names) {
      const { things } = new Shelf(service, call, LABEL).page({}, { limit: MOST_LABELS });
      names = new Map(things.map(({ id, body }) => [id, body.name]));
      known.set(call, names);
    }
    return names;
  };
};

const fixed = () => new Refusal(403, "folder_is_fixed", "This folder cannot be renamed, moved or deleted.");
