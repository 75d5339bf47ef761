import {
  type ASTNode,
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  locatedError,
  type OperationDefinitionNode,
  visit,
} from "graphql";
import { ApiError } from "../../errors.js";
import { compile, type Plan, resolveTypesAtOnce } from "./compile.js";
import type { ServerContext } from "./context.js";

/** Two instances of the same schema: plugins may instrument `public`; `fast` is compiled and nobody else touches it. */
export interface Schemas {
  public: GraphQLSchema;
  fast: GraphQLSchema;
}

export interface Operation<C> {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  context: C;
}

export interface ExecutorOptions {
  /** The object type of a value where the schema says an interface or union. */
  typeOf: (value: unknown) => string | undefined;
  /** Executions of a document before it is compiled; 1, for compiling costs more than executing once. */
  warmUp?: number;
}

/** Milliseconds that resolvers have after the deadline to fail by themselves, so that what is known is told. */
const GRACE = 1000;
const ROOT = Object.freeze({});

/**
 * Executes valid documents: compiled by graphql-jit from the second time on, by graphql-js what cannot be compiled and whatever
 * it words better (variables that do not fit, unknown operation names). Both give equal results.
 */
export class Executor<C extends ServerContext> {
  readonly schemas: Schemas;
  readonly #warmUp: number;
  readonly #plans = new WeakMap<DocumentNode, Map<string, Plan | number | null>>();

  constructor(schemas: Schemas, { typeOf, warmUp = 1 }: ExecutorOptions) {
    resolveTypesAtOnce(schemas.fast, typeOf);
    this.schemas = schemas;
    this.#warmUp = warmUp;
  }

  /** Ends soon after the context's signal fires, whether or not the resolvers do. */
  async execute(operation: Operation<C>): Promise<ExecutionResult> {
    const { signal } = operation.context;
    const result = this.#run(operation, ROOT);
    return withWarnings(operation.context, await (result instanceof Promise ? endWith(signal, result) : result));
  }

  /** On the public schema by graphql-js, where plugins see each field. */
  async trace(operation: Operation<C>): Promise<ExecutionResult> {
    const result = Promise.resolve(interpret(this.schemas.public, operation, ROOT));
    return withWarnings(operation.context, await endWith(operation.context.signal, result));
  }

  /** One result for each event, made when it is asked for. `return()` ends the source at once, even while it waits. */
  async subscribe(operation: Operation<C>): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    const { document, operationName, variables, context } = operation;
    const events = await createSourceEventStream({
      schema: this.schemas.fast,
      document,
      rootValue: ROOT,
      contextValue: context,
      variableValues: variables,
      operationName,
    });
    if (!(Symbol.asyncIterator in events)) return events;
    const source = (events as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    let left = false;
    const leave = async (): Promise<void> => {
      left = true;
      await source.return?.();
    };
    const results: AsyncIterableIterator<ExecutionResult> = {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        const { done, value } = left ? { done: true, value: undefined } : await source.next();
        if (done || left) return { done: true, value: undefined };
        return { done: false, value: withWarnings(context, await this.#run(operation, value)) };
      },
      return: async () => {
        await leave();
        return { done: true, value: undefined };
      },
      throw: async (error) => {
        await leave();
        throw error;
      },
    };
    return results;
  }

  #run(operation: Operation<C>, root: unknown): Promise<ExecutionResult> | ExecutionResult {
    const { document, operationName, variables, context } = operation;
    const plan = this.#planOf(document, getOperationAST(document, operationName));
    if (!plan) return interpret(this.schemas.fast, operation, root);
    // Without data no resolver has run: graphql-js says better what is wrong with the variables.
    const finish = (result: ExecutionResult): Promise<ExecutionResult> | ExecutionResult =>
      result.data === undefined ? interpret(this.schemas.fast, operation, root) : restore(document, result);
    const result = plan(root, context, variables ?? {}) as Promise<ExecutionResult> | ExecutionResult;
    return result instanceof Promise ? result.then(finish) : finish(result);
  }

