import type { FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from "graphql";

type Info = Pick<GraphQLResolveInfo, "fieldNodes" | "fragments">;

const known = new WeakMap<object, Map<string, boolean>>();

/** Is nothing selected right below but some of these fields? */
export const selectsOnly = ({ fieldNodes, fragments }: Info, names: ReadonlySet<string>): boolean =>
  fieldNodes.every(({ selectionSet }) => consistsOf(selectionSet, names, fragments, new Set()));

const consistsOf = (
  set: SelectionSetNode | undefined,
  names: ReadonlySet<string>,
  fragments: Info["fragments"],
  seen: Set<FragmentDefinitionNode>,
): boolean =>
  set?.selections.every((selection) => {
    if (selection.kind === "Field") return names.has(selection.name.value);
    if (selection.kind === "InlineFragment") return consistsOf(selection.selectionSet, names, fragments, seen);
    const fragment = fragments[selection.name.value];
    if (!fragment || seen.has(fragment)) return true;
    seen.add(fragment);
    return consistsOf(fragment.selectionSet, names, fragments, seen);
  }) ?? true;

/** Is a field of this name selected anywhere below? Answered once per document: what `@skip` may leave out counts as selected. */
export const selects = ({ fieldNodes, fragments }: Info, name: string): boolean => {
  const [first] = fieldNodes;
  if (!first) return false;
  let answers = known.get(first);
  if (!answers) {
    answers = new Map();
    known.set(first, answers);
  }
  let answer = answers.get(name);
  if (answer === undefined) {
    const seen = new Set<FragmentDefinitionNode>();
    answer = fieldNodes.some(({ selectionSet }) => within(selectionSet, name, fragments, seen));
    answers.set(name, answer);
  }
  return answer;
};

const within = (
  set: SelectionSetNode | undefined,
  name: string,
  fragments: Info["fragments"],
  seen: Set<FragmentDefinitionNode>,
): boolean =>
  set?.selections.some((selection) => {
    if (selection.kind === "Field")
      return selection.name.value === name || within(selection.selectionSet, name, fragments, seen);
    if (selection.kind === "InlineFragment") return within(selection.selectionSet, name, fragments, seen);
    const fragment = fragments[selection.name.value];
    if (!fragment || seen.has(fragment)) return false;
    seen.add(fragment);
    return within(fragment.selectionSet, name, fragments, seen);
  }) ?? false;
