import type { z } from "zod";
import type { Endpoint } from "../endpoint.js";
import type { Components } from "./components.js";
import type { Parameter, Reference } from "./description.js";

/** Those that many operations share. Source: the unified API, "API-wide request headers". */
export const SHARED = {
  account: {
    name: "account_id",
    in: "path",
    required: true,
    description: "The account's number or id, or `me`: that of the bearer token.",
    schema: { type: "string" },
  },
  accounts: {
    name: "account_id",
    in: "path",
    required: true,
    description: "An account's number or id, or `me`; several with commas between them.",
    schema: { type: "string" },
  },
  rawData: {
    name: "X-Kloudless-Raw-Data",
    in: "header",
    description: "`true`: with the service's own objects in `raw`.",
    schema: { type: "boolean" },
  },
  rawHeaders: {
    name: "X-Kloudless-Raw-Headers",
    in: "header",
    description: "Headers for the service's requests, where it takes some; needs the right to raw.",
    content: { "application/json": { schema: { type: "object", additionalProperties: { type: "string" } } } },
  },
  rawQuery: {
    name: "raw",
    in: "query",
    description:
      "Parameters for the query of the service's requests, where it takes some: `raw[fields]=id,name`; needs the right to raw.",
    style: "deepObject",
    explode: true,
    schema: { type: "object", additionalProperties: { type: "string" } },
  },
  asUser: {
    name: "X-Kloudless-As-User",
    in: "header",
    description: "Acts as this user of an administrator's organisation, by global id or as the service names it.",
    schema: { type: "string" },
  },
  range: {
    name: "Range",
    in: "header",
    description: "A part of the bytes: `bytes=0-999`.",
    schema: { type: "string" },
  },
  async: {
    name: "X-Kloudless-Async",
    in: "header",
    description: "`true`: runs in the background, answered by 202 and a task.",
    schema: { type: "boolean" },
  },
} as const satisfies Record<string, Parameter>;

const shared = (name: keyof typeof SHARED): Reference => ({ $ref: `#/components/parameters/${name}` });

export const parametersOf = (components: Components, endpoint: Endpoint): (Parameter | Reference)[] => {
  const { path, several, query, headers = {}, answers } = endpoint;
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const ofAccount = names.includes("account");
  return [
    ...names.map((name) => (name === "account" ? shared(several ? "accounts" : "account") : idIn(name))),
    ...(query ? queryParameters(components, query) : []),
    ...Object.entries(headers).map(([name, schema]) => ownHeader(components, name, schema)),
    ...(ofAccount ? (["rawQuery", "rawData", "rawHeaders", "asUser"] as const).map(shared) : []),
    ...(isDownload(endpoint) ? [shared("range")] : []),
    ...(ofAccount && answers[202] ? [shared("async")] : []),
  ];
};

/** Whose bytes can be asked for in parts. */
export const isDownload = ({ method, answers }: Pick<Endpoint, "method" | "answers">): boolean =>
  method === "GET" && answers[200] === "bytes";

const idIn = (name: string): Parameter => ({
  name,
  in: "path",
  required: true,
  description: "As the API gave it.",
  schema: { type: "string", maxLength: 8192 },
});

const queryParameters = (components: Components, query: z.ZodObject): Parameter[] =>
  Object.entries(query.shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, schema]): Parameter[] => {
    const { description, ...described } = components.schema(schema, "input");
    // Refused whatever it is.
    if ("not" in described) return [];
    return [{ name, in: "query", ...about(description, schema), schema: described }];
  });

const about = (description: unknown, schema: z.ZodType): Pick<Parameter, "description" | "required"> => ({
  ...(description === undefined ? {} : { description: String(description) }),
  ...(schema.safeParse(undefined).success ? {} : { required: true }),
});

const ownHeader = (components: Components, name: string, schema: z.ZodType): Parameter => {
  const { description, ...described } = components.schema(schema, "input");
  return {
    name,
    in: "header",
    ...about(description, schema),
    ...(described.type === "object"
      ? { content: { "application/json": { schema: described } } }
      : { schema: described }),
  };
};
