import type { FastifyInstance } from "fastify";
import { lookup } from "mime-types";
import type { SignedUrls } from "../../auth/signedUrls.js";
import { ofAttachmentId } from "../../connectors/connector.js";
import { ApiError } from "../../errors.js";
import type { UnifiedApi } from "../../unified/api.js";
import { send } from "./download.js";
import { leaving } from "./leaving.js";

/** The bytes of an attachment of a mail or an event, by a signed URL, as a whole. */
export const attachmentRoute = (
  server: FastifyInstance,
  { unified, urls }: { unified: UnifiedApi; urls: SignedUrls },
): void => {
  server.get<{ Params: { application: string; id: string; name: string } }>(
    "/attachments/:application/:id/:name",
    async (request, reply) => {
      urls.verify(request.raw.url ?? "");
      const { application, id, name } = request.params;
      const { scope, api, type, native } = await unified.internal(application, leaving(reply)).resolve(id);
      if (type !== "attachment" || (api !== "email" && api !== "calendar"))
        throw new ApiError("not_found", "There is nothing at this address.");
      const { parent, part } = ofAttachmentId(native);
      const download = await scope.apis(false)[api].attachment(parent, part);
      const { mimeType } = download;
      // Some services say of every attachment that it is bytes.
      const known = mimeType === null || mimeType === "application/octet-stream" ? lookup(name) || mimeType : mimeType;
      return send(
        request,
        reply,
        { ...download, mimeType: known },
        { name, mimeType: null, inline: false, whole: true },
      );
    },
  );
};
