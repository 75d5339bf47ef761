import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from "graphql";
import type { Caller } from "../../auth/caller.js";
import { costOf } from "./cost.js";
import { checkLimits, isIntrospection, LIMITS } from "./limits.js";

/** A document as read: with errors, or ready to run. */
export interface ReadDocument {
  document: DocumentNode | null;
  /** A broken limit: told alone, for finding further faults would cost what the limit saves. */
  refusal: GraphQLError | null;
  errors: readonly GraphQLError[];
  introspects: boolean;
  /** SHA-256 of the source, where somebody told it. */
  hash?: string;
}

/** Who may read the schema: every authenticated caller, or API keys alone. */
export type IntrospectionPolicy = "everyone" | "keys";

/** Bounds of the memory: documents, and characters of all of them. */
const MOST = 1000;
const CHARACTERS = 2 ** 21;
/** Validation errors told of one document. */
const ERRORS = 20;

/**
 * Reads documents once: parsed, within the limits, valid. HTTP, sockets and streams share what was read, and with it the plans
 * that the executor compiled.
 */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #introspection: IntrospectionPolicy;
  /** By source, in the order of use. */
  readonly #read = new Map<string, ReadDocument>();
  readonly #byHash = new Map<string, ReadDocument>();
  readonly #byDocument = new WeakMap<DocumentNode, Pick<ReadDocument, "refusal" | "introspects">>();
  #characters = 0;

  constructor(schema: GraphQLSchema, introspection: IntrospectionPolicy) {
    this.#schema = schema;
    this.#introspection = introspection;
  }

  read(source: string, hash?: string): ReadDocument {
    let read = this.#read.get(source);
    if (read) {
      this.#read.delete(source);
      this.#read.set(source, read);
    } else {
      read = readDocument(this.#schema, source);
      if (read.document) this.#byDocument.set(read.document, read);
      if (source.length <= CHARACTERS / 8) this.#keep(source, read);
    }
    if (hash !== undefined && this.#read.get(source) === read) {
      read.hash = hash;
      this.#byHash.set(hash, read);
    }
    return read;
  }

  byHash(hash: string): ReadDocument | undefined {
    return this.#byHash.get(hash);
  }

  /** Throws when this caller may not run the operation with these variables. */
  admit(
    document: DocumentNode,
    operation: OperationDefinitionNode | undefined | null,
    variables: Record<string, unknown> | undefined | null,
    caller: Caller,
  ): void {
    const { refusal, introspects } = this.#about(document);
    if (refusal) throw refusal;
    if (introspects && this.#introspection === "keys" && caller.kind !== "key")
      throw new GraphQLError("The schema is shown to API keys only.", {
        extensions: { code: "INTROSPECTION_DISABLED", http: { status: 400 } },
      });
    if (operation) costOf(this.#schema, document, operation, variables ?? {});
  }

  /** All of it for sockets and streams, which do not pass Apollo Server. Throws `DocumentErrors`. */
  prepare(
    { query, operationName, variables }: { query: string; operationName?: unknown; variables?: unknown },
    caller: Caller,
  ): { document: DocumentNode; operation: OperationDefinitionNode } {
    const { document, refusal, errors } = this.read(query);
    if (!document || errors.length > 0) throw new DocumentErrors(refusal ? [refusal] : errors);
    const operation = getOperationAST(document, operationName as string | null | undefined);
    if (!operation)
      throw new DocumentErrors([
        new GraphQLError("There is no such operation in the document.", {
          extensions: { code: "OPERATION_RESOLUTION_FAILURE" },
        }),
      ]);
    this.admit(document, operation, variables as Record<string, unknown> | null | undefined, caller);
    return { document, operation };
  }

  /** Also of a document that is none of ours: too long to be remembered. */
  #about(document: DocumentNode): Pick<ReadDocument, "refusal" | "introspects"> {
    return this.#byDocument.get(document) ?? { refusal: checkLimits(document), introspects: looksAtSchema(document) };
  }

  #keep(source: string, read: ReadDocument): void {
    this.#read.set(source, read);
    this.#characters += source.length;
    for (const [oldest, { hash }] of this.#read) {
      if (this.#read.size <= MOST && this.#characters <= CHARACTERS) return;
      this.#read.delete(oldest);
      if (hash !== undefined) this.#byHash.delete(hash);
      this.#characters -= oldest.length;
    }
  }
}

/** Why a document cannot run. */
export class DocumentErrors extends Error {
  override readonly name = "DocumentErrors";
  constructor(readonly errors: readonly GraphQLError[]) {
    super("the document has errors");
  }
}

const readDocument = (schema: GraphQLSchema, source: string): ReadDocument => {
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: LIMITS.tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { document: null, refusal: null, errors: [coded(error, "GRAPHQL_PARSE_FAILED")], introspects: false };
  }
  const refusal = checkLimits(document);
  if (refusal) return { document, refusal, errors: [refusal], introspects: false };
  const errors = validate(schema, document, specifiedRules, { maxErrors: ERRORS });
  return {
    document,
    refusal: null,
    errors: errors.map((error) => coded(error, "GRAPHQL_VALIDATION_FAILED")),
    introspects: looksAtSchema(document),
  };
};

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code, http: { status: 400 } },
  });

const looksAtSchema = (document: DocumentNode): boolean => {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      found ||= isIntrospection(name.value);
    },
  });
  return found;
};
