import type { z } from "zod";
import type { Endpoint } from "../endpoint.js";
import { answerOf, BYTES } from "./answers.js";
import type { Components } from "./components.js";
import type { Content, Operation, Response } from "./description.js";
import { operationIdOf, tagOf } from "./names.js";
import type { Objects } from "./objects.js";
import { isDownload, parametersOf, SHARED } from "./parameters.js";

/** `/accounts/:account/crm/contacts/:id` → `/accounts/{account_id}/crm/contacts/{id}` */
export const pathOf = (path: string): string =>
  path.replace(/:(\w+)/g, (_, name) => (name === "account" ? `{${SHARED.account.name}}` : `{${name}}`));

export const operationOf = (objects: Objects, endpoint: Endpoint): Operation => {
  const { title, right, body, answers } = endpoint;
  const parameters = parametersOf(objects.components, endpoint);
  return {
    operationId: operationIdOf(endpoint),
    tags: [tagOf(endpoint)],
    summary: title.replace(/\.$/, ""),
    description: descriptionOf(endpoint),
    ...(right === null ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: isRequired(body), content: bodyOf(objects.components, endpoint) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, described]): [string, Response] => [
          status,
          answerOf(objects, Number(status) as keyof Endpoint["answers"], described ?? null),
        ]),
      ),
      ...(isDownload(endpoint) ? PARTS : {}),
      ...(endpoint.answersForService ? PASSED_ON : REFUSALS),
    },
  };
};

/** What downloads answer beside the whole. Source: RFC 9110, 13 and 14. */
const PARTS: Readonly<Record<string, Response>> = {
  206: { description: "The part that `Range` asks for.", content: BYTES },
  304: { description: "The client has it already." },
  416: { description: "The part that `Range` asks for lies beyond the end." },
};

const REFUSALS: Operation["responses"] = {
  "4XX": { $ref: "#/components/responses/Refused" },
  "5XX": { $ref: "#/components/responses/Failed" },
};
const PASSED_ON: Operation["responses"] = {
  default: { description: "What the service answered, or an error of ours.", content: BYTES },
};

const descriptionOf = ({ right, also = [] }: Endpoint): string =>
  [
    right === null ? "Nobody is asked who they are." : `Needs the right to ${right}.`,
    ...(also.length === 0 ? [] : [`Also at ${also.map((path) => `\`${pathOf(path)}\``).join(", ")}.`]),
  ].join(" ");

/** An empty body is read as `{}`. */
const isRequired = (body: z.ZodType | "bytes"): boolean => body !== "bytes" && !body.safeParse({}).success;

const bodyOf = (components: Components, { body, orJson }: Endpoint): Content => ({
  ...(body === "bytes" ? { "application/octet-stream": { schema: { type: "string", format: "binary" } } } : {}),
  ...(body === "bytes" ? {} : { "application/json": { schema: components.schema(body as z.ZodType, "input") } }),
  ...(orJson ? { "application/json": { schema: components.schema(orJson, "input") } } : {}),
});
