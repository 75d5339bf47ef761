import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import { ok } from "../../answers.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { text } from "../../parameters.js";

/** What the reference has and no connector offers yet: it is refused as everything that a service lacks. */
const withoutLinks = (type: "file" | "folder"): Endpoint =>
  endpoint({
    method: "GET",
    path: `/accounts/:account/storage/${type}s/:id/links`,
    title: `Links to a ${type} that the service itself has.`,
    right: "read",
    answers: {},
    handle: async ({ account }) => {
      account.checkUsable();
      throw new ApiError("not_implemented", `${account.connector.title} has no links of its own.`);
    },
  });

export const ofService: readonly Endpoint[] = [
  withoutLinks("file"),
  withoutLinks("folder"),
  endpoint({
    method: "POST",
    path: "/accounts/:account/storage/convert_id",
    title: "The id of what the service knows by its own id; `encode_raw_id` has taken its place.",
    right: "read",
    body: z.object({ raw_id: text, type: z.enum(["file", "folder"], "must be file or folder") }),
    answers: { 200: z.object({ id: text }) },
    async handle(call) {
      const { raw_id, type } = call.body;
      return ok({ id: String(await call.account.encodeRawId("storage", type, raw_id)) });
    },
  }),
];
