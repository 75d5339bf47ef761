import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLList,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  Kind,
  type ListValueNode,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";

export type Plan = Extract<ReturnType<typeof compileQuery>, { query: unknown }>["query"];

/** Compiles one operation of a valid document; null where only graphql-js does it right. */
export const compile = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan | null => {
  if (!isCompilable(schema, document)) return null;
  const compiled = compileQuery(schema, flatten(document, operation), operation.name?.value, {
    disablingCapturingStackErrors: true,
  });
  return isCompiledQuery(compiled) ? (compiled.query as Plan) : null;
};

/** graphql-jit asks for a type and does not wait: every object of ours names its type itself. */
export const resolveTypesAtOnce = (schema: GraphQLSchema, typeOf: (value: unknown) => string | undefined): void => {
  for (const type of Object.values(schema.getTypeMap())) if (isAbstractType(type)) type.resolveType = typeOf;
};

/** Texts with which graphql-jit 0.8 marks dates and odd numbers in the source that it generates, and which it never escapes. */
const MARK = "__MAGIC_";

/**
 * Two things make compiled code differ from graphql-js. A string that looks like graphql-jit's own marks would become code
 * (`__MAGIC_DATE__…` ends in `new Date(<the caller's text>)`), and variables inside a custom scalar's literal would be null.
 */
const isCompilable = (schema: GraphQLSchema, document: DocumentNode): boolean => {
  let compilable = true;
  const types = new TypeInfo(schema);
  const checkLiteral = (node: ObjectValueNode | ListValueNode): void => {
    const type = getNullableType(types.getInputType());
    const isScalars = !(isInputObjectType(getNamedType(type)) || type instanceof GraphQLList);
    if (isScalars && holdsVariable(node)) compilable = false;
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      StringValue: ({ value }) => {
        if (value.includes(MARK)) compilable = false;
      },
      Name: ({ value }) => {
        if (value.includes(MARK) || value === "__proto__") compilable = false;
      },
      ObjectValue: checkLiteral,
      ListValue: checkLiteral,
    }),
  );
  return compilable;
};

const holdsVariable = (node: ObjectValueNode | ListValueNode): boolean => {
  let found = false;
  visit(node, {
    Variable: () => {
      found = true;
    },
  });
  return found;
};

/**
 * graphql-jit notes the conditions of a field on its node, so a fragment spread in two places mixes them up. Documents with
 * conditions and fragments get a copy of the fragment at each place (their expansion is bounded by `limits.ts`).
 */
const flatten = (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode => {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  if (fragments.size === 0 || !hasConditions(document)) return document;
  const selectionSet = expand(operation.selectionSet, fragments);
  return { ...document, definitions: [{ ...operation, selectionSet }] };
};

const expand = (
  { kind, selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode => ({
  kind,
  selections: selections.flatMap((selection) => {
    if (selection.kind !== Kind.FRAGMENT_SPREAD)
      return selection.selectionSet
        ? { ...selection, selectionSet: expand(selection.selectionSet, fragments) }
        : { ...selection };
    const fragment = fragments.get(selection.name.value);
    if (!fragment) return [];
    const { typeCondition, selectionSet } = fragment;
    const directives = selection.directives ?? [];
    return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: expand(selectionSet, fragments) };
  }),
});

const hasConditions = (document: DocumentNode): boolean => {
  let found = false;
  visit(document, {
    Directive: ({ name: { value } }) => {
      found ||= value === "skip" || value === "include";
    },
  });
  return found;
};
