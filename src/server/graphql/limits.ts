import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from "graphql";

/** What one document may ask for; tokens are counted by the parser. */
export const LIMITS = {
  tokens: 2000,
  aliases: 100,
  /** On one node. */
  directives: 5,
  /** As written, and of one name in one selection set. */
  fields: 1000,
  repeats: 50,
  depth: 15,
  introspectionDepth: 20,
  /** Selections with every fragment spread out, and how deep they nest: what a walk of the document costs. */
  selections: 10_000,
  nesting: 64,
} as const;

export interface Cost {
  requested: number;
  maximum: number;
}

export const tooComplex = (message: string, cost?: Cost): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: "QUERY_TOO_COMPLEX", http: { status: 400 }, ...(cost ? { cost } : {}) },
  });

/** The first limit that a parsed document breaks, before anything else looks at it; it may still be invalid otherwise. */
export const checkLimits = (document: DocumentNode): GraphQLError | null => {
  try {
    checkText(document);
    checkShape(document);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
};

const checkText = (document: DocumentNode): void => {
  let aliases = 0;
  let fields = 0;
  visit(document, {
    enter: (node) => {
      const { directives = [] } = node as { directives?: readonly DirectiveNode[] };
      if (directives.length > LIMITS.directives)
        throw tooComplex(`At most ${LIMITS.directives} directives may stand at one place.`);
      if (node.kind === Kind.NAME && node.value === "__proto__") throw tooComplex("The name __proto__ is reserved.");
      if (node.kind === Kind.SELECTION_SET) checkRepeats(node);
      if (node.kind !== Kind.FIELD) return;
      if (node.alias && ++aliases > LIMITS.aliases)
        throw tooComplex(`A document may have ${LIMITS.aliases} aliases at most.`, beyond(aliases, LIMITS.aliases));
      if (++fields > LIMITS.fields)
        throw tooComplex(`A document may have ${LIMITS.fields} fields at most.`, beyond(fields, LIMITS.fields));
    },
  });
};

/** Merging fields of one name is quadratic work for whoever validates them. */
const checkRepeats = ({ selections }: SelectionSetNode): void => {
  const times = new Map<string, number>();
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) continue;
    const name = (selection.alias ?? selection.name).value;
    const count = (times.get(name) ?? 0) + 1;
    if (count > LIMITS.repeats) throw tooComplex(`A field may be repeated ${LIMITS.repeats} times at most.`);
    times.set(name, count);
  }
};

/** Walks the operations as an executor would. Fragments may spread each other for ever: visits are counted, not fields alone. */
const checkShape = (document: DocumentNode): void => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let visits = 0;
  const walk = ({ selections }: SelectionSetNode, depth: number, nesting: number, maximum: number): void => {
    if (nesting > LIMITS.nesting) throw tooComplex(`Selections may nest ${LIMITS.nesting} levels at most.`);
    for (const selection of selections) {
      if (++visits > LIMITS.selections)
        throw tooComplex(`A document may select ${LIMITS.selections} times at most, fragments included.`);
      if (selection.kind === Kind.FIELD) {
        const deepest = isIntrospection(selection.name.value) ? LIMITS.introspectionDepth : maximum;
        if (depth > deepest) throw tooComplex(`Fields may nest ${deepest} levels at most.`, beyond(depth, deepest));
        if (selection.selectionSet) walk(selection.selectionSet, depth + 1, nesting + 1, deepest);
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (inner) walk(inner.selectionSet, depth, nesting + 1, maximum);
      }
    }
  };
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet, 1, 1, LIMITS.depth);
};

export const isIntrospection = (field: string): boolean => field === "__schema" || field === "__type";

const beyond = (requested: number, maximum: number): Cost => ({ requested, maximum });
