import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { File } from "../../../schema/storage/file.js";
import type { SignedUrls } from "../../auth/signedUrls.js";
import { ApiError } from "../../errors.js";
import type { Spool } from "../../store/spool.js";
import type { UnifiedApi } from "../../unified/api.js";
import { isStaged } from "../../unified/email/staged.js";
import { arriving } from "./arriving.js";
import { attachmentRoute } from "./attachments.js";
import { send, sendFile } from "./download.js";
import { leaving } from "./leaving.js";
import { linkRoutes } from "./links.js";
import { complete, type Progress, type Stored, staged, type Turn, uploadTurn, uploadWhole } from "./upload.js";

export interface ContentParts {
  unified: UnifiedApi;
  urls: SignedUrls;
  spool: Spool;
}

/** Beginnings of the paths under which bytes stream. */
export const CONTENT_PATHS = ["/attachments/", "/content/", "/thumbnails/", "/uploads/", "/l/"];

type Named = { Params: { application: string; id: string; name?: string } };

/** Bytes: signed URLs for files, attachments, thumbnails and uploads, and the links that we host. */
export const contentRoutes =
  (parts: ContentParts): FastifyPluginAsync =>
  async (server) => {
    // The content type of an upload cannot be trusted, so nothing but the raw stream is ever made of a body.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", (_request, _payload, done) => done(null));
    downloads(server, parts);
    attachmentRoute(server, parts);
    uploads(server, parts);
    await server.register(linkRoutes(parts));
  };

const downloads = (server: FastifyInstance, { unified, urls }: ContentParts): void => {
  server.route<Named>({
    method: ["GET", "HEAD"],
    url: "/content/:application/:id/:name",
    handler: async (request, reply) => {
      const { storage, native } = await signed(request, reply, urls, unified);
      const file = await storage.get({ type: "file", id: native });
      if (file.type !== "file") throw new ApiError("invalid_resource_type", "A folder has no bytes.");
      return sendFile(request, reply, storage, file);
    },
  });
  server.get<Named & { Querystring: { size: string; format: "png" | "jpeg" } }>(
    "/thumbnails/:application/:id",
    async (request, reply) => {
      const { storage, native } = await signed(request, reply, urls, unified);
      const { size, format } = request.query;
      const image = await storage.thumbnail(native, { size: Number(size), format });
      return send(request, reply, image, { name: `thumbnail.${format}`, mimeType: `image/${format}`, inline: true });
    },
  );
};

/** The file that a signed URL names, through an account that must still be there. */
const signed = async (request: FastifyRequest<Named>, reply: FastifyReply, urls: SignedUrls, unified: UnifiedApi) => {
  urls.verify(request.raw.url ?? "");
  const { application, id } = request.params;
  const { scope, native } = await unified.internal(application, leaving(reply)).resolve(id);
  return { storage: scope.storage, native };
};

const uploads = (server: FastifyInstance, { unified, urls, spool }: ContentParts): void => {
  /** Uploads that bytes are arriving for: two requests at once would write over each other. */
  const busy = new Set<string>();

  const take = async (request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> => {
    const upload = await unified.store.uploads.get(id);
    const [record] = upload ? await unified.store.accounts.getMany([upload.account]) : [];
    if (!upload || !record) throw new ApiError("not_found", "There is no such upload.");
    const account = await unified
      .internal(record.application, leaving(reply))
      .account(record.id, upload.user === null ? {} : { user: upload.user });
    account.checkUsable();
    if (upload.file !== null && isStaged(upload)) return reply.code(200).send(describe(staged(upload)));
    if (upload.file !== null) {
      const file = await account.storage.get({ type: "file", id: upload.file });
      return reply.code(200).send(describe(file as File));
    }
    const turn = parseTurn(request);
    const isComplete = upload.size !== null && upload.size > 0 && upload.received === upload.size;
    if (turn === "status" && !isComplete) return awaiting(reply, upload.received);
    const body = arriving(request.raw);
    try {
      const length = request.headers["content-length"];
      const progress: Progress = isComplete
        ? await complete(account, upload, spool)
        : turn && turn !== "status"
          ? await uploadTurn(account, upload, turn, body, spool)
          : await uploadWhole(account, upload, length === undefined ? undefined : Number(length), body, spool);
      if (progress.file === null) return awaiting(reply, progress.received);
      return reply.code(progress.created ? 201 : 200).send(describe(progress.file));
    } finally {
      body.destroy();
    }
  };

  server.put<{ Params: { id: string } }>("/uploads/:id", async (request, reply) => {
    urls.verify(request.raw.url ?? "");
    const { id } = request.params;
    if (busy.has(id))
      throw new ApiError("data_conflict", "Another request is sending this upload; ask how far it got.");
    busy.add(id);
    try {
      return await take(request, reply, id);
    } finally {
      busy.delete(id);
    }
  });
};

const describe = ({ id, name, size, mimeType }: Stored) => ({ id: String(id), name, size, mimeType });

/** 308 with the bytes that are here, as resumable uploads have it: https://developers.google.com/drive/api/guides/manage-uploads */
const awaiting = (reply: FastifyReply, received: number): FastifyReply => {
  if (received > 0) reply.header("range", `bytes=0-${received - 1}`);
  return reply.code(308).header("content-length", 0).send();
};

const parseTurn = ({ headers }: FastifyRequest): Turn | "status" | null => {
  const header = headers["content-range"];
  if (header === undefined) return null;
  if (/^bytes \*\/(\d{1,15}|\*)$/.test(header)) return "status";
  const [, from, to, all] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header) ?? [];
  const turn = { start: Number(from), length: Number(to) - Number(from) + 1, total: Number(all) };
  if (all === undefined || turn.length < 1 || turn.start + turn.length > turn.total)
    throw new ApiError("invalid_parameters", "Content-Range must be `bytes FIRST-LAST/TOTAL` or `bytes */TOTAL`.");
  return turn;
};
