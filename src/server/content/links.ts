import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../errors.js";
import type { UnifiedApi } from "../../unified/api.js";
import { isOpen, passwordMatches } from "../../unified/links.js";
import { Tries } from "../../unified/tries.js";
import { sendFile } from "./download.js";
import { leaving } from "./leaving.js";
import { linkPage } from "./linkPage.js";

type LinkRequest = FastifyRequest<{ Params: { id: string }; Querystring: { download?: string } }>;

/** Bytes of a form with one password at most. */
const FORM = 4096;

/** Links hosted by us: whoever has one may read its file. Source: the unified API, "Link object and endpoints". */
export const linkRoutes =
  ({ unified }: { unified: UnifiedApi }): FastifyPluginAsync =>
  async (server) => {
    const tries = new Tries();
    const open = async (request: LinkRequest, reply: FastifyReply) => {
      const link = await unified.store.links.get(request.params.id);
      const [record] = link ? await unified.store.accounts.getMany([link.account]) : [];
      if (!link || !record) throw new ApiError("not_found", "There is no such link.");
      if (!isOpen(link, Date.now())) throw new ApiError("forbidden", "This link is no longer open.");
      if (link.password !== null) {
        if (request.method !== "POST") return page(reply, null, false);
        const password = await readPassword(request);
        tries.take(link.id);
        if (!(await passwordMatches(link, password))) return page(reply, null, true);
        tries.giveBack(link.id);
      }
      const { storage } = await unified.internal(record.application, leaving(reply)).account(record.id);
      const file = await storage.get({ type: "file", id: link.file });
      if (file.type !== "file") throw new ApiError("link_error", "The link's file is gone.");
      // A password is asked for once, so its form leads straight to the bytes.
      if (link.direct || link.password !== null || request.query.download !== undefined)
        return sendFile(request, reply, storage, file);
      return page(reply, file, false);
    };
    server.route({ method: ["GET", "HEAD", "POST"], url: "/l/:id", handler: open as never });
  };

const page = (reply: FastifyReply, file: { name: string; size: number | null } | null, wrong: boolean): FastifyReply =>
  reply
    .code(wrong ? 403 : 200)
    .header("content-type", "text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .header("referrer-policy", "no-referrer")
    .header(
      "content-security-policy",
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    )
    .send(linkPage(file, wrong));

const readPassword = async ({ raw }: FastifyRequest): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw) {
    size += chunk.length;
    if (size > FORM) throw new ApiError("entity_too_large", "The form is too large.");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString()).get("password") ?? "";
};
