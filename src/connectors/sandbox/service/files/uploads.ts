import { createHash, randomUUID } from "node:crypto";
import { lookup } from "mime-types";
import { z } from "zod";
import { record } from "../changes.js";
import type { Contents, Written } from "../contents.js";
import { type Call, parse, type Reply, readJson, type Service } from "../http.js";
import { invalid, nameTaken, notFound, Refusal } from "../refusal.js";
import { byActor, describe, nameSchema } from "./items.js";
import { type Item, Tree } from "./tree.js";

const PART_BYTES = 2 ** 20;
const MAXIMUM_PARTS = 1000;
const MAXIMUM_SESSIONS = 1000;

const place = {
  parent_id: z.string(),
  name: nameSchema,
  if_exists: z.enum(["fail", "rename", "replace"]).default("fail"),
  mime_type: z.string().max(255).optional(),
};
const putQuery = z.object({ size: z.coerce.number().int().min(0).optional() });
const uploadQuery = putQuery.extend(place);
const startBody = z.strictObject({ ...place, size: z.int().min(0).optional() });
const completeBody = z.strictObject({
  parts: z.array(z.strictObject({ number: z.int(), etag: z.string() })).max(MAXIMUM_PARTS),
});

interface Target {
  parent: string;
  name: string;
  if_exists: "fail" | "rename" | "replace";
  mime_type: string | null;
}

interface Session extends Target {
  id: string;
  content: number;
  size: number | null;
}

