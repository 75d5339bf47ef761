import { lookup } from "mime-types";
import { z } from "zod";
import type { File } from "../../../../../schema/storage/file.js";
import { ROOT } from "../../../../connectors/connector.js";
import { ApiError } from "../../../../errors.js";
import { importFromUrl } from "../../../../unified/storage/work.js";
import { arriving } from "../../../content/arriving.js";
import { send, sendFile } from "../../../content/download.js";
import { created, ok } from "../../answers.js";
import { checked, readJsonBody } from "../../body.js";
import type { Call } from "../../call.js";
import { type Answer, type Endpoint, endpoint } from "../../endpoint.js";
import { jsonHeader } from "../../headers.js";
import { flag, numeric, text } from "../../parameters.js";
import { accepted, taskSchema } from "../../tasks.js";
import { parentOf, readItem } from "./items.js";

const overwriting = z.object({
  overwrite: flag
    .default(false)
    .describe("A file of that name gets new contents; otherwise the new one gets a free name."),
});

const metadata = z.object({
  name: text.min(1, "must not be empty"),
  parent_id: text,
  size: numeric.optional(),
  mime_type: text.optional(),
});

const importing = z.object({
  url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
  parent_id: text.default(ROOT),
  name: text.min(1, "must not be empty"),
});

const uploadUrl = z
  .object({
    url: z.url(),
    method: z.literal("PUT"),
    headers: z.record(z.string(), text).describe("All of them must be sent, as they are."),
    expiry: z.iso.datetime(),
  })
  .meta({ id: "UploadUrl", description: "One request that sends the bytes to the service itself." });

/** Bytes of files. Source: the unified API, "File endpoints". */
export const contents: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/accounts/:account/storage/files",
    title: "Uploads a file (with X-Kloudless-Metadata), or fetches one from a URL (a JSON body).",
    right: "write",
    query: overwriting,
    headers: { "X-Kloudless-Metadata": metadata.optional() },
    body: "bytes",
    orJson: importing,
    answers: { 201: "storage.file", 200: "storage.file", 202: taskSchema },
    async handle(call) {
      const given = jsonHeader(call.request, "x-kloudless-metadata");
      return given ? upload(call, checked(metadata, given, "header")) : importFile(call);
    },
  }),
  endpoint({
    method: "POST",
    path: "/accounts/:account/storage/files/upload_url",
    title: "A URL of the service's own to send a new file's bytes to.",
    right: "write",
    query: z.object({
      overwrite: flag
        .default(true)
        .describe(
          "A file of that name gets new contents; otherwise a taken name is refused, now and when the bytes arrive.",
        ),
    }),
    body: z.object({ parent_id: text, name: text.min(1, "must not be empty") }),
    answers: { 200: uploadUrl },
    async handle({ account, apis, body: { parent_id, name }, query }) {
      const parent = parentOf(account, parent_id).native;
      const ifExists = query.overwrite ? "replace" : "fail";
      const { expires, ...request } = await apis.storage.uploadUrl({ parent, name, ifExists });
      return ok({ ...request, expiry: expires });
    },
  }),
  endpoint({
    method: "PUT",
    path: "/accounts/:account/storage/files/:id",
    title: "Replaces a file's contents.",
    right: "write",
    body: "bytes",
    answers: { 200: "storage.file" },
    async handle(call) {
      const { parentId, name, mimeType } = (await readItem(call, "file")) as File;
      const place = { parent: parentId?.native ?? ROOT, name, mimeType: mimeType ?? undefined };
      return ok(call.render(await stored(call, { ...place, ifExists: "replace" })));
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/files/:id/contents",
    title: "Downloads a file; ranges are honoured.",
    right: "read",
    answers: { 200: "bytes" },
    async handle(call) {
      const file = (await readItem(call, "file")) as File;
      if (!file.downloadable) throw new ApiError("permission_denied", "This file has no bytes of its own.");
      return sendFile(call.request, call.reply, call.apis.storage, file);
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/files/:id/thumbnail",
    title: "A small picture of a file.",
    right: "read",
    query: z.object({
      size: z.coerce
        .number("must be from 16 to 2048")
        .min(16, "must be from 16 to 2048")
        .max(2048, "must be from 16 to 2048")
        .default(256)
        .describe("Pixels of the longer side."),
      image_format: z.enum(["png", "jpeg"], "must be png or jpeg").default("png"),
    }),
    answers: { 200: "bytes" },
    async handle(call) {
      const { size, image_format: format } = call.query;
      const { native } = call.ref(call.param("id"), "storage", "file");
      const image = await call.apis.storage.thumbnail(native, { size, format });
      const look = { name: `thumbnail.${format}`, mimeType: `image/${format}`, inline: true };
      return send(call.request, call.reply, image, look);
    },
  }),
];

const upload = async (
  call: Call<{ overwrite: boolean }, unknown>,
  { name, parent_id, size, mime_type }: z.output<typeof metadata>,
): Promise<Answer> => {
  const began = Date.now();
  const { overwrite } = call.query;
  const file = await stored(call, {
    parent: parentOf(call.account, parent_id).native,
    name,
    size,
    mimeType: mime_type ?? (lookup(name) || undefined),
    ifExists: overwrite ? "replace" : "rename",
  });
  // Made before this request: it had been there, and was overwritten.
  const isOld = overwrite && file.created !== null && Date.parse(file.created) < began - 1000;
  return (isOld ? ok : created)(call.render(file));
};

/** The request's body, streamed to the service; its length is checked on the way. A chunked one may have said it in its metadata. */
const stored = async (
  { request, apis }: Pick<Call, "request" | "apis">,
  file: Parameters<typeof apis.storage.upload>[0],
): Promise<File> => {
  const { "content-length": length } = request.headers;
  const body = arriving(request.raw);
  try {
    return await apis.storage.upload({ ...file, size: length === undefined ? file.size : Number(length) }, body);
  } finally {
    body.destroy();
  }
};

const importFile = async (call: Call<{ overwrite: boolean }, unknown>): Promise<Answer> => {
  const { url, parent_id, name } = await readJsonBody(importing, call.request, call.reply);
  const parent = parentOf(call.account, parent_id).native;
  const input = { url, parent, name, overwrite: call.query.overwrite };
  const { item, task } = await importFromUrl(call.account, input, call.isAsync);
  return task ? accepted(task) : created(call.render(item as File));
};
