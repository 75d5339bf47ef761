import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";
import { tooComplex } from "./limits.js";

/** Objects that one operation may ask for in all, and one list; what a list gives when `first` is not said. */
export const NODES = { maximum: 500_000, first: 1000, default: 100 } as const;

type Variables = Readonly<Record<string, unknown>>;

/**
 * How many objects an operation asks for: each list's `first` (or the number of its `ids`), times those of the lists around it.
 * Throws where one list or all together are too much. The document has passed `checkLimits`, so the walk is short.
 */
export const costOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const given = { ...defaultsOf(operation), ...variables };
  let nodes = 0;
  const walk = (type: GraphQLNamedType | undefined | null, { selections }: SelectionSetNode, times: number): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        const size = field && sizeOf(selection, field, given);
        if (size !== undefined) nodes += times * size;
        if (selection.selectionSet)
          walk(field && getNamedType(field.type), selection.selectionSet, times * (size ?? 1));
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        const condition = inner?.typeCondition?.name.value;
        if (inner) walk(condition === undefined ? type : schema.getType(condition), inner.selectionSet, times);
      }
    }
  };
  walk(schema.getRootType(operation.operation), operation.selectionSet, 1);
  const requested = Math.min(nodes, Number.MAX_SAFE_INTEGER);
  if (requested > NODES.maximum)
    throw tooComplex(`The operation asks for ${requested} objects; ${NODES.maximum} are allowed.`, {
      requested,
      maximum: NODES.maximum,
    });
  return requested;
};

/** Objects that a list field gives at most; undefined for what is no list of ours. */
const sizeOf = (node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): number | undefined => {
  const ids = argumentOf(node, field, "ids", variables);
  if (Array.isArray(ids)) return ids.length;
  const definition = field.args.find(({ name }) => name === "first");
  if (!definition) return undefined;
  const first = argumentOf(node, field, "first", variables) ?? definition.defaultValue ?? NODES.default;
  if (typeof first !== "number" || !Number.isInteger(first)) return NODES.default; // no Int: refused when it is coerced
  if (first < 1)
    throw new GraphQLError("`first` must be at least 1.", {
      nodes: node,
      extensions: { code: "BAD_USER_INPUT", http: { status: 400 }, cost: { requested: first, maximum: NODES.first } },
    });
  if (first > NODES.first)
    throw tooComplex(`\`first\` may be ${NODES.first} at most.`, { requested: first, maximum: NODES.first });
  return first;
};

const argumentOf = (
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  name: string,
  variables: Variables,
): unknown => {
  if (!field.args.some((argument) => argument.name === name)) return undefined;
  const argument = node.arguments?.find((given) => given.name.value === name);
  return argument && literalOf(argument.value, variables);
};

/** As far as sizes go: integers, and lists for their length. */
const literalOf = (value: ValueNode, variables: Variables): unknown => {
  switch (value.kind) {
    case Kind.VARIABLE:
      return variables[value.name.value];
    case Kind.INT:
      return Number(value.value);
    case Kind.LIST:
      return value.values;
    default:
      return undefined;
  }
};

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, literalOf(defaultValue, {})]] : [],
    ),
  );
