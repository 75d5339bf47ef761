import { z } from "zod";
import { ApiError } from "../../../errors.js";
import { APIS } from "../../../ids.js";
import { explain } from "../../../unified/layers/errorContext.js";
import { rawRequest } from "../../../unified/raw.js";
import { arriving } from "../../content/arriving.js";
import { ok } from "../answers.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { text } from "../parameters.js";

/** Of a request, those that are said to us. */
const OURS = /^(x-kloudless-.*|x-request-id|accept-encoding)$/;

/** Source: the unified API, "Pass-through" and "Raw ID → unified ID". */
export const raw: readonly Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/accounts/:account/raw",
    title: "Any request to the service's own API, streamed unchanged both ways.",
    right: "raw",
    headers: {
      "X-Kloudless-Raw-URI": text.describe("Path and query at the service, or an address of one of its hosts."),
      "X-Kloudless-Raw-Method": text.describe("`GET`, `POST` …"),
    },
    body: "bytes",
    answers: { 200: "bytes" },
    answersForService: true,
    async handle({ account, request, reply }) {
      const { "x-kloudless-raw-uri": uri, "x-kloudless-raw-method": method } = request.headers;
      if (uri === undefined) throw new ApiError("bad_request", "The header X-Kloudless-Raw-URI is missing.");
      if (method === undefined) throw new ApiError("bad_request", "The header X-Kloudless-Raw-Method is missing.");
      const { "content-length": length, "transfer-encoding": encoding } = request.headers;
      const hasBody = encoding !== undefined || (length !== undefined && length !== "0");
      const body = hasBody ? arriving(request.raw) : undefined;
      try {
        const answer = await rawRequest(account, {
          uri: String(uri),
          method: String(method).toUpperCase(),
          // What comes back is passed on as it is, so it is asked for as our own client can read it.
          headers: { ...passed(request.headers), "accept-encoding": "identity" },
          ...(body ? { body } : {}),
        });
        reply.raw.once("close", () => answer.body.destroy());
        answer.body.once("error", () => reply.raw.destroy());
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      } catch (error) {
        body?.destroy();
        throw explain({ account, operation: "meta.raw" }, error);
      }
    },
  }),
  endpoint({
    method: "POST",
    path: "/accounts/:account/encode_raw_id",
    title: "The id of an object that the service knows by its own id.",
    right: "read",
    body: z.looseObject({
      raw_id: text.optional().describe("`raw.id` of an earlier answer."),
      id: text.optional().describe("The service's own id, with what it needs beside it: `bucket_name` …"),
      api: z.enum(APIS, "must be an API").default("storage"),
      type: text.default("object"),
    }),
    answers: { 200: z.object({ id: text, api: text, type: text }) },
    async handle({ account, body: { raw_id, id, api, type, ...attributes } }) {
      if ((raw_id === undefined) === (id === undefined))
        throw new ApiError("invalid_parameters", "Give either `raw_id` or `id`.");
      const native = raw_id ?? account.rawId(id as string, attributes);
      const ref = await account.encodeRawId(api, type, native);
      return ok({ id: String(ref), api: ref.api, type: ref.type });
    },
  }),
];

const passed = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || OURS.test(name) ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
