import { Readable } from "node:stream";
import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import type { Upload } from "../../../../store/store.js";
import type { ConnectedAccount } from "../../../../unified/account.js";
import {
  abortMultipart,
  completeMultipart,
  createMultipart,
  findMultipart,
  multipartSize,
  putPart,
} from "../../../../unified/storage/multipart.js";
import { arriving } from "../../../content/arriving.js";
import { created, noContent, ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { flag, numeric, text } from "../../parameters.js";
import { parentOf } from "./items.js";

const SESSIONS = "/accounts/:account/storage/multipart";
const SESSION = `${SESSIONS}/:id`;

const session = z
  .object({
    id: z.int(),
    account: z.int(),
    part_size: z.int(),
    parallel_uploads: z.boolean(),
    size: z.number().nullable(),
    name: text,
    parent_id: text,
    type: z.literal("multipart_upload"),
    api: z.literal("storage"),
  })
  .meta({ id: "MultipartUpload", description: "An upload in parts." });

const render = (account: ConnectedAccount, { number, size, name, parent }: Upload): z.output<typeof session> => ({
  id: number as number,
  account: account.account,
  part_size: multipartSize(account),
  // Parts have numbers, and wait here where the service does not take them one by one.
  parallel_uploads: true,
  size,
  name,
  parent_id: String(account.ref("storage", "folder", parent)),
  type: "multipart_upload",
  api: "storage",
});

const sessionOf = (call: Pick<Call, "account" | "param">): Promise<Upload> =>
  findMultipart(call.account, call.param("id"));

/** Source: the unified API, "Multipart upload sessions". */
export const multipart: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: SESSIONS,
    title: "Begins an upload in parts.",
    right: "write",
    query: z.object({ overwrite: flag.default(false) }),
    body: z.object({ parent_id: text, name: text.min(1, "must not be empty"), size: numeric.nullish() }),
    answers: { 201: session },
    async handle(call) {
      const { parent_id, name, size } = call.body;
      const parent = parentOf(call.account, parent_id).native;
      const { overwrite } = call.query;
      const upload = await createMultipart(call.account, { parent, name, size: size ?? null, overwrite });
      return created(render(call.account, upload));
    },
  }),
  endpoint({
    method: "GET",
    path: SESSION,
    title: "An upload in parts.",
    right: "read",
    answers: { 200: session },
    handle: async (call) => ok(render(call.account, await sessionOf(call))),
  }),
  endpoint({
    method: "PUT",
    path: SESSION,
    title: "Sends one part, or sends it again.",
    right: "write",
    query: z.object({ part_number: z.coerce.number("must be from 1 on").describe("From 1.") }),
    body: "bytes",
    answers: { 200: session },
    async handle(call) {
      const upload = await sessionOf(call);
      const { length, body } = await partOf(call, multipartSize(call.account));
      try {
        await putPart(call.account, upload, { number: call.query.part_number, length }, body);
      } finally {
        body.destroy();
      }
      return ok(render(call.account, upload));
    },
  }),
  endpoint({
    method: "POST",
    path: `${SESSION}/complete`,
    title: "Makes the file of all parts.",
    right: "write",
    answers: { 201: "storage.file" },
    handle: async (call) => created(call.render(await completeMultipart(call.account, await sessionOf(call)))),
  }),
  endpoint({
    method: "DELETE",
    path: SESSION,
    title: "Gives an upload up.",
    right: "write",
    answers: { 204: null },
    async handle(call) {
      await abortMultipart(call.account, await sessionOf(call));
      return noContent;
    },
  }),
];

/** A part's bytes; one that comes without its length is read first, for services want to know it. */
const partOf = async (
  { request }: Pick<Call, "request">,
  largest: number,
): Promise<{ length: number; body: Readable }> => {
  const { "content-length": length } = request.headers;
  const body = arriving(request.raw);
  if (length !== undefined) return { length: Number(length), body };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > largest) throw new ApiError("entity_too_large", `A part may have ${largest} bytes at most.`);
    chunks.push(chunk as Buffer);
  }
  return { length: size, body: Readable.from(chunks, { objectMode: false }) };
};
