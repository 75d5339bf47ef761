import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import { ok } from "../../answers.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { text } from "../../parameters.js";

/** What the reference has and no connector offers yet: it is refused as everything that a service lacks. */
const lacking = (method: "GET" | "POST", path: string, title: string, what: string): Endpoint =>
  endpoint({
    method,
    path: `/accounts/:account/storage/${path}`,
    title,
    right: method === "GET" ? "read" : "write",
    answers: {},
    handle: async ({ account }) => {
      account.checkUsable();
      throw new ApiError("not_implemented", `${account.connector.title} has no ${what}.`);
    },
  });

export const ofService: readonly Endpoint[] = [
  lacking("POST", "files/upload_url", "A URL of the service's own to upload to.", "signed uploads"),
  lacking("GET", "files/:id/links", "Links to a file that the service itself has.", "links of its own"),
  lacking("GET", "folders/:id/links", "Links to a folder that the service itself has.", "links of its own"),
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
