import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import { errorBody } from "../../../errorBody.js";
import { ok } from "../../answers.js";
import { checked } from "../../body.js";
import { Call } from "../../call.js";
import { type Answer, type Endpoint, endpoint } from "../../endpoint.js";
import { text } from "../../parameters.js";

/** Requests of one batch. */
const MOST = 25;

/** Types by the last part of their collection's path. */
const TYPES: Readonly<Record<string, string>> = {
  accounts: "account",
  contacts: "contact",
  leads: "lead",
  opportunities: "opportunity",
  campaigns: "campaign",
  tasks: "task",
  objects: "object",
};

const part = z.object({
  id: z.union([text, z.number()]).describe("Of the request, in its answer as well."),
  method: text.describe("GET, POST, PATCH or DELETE."),
  url_data: z
    .looseObject({
      type: text.default("object").describe("contact, account …; absent: an object of the type `raw_type`."),
      id: text.min(1, "must not be empty").optional().describe("Of an object; absent: all of them, or a new one."),
      raw_type: text.optional(),
    })
    .describe("`page` and all else of the query stand here as well."),
  body: z.unknown().optional(),
});

const answered = z.object({ id: z.union([text, z.number()]), status_code: z.number(), body: z.unknown() });

/** Several requests for objects in one, each run by the very endpoint that it could have been sent to. */
export const batch = (endpoints: readonly Endpoint[]): Endpoint =>
  endpoint({
    method: "POST",
    path: "/accounts/:account/crm/batch",
    title: `Runs up to ${MOST} requests for objects, one after the other. One that fails does not hinder the others.`,
    right: "read",
    body: z.object({ requests: z.array(part).min(1, "must not be empty").max(MOST, `must hold ${MOST} at most`) }),
    answers: { 200: z.object({ responses: z.array(answered), errors: z.array(answered) }) },
    async handle(call) {
      const responses: z.output<typeof answered>[] = [];
      const errors: z.output<typeof answered>[] = [];
      // In their order, for one may read what another has written.
      for (const one of call.body.requests)
        try {
          const answer = await run(endpoints, call, one);
          if (!answer) throw new TypeError("an answer of a batch has no bytes of its own");
          const body = answer.status === 204 ? null : answer.body;
          responses.push({ id: one.id, status_code: answer.status, body });
        } catch (thrown) {
          if (!(thrown instanceof ApiError)) throw thrown;
          errors.push({ id: one.id, status_code: thrown.status, body: errorBody(thrown, call.request.id) });
        }
      return ok({ responses, errors });
    },
  });

const run = (
  endpoints: readonly Endpoint[],
  whole: Call,
  { method, url_data: { type, id, ...query }, body }: z.output<typeof part>,
): Promise<Answer | undefined> => {
  const found = endpointOf(endpoints, method.toUpperCase(), `${pathOf(type)}${id === undefined ? "" : "/:id"}`);
  if (found.right !== null && !whole.session.caller.rights.has(found.right))
    throw new ApiError("forbidden", `This needs the right to ${found.right}.`);
  const parameters = checked(found.query as z.ZodObject, query, "query");
  const isJson = found.body !== undefined && found.body !== "bytes";
  const given = isJson ? checked(found.body as z.ZodType, body ?? {}, "body") : undefined;
  return found.handle(new PartCall(whole, id, parameters, given));
};

const pathOf = (type: string): string => {
  const wanted = type.toLowerCase();
  const [collection] = Object.entries(TYPES).find((names) => names.includes(wanted)) ?? [];
  if (collection === undefined) throw new ApiError("invalid_parameters", `There is no type ${JSON.stringify(type)}.`);
  return `/accounts/:account/crm/${collection}`;
};

const endpointOf = (endpoints: readonly Endpoint[], method: string, path: string): Endpoint => {
  const found = endpoints.find((one) => one.method === method && one.path === path);
  if (found) return found;
  throw new ApiError("method_not_allowed", `${method} is not possible here.`);
};

/** One request of a batch, as if it had come by itself. */
class PartCall extends Call {
  readonly #id: string | undefined;
  constructor(whole: Call, id: string | undefined, query: Record<string, unknown>, body: unknown) {
    super({ ...whole, query, body });
    this.#id = id;
  }
  override param(name: string): string {
    return name === "id" ? (this.#id as string) : super.param(name);
  }
}
