import { type ExecutionResult, type GraphQLSchema, graphql } from "graphql";
import { createContext } from "../../resolvers/context.js";
import { createSchema } from "../../resolvers/schema.js";
import type { Caller } from "../../src/auth/caller.js";
import type { AccountBook } from "../../src/upstream/upstream.js";
import type { TestCore } from "./core.js";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely, as a frontend without types does.
type Data = any;
export interface Answer extends ExecutionResult {
  data?: Data;
  /** What it cost upstream, by account. */
  books: AccountBook[];
  calls: number;
}

let schema: Promise<GraphQLSchema> | undefined;

/** One request, as the server would run it for this caller: a session and loaders of its own. */
export const ask = async (
  core: TestCore,
  source: string,
  variableValues: Record<string, unknown> = {},
  caller: Caller = core.session.caller,
): Promise<Answer> => {
  schema ??= createSchema();
  const session = core.unified.session(caller, new AbortController().signal);
  const contextValue = createContext(session, core.urls, "test");
  const result = await graphql({ schema: await schema, source, variableValues, contextValue });
  const books = contextValue.books();
  // As it would have crossed the wire: ids as text, plain objects.
  const told = result.data && JSON.parse(JSON.stringify(result.data));
  return { ...result, data: told, books, calls: books.reduce((sum, { calls }) => sum + calls, 0) };
};

/** The same, failing the test when there is an error. */
export const data = async (...parameters: Parameters<typeof ask>): Promise<Data> => {
  const { data, errors } = await ask(...parameters);
  if (errors) throw errors[0]?.originalError ?? errors[0];
  return data;
};

/** The unified code of the first error. */
export const codeOf = ({ errors }: ExecutionResult): string | undefined =>
  (errors?.[0]?.originalError as { code?: string } | undefined)?.code ?? errors?.[0]?.message;