  #planOf(document: DocumentNode, operation: OperationDefinitionNode | null | undefined): Plan | null {
    if (!operation) return null;
    let plans = this.#plans.get(document);
    if (!plans) {
      plans = new Map();
      this.#plans.set(document, plans);
    }
    const name = operation.name?.value ?? "";
    const known = plans.get(name) ?? 0;
    if (typeof known === "function") return known;
    if (plans.get(name) === null) return null;
    const plan = known < this.#warmUp ? known + 1 : compile(this.schemas.fast, document, operation);
    plans.set(name, plan);
    return typeof plan === "function" ? plan : null;
  }
}

const interpret = <C>(
  schema: GraphQLSchema,
  { document, operationName, variables, context }: Operation<C>,
  rootValue: unknown,
): Promise<ExecutionResult> | ExecutionResult =>
  execute({
    schema,
    document,
    rootValue,
    contextValue: context,
    variableValues: variables,
    operationName,
  }) as Promise<ExecutionResult> | ExecutionResult;

/**
 * graphql-jit's errors look like GraphQLError but have no nodes and no extensions: makes real ones of them. Of several that made
 * the same place null the first is told, as by graphql-js.
 */
const restore = (document: DocumentNode, result: ExecutionResult): ExecutionResult => {
  if (!result.errors?.length) return result;
  const nodes = nodesOf(document);
  const told = new Set<string>();
  const errors = result.errors.filter(({ path = [] }) => {
    const place = nullOn(path, result.data);
    return !told.has(place) && told.add(place);
  });
  return { ...result, errors: errors.map((error) => restoreError(error, nodes)) };
};

/** Where on its path an error left a null. */
const nullOn = (path: readonly (string | number)[], data: unknown): string => {
  let value = data;
  let length = 0;
  while (length < path.length && value !== null && value !== undefined)
    value = (value as Record<string | number, unknown>)[path[length++] as string | number];
  return JSON.stringify(path.slice(0, length));
};

const restoreError = (error: GraphQLError, nodes: ReadonlyMap<string, ASTNode>): GraphQLError => {
  const at = (error.locations ?? []).flatMap(({ line, column }) => nodes.get(`${line}:${column}`) ?? []);
  const { originalError } = error as { originalError: unknown };
  return originalError === undefined
    ? new GraphQLError(error.message, { nodes: at, path: error.path })
    : locatedError(originalError, at, error.path);
};

const located = new WeakMap<DocumentNode, ReadonlyMap<string, ASTNode>>();

/** Nodes by where they begin; the outermost where several begin at one place. */
const nodesOf = (document: DocumentNode): ReadonlyMap<string, ASTNode> => {
  const known = located.get(document);
  if (known) return known;
  const nodes = new Map<string, ASTNode>();
  visit(document, {
    enter: (node) => {
      if (!node.loc) return;
      const { line, column } = node.loc.startToken;
      const place = `${line}:${column}`;
      if (!nodes.has(place)) nodes.set(place, node);
    },
  });
  located.set(document, nodes);
  return nodes;
};

/** What failed beside data that stands, behind the errors that left a null. */
const withWarnings = ({ warnings }: ServerContext, result: ExecutionResult): ExecutionResult => {
  if (warnings.length === 0) return result;
  const told = warnings
    .splice(0)
    .map(({ error, path }) => new GraphQLError(error.message, { path, originalError: error }));
  return { ...result, errors: [...(result.errors ?? []), ...told] };
};

const endWith = (signal: AbortSignal, running: Promise<ExecutionResult>): Promise<ExecutionResult> =>
  new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => resolve({ data: null, errors: [cutOff(signal.reason)] });
    const onAbort = (): void => {
      timer = setTimeout(giveUp, GRACE);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    running.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  });

const cutOff = (reason: unknown): GraphQLError => {
  const error = reason instanceof ApiError ? reason : new ApiError("timed_out", "The request was abandoned.");
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status: error.status } } });
};
