import type { z } from "zod";
import { ApiError, codeOfServiceStatus } from "../../errors.js";
import type { UpstreamRequest } from "../../upstream/upstream.js";
import type { Context, Page, Paging, Settings } from "../connector.js";
import { explain } from "./explain.js";
import { toPage } from "./map.js";
import { listOf, refusal, type WireRefusal } from "./wire.js";

/** Objects of one page at most. Source: the unified API, "Limits stated anywhere". */
export const PAGE = 1000;

export type Query = NonNullable<UpstreamRequest["query"]>;

/** `/v1/accounts/123/crm/contacts`, below the address that was given. */
export const at = ({ settings }: { settings: Settings }, ...segments: readonly string[]): string =>
  `${new URL(String(settings.url)).pathname}v1/accounts/${settings.account}/${segments.map((one) => encodeURIComponent(checkId(one))).join("/")}`;

/** Source: the unified API, "Limits stated anywhere". */
const LONGEST_ID = 8192;

/** An id is sent as it came. One that would name another path, or cannot be sent, is nobody's. */
export const checkId = (id: string): string => {
  if (/^\.{0,2}$/.test(id) || id.length > LONGEST_ID || !id.isWellFormed())
    throw new ApiError("not_found", "There is no such object.");
  return id;
};

/** The answer to a request, as its schema has it. Throws `bad_gateway` for any other. */
export const ask = async <Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  request: UpstreamRequest,
): Promise<z.output<Schema>> => read(schema, await context.upstream.json<unknown>(asWanted(context, request)));

/** With the service's own objects, where the caller wants them. */
export const asWanted = ({ raw }: Pick<Context, "raw">, request: UpstreamRequest): UpstreamRequest =>
  raw ? { ...request, headers: { ...request.headers, "x-kloudless-raw-data": "true" } } : request;

export const read = <Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> => {
  const { success, data, error } = schema.safeParse(answer);
  if (success) return data;
  const [issue] = error.issues;
  throw new ApiError(
    "bad_gateway",
    "The far server's answer is not what the REST API v1 says.",
    {},
    {
      cause: new Error(`${issue?.path.join(".")}: ${issue?.message}`),
    },
  );
};

/** One page. `next_page` passes through. */
export const askPage = async <Schema extends z.ZodType, Item>(
  context: Context,
  schema: Schema,
  toItem: (context: Context, wire: z.output<Schema>) => Item,
  { path, query }: Pick<UpstreamRequest, "path" | "query">,
  { cursor, limit }: Paging,
): Promise<Page<Item>> => {
  const paging = { page: cursor ?? undefined, page_size: Math.min(limit, PAGE) };
  const answer = await ask(context, listOf(schema), { path, query: { ...query, ...paging } });
  const page = toPage<z.output<Schema>, Item>(answer, (wire) => toItem(context, wire));
  if (page.next !== null && page.next === cursor)
    throw new ApiError("bad_gateway", "The far server's list does not go on.");
  return page;
};

/** A refusal that was accepted, as the error that it would have been. */
export const refused = (status: number, { error_code, message }: WireRefusal): ApiError => {
  const explained = explain(status, { error_code, message }, {});
  const code = typeof explained === "string" ? explained : (explained?.code ?? codeOfServiceStatus(status).code);
  return new ApiError(code, message ?? "The far server refuses.");
};

export const isRefusal = (answer: unknown): answer is WireRefusal => refusal.safeParse(answer).success;
