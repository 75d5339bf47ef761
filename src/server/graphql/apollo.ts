import { AsyncLocalStorage } from "node:async_hooks";
import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import { GraphQLError, printSchema } from "graphql";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import type { ServerContext } from "./context.js";
import type { Documents } from "./documents.js";
import { type Audience, formatError } from "./errors.js";
import type { Executor } from "./executor.js";
import { explain } from "./explain.js";
import { LIMITS } from "./limits.js";

type Gateway = ApolloServerOptionsWithGateway<Envelope<ServerContext>>["gateway"];

/** Apollo Server copies the context value it is given; what is inside the envelope stays the one object that resolvers share. */
export interface Envelope<C extends ServerContext> {
  context: C;
  /** By `performance.now()`. */
  began: number;
}

/** What a browser finds at the endpoint. */
export type Landing = "explorer" | "sandbox" | "none";

export interface ApolloParts<C extends ServerContext> {
  executor: Executor<C>;
  documents: Documents;
  landing: Landing;
  log: Logger;
  metrics: Metrics;
}

export const createApollo = <C extends ServerContext>(
  parts: ApolloParts<C>,
): { server: ApolloServer<Envelope<C>>; audience: AsyncLocalStorage<Audience> } => {
  const { documents, log } = parts;
  const audience = new AsyncLocalStorage<Audience>();
  const server = new ApolloServer<Envelope<C>>({
    gateway: gatewayOf(parts.executor) as Gateway,
    plugins: [
      // On by default, it would wrap every resolver.
      ApolloServerPluginCacheControlDisabled(),
      parts.landing === "sandbox"
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false })
        : ApolloServerPluginLandingPageDisabled(),
      ourPlugin(parts),
    ],
    documentStore: storeOf(documents),
    // Who may introspect depends on the caller: `Documents.admit` decides.
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    maxRecursiveSelections: true,
    cache: "bounded",
    persistedQueries: { ttl: 86_400 },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: log,
    formatError: (_, error) =>
      formatError(
        error instanceof GraphQLError ? error : new GraphQLError("Internal error", { originalError: error as Error }),
        audience.getStore() ?? { requestId: "", log },
      ),
  });
  return { server, audience };
};

/** The compiled executor in the place where Apollo Server asks a federation gateway. */
const gatewayOf = <C extends ServerContext>(executor: Executor<C>) => {
  const { public: apiSchema } = executor.schemas;
  type Executing = NonNullable<Awaited<ReturnType<Gateway["load"]>>["executor"]>;
  const run: Executing = (request) => {
    const envelope = request.context as unknown as Envelope<C>;
    const operation = {
      document: request.document,
      operationName: request.request.operationName,
      variables: request.request.variables,
      context: envelope.context,
    };
    const result = isTraced(envelope) ? executor.trace(carrySymbols(envelope, operation)) : executor.execute(operation);
    return result as ReturnType<Executing>;
  };
  return {
    load: async () => ({ executor: run }),
    onSchemaLoadOrUpdate: (loaded: (schema: { apiSchema: typeof apiSchema; coreSupergraphSdl: string }) => void) => {
      loaded({ apiSchema, coreSupergraphSdl: printSchema(apiSchema) });
      return () => undefined;
    },
    stop: async () => undefined,
  };
};

/** A plugin watches every field of this request (usage reporting, inline traces): Apollo Server has marked its context. */
const isTraced = (envelope: object): boolean =>
  Object.getOwnPropertySymbols(envelope).some(({ description }) => description?.endsWith("WillResolveField"));

const carrySymbols = <C extends object, O extends { context: C }>(envelope: object, operation: O): O => {
  for (const symbol of Object.getOwnPropertySymbols(envelope))
    Object.defineProperty(operation.context, symbol, { value: Reflect.get(envelope, symbol), configurable: true });
  return operation;
};

/** Reads each document by our own rules before Apollo Server would, refuses what may not run, and tells what it cost. */
const ourPlugin = <C extends ServerContext>({
  documents,
  metrics,
}: ApolloParts<C>): ApolloServerPlugin<Envelope<C>> => ({
  requestDidStart: async () => ({
    didResolveSource: async ({ source, queryHash }) => {
      documents.read(source, queryHash);
    },
    didResolveOperation: async ({ document, operation, request, contextValue }) => {
      documents.admit(document, operation, request.variables, contextValue.context.caller);
    },
    willSendResponse: async ({ response, request, operation, contextValue: { context, began } }) => {
      if (response.body.kind !== "single") return;
      const { singleResult } = response.body;
      const books = context.books();
      metrics.operation({
        kind: operation?.operation ?? "none",
        failed: Boolean(singleResult.errors?.length),
        seconds: (performance.now() - began) / 1000,
        books,
      });
      if (request.http?.headers.get("x-unigraph-explain") === "true")
        singleResult.extensions = { ...singleResult.extensions, upstream: explain(books) };
    },
  }),
});

/** Characters of a SHA-256 in hexadecimal; before it stands a prefix of the schema's. */
const HASH = 64;

/** Hands Apollo Server the documents that were read a moment ago; it reads again only what is invalid, to say all that is wrong. */
const storeOf = (
  documents: Documents,
): NonNullable<ApolloServerOptionsWithGateway<Envelope<ServerContext>>["documentStore"]> => ({
  get: async (key) => {
    const read = documents.byHash(key.slice(-HASH));
    return read?.document && (read.refusal || read.errors.length === 0) ? read.document : undefined;
  },
  set: async () => undefined,
  delete: async () => undefined,
});