export const uploadRoutes = (service: Service, contents: Contents) => {
  const { database, now } = service;
  const moment = () => new Date(now()).toISOString();

  /** The bytes become a file: a new one, or the one that is there with new contents. */
  const settle = (call: Call, target: Target, content: number, { size, etag }: Written): Reply => {
    const { account } = call;
    const tree = new Tree(database, account);
    return database.transaction(() => {
      const { id: parent } = tree.parent(target.parent);
      const there = tree.child(parent, target.name);
      const at = moment();
      const mime_type = target.mime_type ?? (lookup(target.name) || "application/octet-stream");
      contents.attach(content);
      database.run("DELETE FROM parts WHERE content = ?", content);
      database.run("DELETE FROM sessions WHERE content = ?", content);
      if (there?.kind === "file" && target.if_exists === "replace") {
        const sql = `UPDATE items SET content = ?, size = ?, etag = ?, mime_type = ?, modified = ?, modified_by = ?,
          revision = revision + 1 WHERE account = ? AND id = ?`;
        database.run(sql, content, size, etag, mime_type, at, call.actor, account.number, there.id);
        if (there.content !== null) contents.release(there.content);
        record(service, account, "updated", [there], at);
        return describe(tree, tree.get(there.id));
      }
      if (there && target.if_exists !== "rename") throw nameTaken(there);
      const name = there ? freeName(tree, parent, target.name) : target.name;
      contents.makeRoom(account.number, { items: 1 });
      const times = { created: at, modified: at };
      const file: Item = {
        id: tree.nextId(),
        kind: "file",
        parent,
        name,
        size,
        mime_type,
        etag,
        content,
        revision: 1,
        ...times,
        ...byActor(call),
      };
      record(service, account, "created", [tree.insert(file)], at);
      return describe(tree, file, 201);
    });
  };

  /** Refuses before the first byte what would be refused after the last. */
  const check = (
    { account }: Call,
    { parent_id, name, if_exists }: { parent_id: string; name: string; if_exists: string },
  ) => {
    const tree = new Tree(database, account);
    const there = tree.child(tree.parent(parent_id).id, name);
    if (there && (if_exists === "fail" || (if_exists === "replace" && there.kind === "folder"))) throw nameTaken(there);
  };

  /** `size` is how many bytes the body must have. */
  const upload = async (call: Call): Promise<Reply> => {
    const { parent_id, name, if_exists, mime_type = null, size } = parse(uploadQuery, call.query);
    check(call, { parent_id, name, if_exists });
    if (size !== undefined) database.transaction(() => contents.makeRoom(call.account.number, { bytes: size }));
    const content = contents.create(call.account.number);
    try {
      const at = { account: call.account.number, content, start: 0 };
      const written = await contents.write(at, call.request.body, (bytes) => {
        if (size !== undefined && bytes > size) throw wrongLength;
      });
      if (size !== undefined && written.size !== size) throw wrongLength;
      call.request.signal.throwIfAborted();
      return settle(call, { parent: parent_id, name, if_exists, mime_type }, content, written);
    } catch (error) {
      contents.release(content);
      throw error;
    }
  };

  const start = async (call: Call): Promise<Reply> => {
    const { parent_id, name, if_exists, mime_type = null, size = null } = await readJson(startBody, call.request);
    check(call, { parent_id, name, if_exists });
    const { number } = call.account;
    const id = randomUUID();
    database.transaction(() => {
      const count = "SELECT count(*) AS sessions FROM sessions WHERE account = ?";
      if ((database.get<{ sessions: number }>(count, number)?.sessions ?? 0) >= MAXIMUM_SESSIONS)
        throw new Refusal(429, "too_many_uploads", "Too many uploads are under way.");
      contents.makeRoom(number, { bytes: size ?? 0 });
      const sql =
        "INSERT INTO sessions (account, id, content, parent, name, mime_type, size, if_exists) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
      database.run(sql, number, id, contents.create(number), parent_id, name, mime_type, size, if_exists);
    });
    return { status: 201, json: { id, part_bytes: PART_BYTES, maximum_parts: MAXIMUM_PARTS } };
  };

  const sessionOf = ({ account, parameters }: Call): Session => {
    const sql = "SELECT * FROM sessions WHERE account = ? AND id = ?";
    const session = database.get<Session>(sql, account.number, parameters.id as string);
    if (!session) throw notFound("upload");
    return session;
  };

  /** A part may be sent again, and takes the place of what was sent before. */
  const put = async (call: Call): Promise<Reply> => {
    const { content } = sessionOf(call);
    const number = Number(call.parameters.number);
    if (!Number.isInteger(number) || number < 1 || number > MAXIMUM_PARTS)
      throw invalid(`Parts are numbered from 1 to ${MAXIMUM_PARTS}.`);
    const { size: said } = parse(putQuery, call.query);
    const start = (number - 1) * PART_BYTES;
    const attempt = randomUUID();
    database.transaction(() => {
      contents.clear(content, start, start + PART_BYTES);
      database.run(
        "INSERT OR REPLACE INTO parts (content, number, attempt) VALUES (?, ?, ?)",
        content,
        number,
        attempt,
      );
    });
    const mine = "content = ? AND number = ? AND attempt = ?";
    const { size, etag } = await contents.write(
      { account: call.account.number, content, start },
      call.request.body,
      (bytes) => {
        if (bytes > PART_BYTES) throw new Refusal(413, "too_large", `A part has at most ${PART_BYTES} bytes.`);
        if (!database.get(`SELECT 1 FROM parts WHERE ${mine}`, content, number, attempt)) throw overtaken;
      },
    );
    if (said !== undefined && size !== said) throw wrongLength;
    const finished = database.run(
      `UPDATE parts SET size = ?, etag = ? WHERE ${mine}`,
      size,
      etag,
      content,
      number,
      attempt,
    );
    if (finished.changes === 0) throw overtaken;
    return { headers: { etag: `"${etag}"` }, json: { number, size, etag } };
  };

  const complete = async (call: Call): Promise<Reply> => {
    const { parts } = await readJson(completeBody, call.request);
    const session = sessionOf(call);
    const known = database.all<{ number: number; size: number; etag: string | null }>(
      "SELECT number, size, etag FROM parts WHERE content = ? ORDER BY number",
      session.content,
    );
    const named = new Map(parts.map(({ number, etag }) => [number, etag]));
    known.forEach(({ number, size, etag }, index) => {
      if (number !== index + 1 || etag === null || named.get(number) !== etag) throw partMissing(index + 1);
      if (size !== PART_BYTES && number !== known.length)
        throw invalid(`Only the last part may be smaller than ${PART_BYTES} bytes.`);
    });
    if (named.size !== known.length) throw partMissing(known.length + 1);
    const size = known.reduce((sum, { size }) => sum + size, 0);
    if (session.size !== null && session.size !== size) throw wrongLength;
    const etag = createHash("sha256")
      .update(known.map(({ etag }) => etag).join(" "))
      .digest("hex")
      .slice(0, 32);
    return settle(call, session, session.content, { size, etag });
  };

  const abort = (call: Call): Reply => {
    contents.release(sessionOf(call).content);
    return { status: 204 };
  };

  return { upload, start, put, complete, abort };
};

const wrongLength = new Refusal(400, "wrong_length", "The bytes are not as many as was said.");
const partMissing = (number: number) =>
  new Refusal(400, "part_missing", `Part ${number} is missing or not the one named.`);
const overtaken = new Refusal(409, "part_overtaken", "The part is being sent again by another request.");

/** `a (1).txt`, `a (2).txt` … */
const freeName = (tree: Tree, parent: string, name: string): string => {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let count = 1;
  while (tree.child(parent, `${stem} (${count})${ending}`)) count++;
  return `${stem} (${count})${ending}`;
};
